#!/usr/bin/env bash
# How fast a campaign leaves, beside what people use now: mailmerge with Markdown, and nodemailer with a pool.
#
#   benches/others.sh [-n LETTERS] [-c CONNECTIONS] [-b LETTER-BYTES] [-s SIGNATORIES] [-r RUNS]
#
# The same letter of LETTER-BYTES (8192) of Markdown, signed by SIGNATORIES (150), is sent to `smtp-sink` on loopback: LETTERS (20000) by
# `undersigned send` through CONNECTIONS (32), a quarter of that by nodemailer through a pool of as many connections, a fortieth by
# mailmerge, which has one; RUNS (3) times in turn. The medians of the letters a second are compared. `-b 1500 -s 12` makes a message of
# 8 KB. mailmerge (2.3.0, PyPI) reads a template and a CSV, as its manual says; nodemailer (npm) is driven by `others/nodemailer.mjs`, which
# fills in ready templates of the text and of the HTML, as its users do. Both are installed under BENCH_DIR (a folder under target) the
# first time, from the registries.
#
# It needs `smtp-sink` (Debian: postfix), python3 with venv, node and npm. UNDERSIGNED names a binary; without it one is built (profile `dist`).

# shellcheck source-path=SCRIPTDIR source=harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

letters=20000
connections=32
letter_bytes=8192
signatories=150
runs=3
while getopts n:c:b:s:r: option; do
    case $option in
    n) letters=$OPTARG ;;
    c) connections=$OPTARG ;;
    b) letter_bytes=$OPTARG ;;
    s) signatories=$OPTARG ;;
    r) runs=$OPTARG ;;
    *) usage ;;
    esac
done
needs smtp-sink python3 node npm
prepare
venv=$BENCH_DIR/mailmerge
if [ ! -x "$venv/bin/mailmerge" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet mailmerge==2.3.0
fi
modules=$BENCH_DIR/nodemailer
if [ ! -d "$modules/node_modules/handlebars" ]; then
    npm install --silent --no-fund --no-audit --prefix "$modules" nodemailer@7 handlebars@4
fi
port=$(free_port)

# campaign DIR LETTERS
campaign() {
    python3 "$benches/campaign.py" "$1" --letters "$2" --port "$port" --bytes "$letter_bytes" \
        --signatories "$signatories" --connections "$connections"
}

# sent SENDER LETTERS COMMAND…
sent() {
    local sender=$1 count=$2 took
    shift 2
    start_sink
    timed "$@" | rate "$sender" "$count"
    took=$(stop_sink)
    [ "$took" = "$count" ] || fail "the sink took $took of $sender's $count letters: $(tail -n 5 "$work/said")"
}

few=$((letters / 40))
some=$((letters / 4))
campaign "$work/model" "$letters"
campaign "$work/one" 1
echo "$letters letters of $(message_size) bytes, $connections connections"
python3 "$benches/others/letters.py" "$UNDERSIGNED" "$work/model" "$work/others" "$port" "$few"
ln -s "$modules/node_modules" "$work/others/node_modules"
cp "$benches/others/nodemailer.mjs" "$work/others/"
for ((run = 1; run <= runs; run++)); do
    (cd "$work/others" && sent mailmerge "$few" "$venv/bin/mailmerge" --no-dry-run --no-limit)
    sent nodemailer "$some" node "$work/others/nodemailer.mjs" "$work/others" "$port" "$connections" "$some"
    rm -rf "$work/campaign" "$XDG_STATE_HOME"
    cp -r "$work/model" "$work/campaign"
    sync
    sent undersigned "$letters" "$UNDERSIGNED" -C "$work/campaign" send --yes
done
ours=$(median <"$work/rates/undersigned")
for other in mailmerge nodemailer; do
    median <"$work/rates/$other" |
        awk -v o="$ours" -v who="$other" '{ printf "medians: %s %.0f, undersigned %.0f letters/s; ratio %.1f\n", who, $1, o, o / $1 }'
done
