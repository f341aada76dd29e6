#!/usr/bin/env bash
# What it costs to sign letters (DKIM): instructions and CPU time of a whole run with `[sender.dkim]`, beside one without.
#
#   benches/dkim.sh [-n LETTERS] [-c CONNECTIONS] [-b LETTER-BYTES] [-s SIGNATORIES] [-r RUNS] [-D MS]
#
# LETTERS (20000) letters of LETTER-BYTES (1400) of Markdown, signed by SIGNATORIES (12), some 8 KB on the wire, are sent through
# CONNECTIONS (32) to `smtp-sink` on loopback, RUNS (3) times in turn: unsigned, with a key of Ed25519, with one of RSA with 2,048 bits.
# Instructions in user space are counted by `perf`, which other work on the machine does not change; where the machine has no counters,
# CPU time is all there is. The least of the runs counts, since other work only ever adds to it; so does the best rate of letters a second.
#
# With -D every reply of the server comes MS milliseconds late, as from one that is elsewhere: on loopback it takes its share of the
# processors.
#
# It needs `smtp-sink` (Debian: postfix), python3 and openssl. UNDERSIGNED names a binary; without it one is built as it is handed out.

# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

letters=20000
connections=32
letter_bytes=1400
signatories=12
runs=3
delay=0
while getopts n:c:b:s:r:D: option; do
    case $option in
    n) letters=$OPTARG ;;
    c) connections=$OPTARG ;;
    b) letter_bytes=$OPTARG ;;
    s) signatories=$OPTARG ;;
    r) runs=$OPTARG ;;
    D) delay=$OPTARG ;;
    *) usage ;;
    esac
done
needs smtp-sink python3 openssl
prepare
port=$(free_port)
entry=$port # where letters are sent to
if [ "$delay" != 0 ]; then
    entry=$(free_port)
    python3 "$benches/delay.py" "$entry" "$port" "$delay" &
    others+=($!)
    answers "$entry"
fi
counted=no
# A virtual machine may have no counters: `perf` says so, and goes on.
if perf stat -x , -e instructions:u true 2>&1 | grep -q '^[0-9]'; then counted=yes; fi

# make_campaign KEY
make_campaign() {
    python3 "$benches/campaign.py" "$work/$1" --letters "$letters" --port "$entry" --bytes "$letter_bytes" --signatories "$signatories" \
        --connections "$connections"
    case $1 in
    unsigned) return ;;
    ed25519) openssl genpkey -algorithm ed25519 -out "$work/$1/key.pem" ;;
    rsa) openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out "$work/$1/key.pem" 2>/dev/null ;;
    esac
    chmod 600 "$work/$1/key.pem"
    printf '\n[sender.dkim]\nselector = "bench"\nkey = { file = "key.pem" }\n' >>"$work/$1/campaign.toml"
}

mkdir -p "$work/rates"
kinds=(unsigned ed25519 rsa)
for kind in "${kinds[@]}"; do make_campaign "$kind"; done
for ((run = 1; run <= runs; run++)); do
    for kind in "${kinds[@]}"; do
        rm -rf "$work/campaign" "$XDG_STATE_HOME"
        cp -rp "$work/$kind" "$work/campaign"
        sync
        start_sink
        command=("$UNDERSIGNED" -C "$work/campaign" send --yes)
        [ "$counted" = no ] || command=(perf stat -x , -e instructions:u -o "$work/counted" "${command[@]}")
        read -r wall user system <<<"$(timed "${command[@]}")"
        took=$(stop_sink)
        [ "$took" = "$letters" ] || fail "the sink took $took of $letters letters"
        instructions=0
        [ "$counted" = no ] || instructions=$(sed -n 's/^\([0-9]*\),.*instructions.*/\1/p' "$work/counted")
        awk -v n="$letters" -v w="$wall" -v u="$user" -v s="$system" -v i="$instructions" -v who="$kind" -v rates="$work/rates/$kind" 'BEGIN {
            printf "%-9s %7.2f s  %6.1f µs CPU a letter  %8.1f thousand instructions a letter\n", who, w, (u + s) / n * 1e6, i / n / 1e3
            printf "%.3f\n", (u + s) / n * 1e6 >>(rates ".cpu")
            printf "%.3f\n", i / n / 1e3 >>(rates ".instructions")
            printf "%.3f\n", w / n * 1e6 >>(rates ".wall")
        }'
    done
done
for kind in ed25519 rsa; do
    awk -v a="$(sort -n "$work/rates/unsigned.wall" | head -n 1)" -v b="$(sort -n "$work/rates/$kind.wall" | head -n 1)" -v who="$kind" 'BEGIN {
        printf "%s: %.0f letters a second instead of %.0f, %+.1f %%\n", who, 1e6 / b, 1e6 / a, (a / b - 1) * 100
    }'
    for what in cpu instructions; do
        [ "$what$counted" != instructionsno ] || continue
        awk -v a="$(sort -n "$work/rates/unsigned.$what" | head -n 1)" -v b="$(sort -n "$work/rates/$kind.$what" | head -n 1)" -v who="$kind" -v what="$what" 'BEGIN {
            printf "%s, by %s: %.1f instead of %.1f a letter, %+.1f %%\n", who, what, b, a, (b / a - 1) * 100
        }'
    done
done
