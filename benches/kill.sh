#!/usr/bin/env bash
# How many letters are in doubt after a kill at full speed.
#
#   benches/kill.sh [-n LETTERS] [-c CONNECTIONS] [-k KILLS] [-p PER-SECOND]
#
# A campaign of LETTERS (100000) of 8 KB is sent through CONNECTIONS (32) to `smtp-sink` on loopback, killed (SIGKILL) in full flight,
# looked at, and sent on, KILLS (20) times. What is under way in the ledger after a kill is what the next run finds in doubt: the most
# that was ever found is the result, and the limit is twice the connections. With -p the pace is PER-SECOND letters a second, and the
# limit is the connections. At no time may the sink have more letters than the ledger has begun.
#
# It needs `smtp-sink` (Debian: postfix) and python3. UNDERSIGNED names a binary; without it one is built (profile `dist`).

# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

letters=100000
connections=32
kills=20
toml=
while getopts n:c:k:p: option; do
    case $option in
    n) letters=$OPTARG ;;
    c) connections=$OPTARG ;;
    k) kills=$OPTARG ;;
    p) toml="per_second = $OPTARG" ;;
    *) usage ;;
    esac
done
if [ -n "$toml" ]; then most=$connections; else most=$((2 * connections)); fi
needs smtp-sink python3
prepare
port=$(free_port)
python3 "$benches/campaign.py" "$work/campaign" --letters "$letters" --port "$port" --bytes 1500 --signatories 12 \
    --connections "$connections" --toml "$toml"
start_sink

taken() {
    tr '\r' '\n' <"$work/sink.log" | sed -n 's/.*mesg=\([0-9]*\).*/\1/p' | tail -n 1
}

# counted STATE: how many deliveries are in a state.
counted() {
    "$UNDERSIGNED" -C "$work/campaign" status --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["rounds"][0]["states"][sys.argv[1]])' "$1"
}

worst=0
for ((kill = 1; kill <= kills; kill++)); do
    before=$(taken)
    "$UNDERSIGNED" -C "$work/campaign" -q send --yes >"$work/said" 2>&1 &
    run=$!
    others+=("$run")
    tries=0
    until [ "$(taken)" -gt $((${before:-0} + connections)) ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "no letter left within a minute: $(cat "$work/said")"
        sleep 0.1
    done
    sleep "0.$((RANDOM % 1000 + 1000))"
    kill -KILL "$run" 2>/dev/null || fail "the run ended before it could be killed; take more letters: $(cat "$work/said")"
    wait "$run" 2>/dev/null || true
    doubtful=$(counted attempting)
    begun=$((doubtful + $(counted accepted) + $(counted in-doubt)))
    sleep 0.2
    [ "$(taken)" -le "$begun" ] || fail "the sink has $(taken) letters, and the ledger knows of $begun"
    [ "$doubtful" -le "$worst" ] || worst=$doubtful
    printf '%s ' "$doubtful"
done
printf '\n%d kills at full speed, %d connections: %d in doubt at the most; the limit is %d\n' "$kills" "$connections" "$worst" "$most"
[ "$worst" -le "$most" ]
