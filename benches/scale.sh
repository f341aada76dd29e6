#!/usr/bin/env bash
# A campaign to very many: how long it takes to plan, how much memory it takes to send, how fast its ledger answers.
#
#   benches/scale.sh [-n RECIPIENTS] [-m FEW]
#
# Campaigns to FEW (10000) and to RECIPIENTS (1000000), a letter of 8 KB each, are planned without a ledger (`plan`), planned into a new
# ledger (`send --limit 1`), and sent to `smtp-sink` on loopback through 32 connections; the peak memory of each is compared. Then the
# large ledger, with all letters accepted, is asked: `status`, `log --state failed`, `log --failed`, the median of five. It takes ten
# minutes or so, and 4 GB of disk.
#
# It needs `smtp-sink` (Debian: postfix) and python3. UNDERSIGNED names a binary; without it one is built (profile `dist`).
# BENCH_DIR is where the campaigns and their ledgers stand (a folder under target): the disk matters.

limit=3600
# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

recipients=1000000
few=10000
while getopts n:m: option; do
    case $option in
    n) recipients=$OPTARG ;;
    m) few=$OPTARG ;;
    *) usage ;;
    esac
done
needs smtp-sink python3
prepare
port=$(free_port)

# measured COMMAND…: the seconds it took, and its peak memory in MB.
measured() {
    timeout "$limit" python3 - "$work/said" "$@" <<'END' || fail "\`$*\` failed: $(tail -n 20 "$work/said")"
import resource, subprocess, sys, time

with open(sys.argv[1], "w") as said:
    start = time.perf_counter()
    status = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=said).returncode
print(f"{time.perf_counter() - start:.2f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.1f}")
sys.exit(status)
END
}

# tell WHAT: reads "seconds megabytes" and says them.
tell() {
    awk -v what="$1" '{ printf "%-44s %9.2f s %9.1f MB\n", what, $1, $2 }'
}

for count in "$few" "$recipients"; do
    campaign=$work/$count
    python3 "$benches/campaign.py" "$campaign" --letters "$count" --port "$port" --bytes 1500 --signatories 12
    sync
    measured "$UNDERSIGNED" -C "$campaign" -q plan | tell "plan of $count, no ledger"
    start_sink
    measured "$UNDERSIGNED" -C "$campaign" -q send --yes --limit 1 | tell "plan of $count into a new ledger"
    measured "$UNDERSIGNED" -C "$campaign" -q send --yes | tee "$work/memory.$count" | tell "send of $count"
    took=$(stop_sink)
    [ "$took" = "$count" ] || fail "the sink took $took of $count letters"
done
paste -d ' ' "$work/memory.$few" "$work/memory.$recipients" |
    awk '{ printf "peak memory of send: %.1f and %.1f MB, ratio %.2f\n", $2, $4, $4 / $2 }'

du -h "$campaign/logs/ledger.db" | awk '{ print "the ledger has " $1 }'
for question in status "log --state failed" "log --failed"; do
    for _ in 1 2 3 4 5; do
        # shellcheck disable=SC2086 # a command and its options
        measured "$UNDERSIGNED" -C "$campaign" -q $question | cut -d ' ' -f 1
    done | median | awk -v what="$question" '{ printf "%-44s %9.2f s\n", what, $1 }'
done
