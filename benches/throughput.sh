#!/usr/bin/env bash
# How fast a campaign leaves, beside Postfix's own load generator, in the same run and against the same kind of server.
#
#   benches/throughput.sh [-n LETTERS] [-c CONNECTIONS] [-b LETTER-BYTES] [-s SIGNATORIES] [-r RUNS] [-w] [-D MS]
#
# LETTERS (20000) letters of LETTER-BYTES (8192) of Markdown, signed by SIGNATORIES (150), are sent through CONNECTIONS (32) to
# `smtp-sink` on loopback, RUNS (3) times by `smtp-source` and RUNS times by `undersigned send` in turn; the medians and their ratio
# are the result. `-b 1500 -s 12` makes a message of 8 KB. smtp-source sends messages of the size that ours turn out to have, and keeps
# its connections open, which is its best: without `-d` it takes twice as long. Ours is the whole command: lists read, plan written, every
# letter merged for its recipient, every attempt in the ledger before it leaves, every outcome after. Each run of ours must give LETTERS
# letters at the sink and LETTERS accepted in the log.
#
# With -w ours waits for every outcome too: the next letter of a connection leaves when the last one's is on disk. With -D every
# reply of the sink comes MS milliseconds late, for both: take 8 connections, and 5000 letters, or it takes long.
#
# It needs `smtp-sink` and `smtp-source` (Debian: postfix) and python3. UNDERSIGNED names a binary; without it one is built (profile `dist`).
# BENCH_DIR is where the campaigns and their ledgers stand (a folder under target): the disk matters.

# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

letters=20000
connections=32
letter_bytes=8192
signatories=150
runs=3
toml=
delay=0
while getopts n:c:b:s:r:wD: option; do
    case $option in
    n) letters=$OPTARG ;;
    c) connections=$OPTARG ;;
    b) letter_bytes=$OPTARG ;;
    s) signatories=$OPTARG ;;
    r) runs=$OPTARG ;;
    w) toml=$'[ledger]\nwait_for_outcomes = true' ;;
    D) delay=$OPTARG ;;
    *) usage ;;
    esac
done
needs smtp-sink smtp-source python3
prepare
port=$(free_port)
entry=$port # where letters are sent to
if [ "$delay" != 0 ]; then
    entry=$(free_port)
    python3 "$benches/delay.py" "$entry" "$port" "$delay" &
    others+=($!)
    answers "$entry"
fi

# make_campaign DIR LETTERS PORT
make_campaign() {
    python3 "$benches/campaign.py" "$1" --letters "$2" --port "$3" --bytes "$letter_bytes" --signatories "$signatories" \
        --connections "$connections" --toml "$toml"
}

make_campaign "$work/one" 1 "$port"
size=$(message_size)
echo "$letters letters of $size bytes, $connections connections, ledger on $(df --output=fstype,source "$work" | tail -n 1)"
make_campaign "$work/model" "$letters" "$entry"
for ((run = 1; run <= runs; run++)); do
    start_sink
    timed smtp-source -d -s "$connections" -m "$letters" -l "$size" -f letters@coalition.example -t office@d.example \
        "127.0.0.1:$entry" | rate smtp-source "$letters"
    took=$(stop_sink)
    [ "$took" = "$letters" ] || fail "the sink took $took of smtp-source's $letters letters"

    rm -rf "$work/campaign" "$XDG_STATE_HOME"
    cp -r "$work/model" "$work/campaign"
    sync
    start_sink
    timed "$UNDERSIGNED" -C "$work/campaign" send --yes | rate undersigned "$letters"
    took=$(stop_sink)
    [ "$took" = "$letters" ] || fail "the sink took $took of our $letters letters"
    took=$(accepted "$work/campaign")
    [ "$took" = "$letters" ] || fail "the log says that $took of $letters letters were accepted"
done

source_rate=$(median <"$work/rates/smtp-source")
our_rate=$(median <"$work/rates/undersigned")
awk -v s="$source_rate" -v o="$our_rate" 'BEGIN {
    printf "\nmedians: smtp-source %.0f, undersigned %.0f letters/s; ratio %.2f\n", s, o, o / s
}'
