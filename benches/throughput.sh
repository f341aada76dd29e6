#!/usr/bin/env bash
# How fast a campaign leaves, beside Postfix's own load generator, in the same run and against the same kind of server.
#
#   benches/throughput.sh [-n LETTERS] [-c CONNECTIONS] [-b LETTER-BYTES] [-s SIGNATORIES] [-r RUNS]
#
# LETTERS (20000) letters of LETTER-BYTES (8192) of Markdown, signed by SIGNATORIES (150), are sent through CONNECTIONS (32) to
# `smtp-sink` on loopback, RUNS (3) times by `smtp-source` and RUNS times by `undersigned send` in turn; the medians and their ratio
# are the result. smtp-source sends messages of the size that ours turn out to have, and keeps its connections open, which is its
# best. Ours is the whole command: lists read, plan written, every letter merged for its recipient, every attempt in the ledger
# before it leaves, every outcome after. Each run of ours must give LETTERS letters at the sink and LETTERS accepted in the log.
#
# It needs `smtp-sink` and `smtp-source` (Debian: postfix) and python3. UNDERSIGNED names a binary; without it a release build is made.
# BENCH_DIR is where the campaigns and their ledgers stand (a folder under target): the disk matters.
set -euo pipefail
exec </dev/null
export LC_ALL=C.UTF-8

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
    *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
    esac
done
limit=600 # seconds for one run, whoever sends

PATH=$PATH:/usr/sbin:/sbin
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "${BENCH_DIR:=$target/bench}"
work=$(mktemp -d "$BENCH_DIR/throughput.XXXXXX")

fail() {
    echo "throughput.sh: $*" >&2
    exit 1
}

for tool in smtp-sink smtp-source python3; do
    command -v "$tool" >/dev/null || fail "\`$tool\` is missing; apt-get install --no-install-recommends postfix python3"
done

sink=
clean_up() {
    [ -z "$sink" ] || kill "$sink" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts a new sink, whose counters begin at nothing. Further arguments are smtp-sink's.
start_sink() {
    local user=() tries=0
    [ "$(id -u)" -ne 0 ] || user=(-u root) # it insists on a name
    smtp-sink "${user[@]}" -c "$@" "127.0.0.1:$port" 1024 >"$work/sink.log" 2>&1 &
    sink=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 50 ] || fail "smtp-sink does not answer: $(cat "$work/sink.log")"
        sleep 0.1
    done
}

# Stops the sink and says how many messages it took.
stop_sink() {
    sleep 0.2
    kill "$sink"
    wait "$sink" 2>/dev/null || true
    sink=
    tr '\r' '\n' <"$work/sink.log" | sed -n 's/.*mesg=\([0-9]*\).*/\1/p' | tail -n 1
}

# make_campaign DIR LETTERS
make_campaign() {
    mkdir -p "$1"/{templates,lists,logs}
    cat >"$1/campaign.toml" <<END
id = "throughput"
name = "Throughput"

[sender]
from = "Letter Secretariat <letters@coalition.example>"

[letter]
template = "templates/letter.md"
date = 2027-03-22
language = "en"

[lists]
recipients = "lists/recipients.csv"
signatories = "lists/signatories.csv"
suppressions = "lists/suppressions.csv"

[smtp]
url = "smtp+plain://127.0.0.1:$port"

[pace]
connections = $connections
END
    python3 - "$1" "$2" "$letter_bytes" "$signatories" <<'END'
import csv, sys
from pathlib import Path

folder, letters, size, signatories = Path(sys.argv[1]), *map(int, sys.argv[2:])

head = """+++
subject = "Joint public letter to {{recipient.organisation}}: keep the delta alive"
preheader = "We ask you to suspend the licence"
+++

{{recipient.title}} {{recipient.name}}, {{recipient.organisation}}

{{date letter.date}}

{{recipient.salutation}},

We, the {{signatory_count}} undersigned, write to you about a river.

"""
foot = """Yours sincerely,

{{> signatories}}
"""
paragraphs = [
    "A delta cannot be rebuilt. What the river took six thousand years to lay down, a dredger removes in two summers – "
    "and [the independent review](https://example.org/velma/review) finds that the sea would reach the wells.",
    "- **Suspend the licence** until its effects are known, {{recipient.name}};\n- **publish the figures**, all of them;\n"
    "- **hear those who live there**, before anything is decided.",
    "People spoke up, ministers listened, and children learn to swim there now: “it is remembered who helped”, as they say "
    "in Sankt Orm, where some forty thousand live from fishing, reed and salt meadows.",
]
body, turn = "", 0
while len((head + body + foot).encode()) < size:
    body += paragraphs[turn % len(paragraphs)] + "\n\n"
    turn += 1
(folder / "templates/letter.md").write_text(head + body + foot, encoding="utf-8")

with open(folder / "lists/recipients.csv", "w", encoding="utf-8", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["email", "name", "salutation", "title", "organisation", "country", "tags"])
    for n in range(letters):
        rows.writerow([f"office{n}@d{n % 500}.example", f"Ána Recipient {n}", f"Dear Dr Recipient {n}", "Dr",
                       f"Office No. {n}, Ministry of Water & Forests", "BE", "minister"])

with open(folder / "lists/signatories.csv", "w", encoding="utf-8", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["name", "acronym", "country", "url"])
    for n in range(signatories):
        rows.writerow([f"Société des rivières n° {n}", f"SR{n}", "FR", f"https://s{n}.example"])

(folder / "lists/suppressions.csv").write_text("email,reason\n", encoding="utf-8")
END
}

# Seconds that a command takes, and its CPU seconds; what it says goes to $work/said.
timed() {
    local TIMEFORMAT='%R %U %S'
    { time timeout "$limit" "$@" >"$work/said" 2>&1; } 2>"$work/time" || fail "\`$*\` failed: $(tail -n 20 "$work/said")"
    cat "$work/time"
}

median() {
    sort -n | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# rate SENDER: reads "wall user system", says the rate and keeps it.
rate() {
    local wall user system
    read -r wall user system
    awk -v n="$letters" -v w="$wall" -v c="$user" -v s="$system" -v who="$1" -v file="$work/$1" 'BEGIN {
        printf "%-12s %8.0f letters/s %8.1f s %6.0f µs CPU a letter\n", who, n / w, w, (c + s) / n * 1e6
        printf "%.1f\n", n / w >>file
    }'
}

if [ -z "${UNDERSIGNED:-}" ]; then
    (cd "$root" && cargo build --release --locked)
    UNDERSIGNED=$target/release/undersigned
fi
[ -x "$UNDERSIGNED" ] || fail "\`$UNDERSIGNED\` is not there"
port=$(free_port)

# One letter, kept by the sink, says how many bytes ours have.
make_campaign "$work/one" 1
start_sink -d "$work/dump/%M."
timed "$UNDERSIGNED" -C "$work/one" send --yes >/dev/null
[ "$(stop_sink)" = 1 ] || fail "the sink did not get the one letter that tells the size: $(cat "$work/said")"
# Before the letter the sink writes X- lines and a Received field of its own, and line feeds for CR LF throughout.
size=$(cat "$work"/dump/* | sed '1,/^Received:/d' | sed '1,2d' | sed 's/$/\r/' | wc -c)

echo "$letters letters of $size bytes, $connections connections, ledger on $(df --output=fstype,source "$work" | tail -n 1)"
make_campaign "$work/model" "$letters"
for ((run = 1; run <= runs; run++)); do
    start_sink
    timed smtp-source -d -s "$connections" -m "$letters" -l "$size" -f letters@coalition.example -t office@d.example \
        "127.0.0.1:$port" | rate smtp-source
    took=$(stop_sink)
    [ "$took" = "$letters" ] || fail "the sink took $took of smtp-source's $letters letters"

    rm -rf "$work/campaign"
    cp -r "$work/model" "$work/campaign"
    sync
    start_sink
    timed "$UNDERSIGNED" -C "$work/campaign" send --yes | rate undersigned
    took=$(stop_sink)
    [ "$took" = "$letters" ] || fail "the sink took $took of our $letters letters"
    accepted=$("$UNDERSIGNED" -C "$work/campaign" log --format csv |
        python3 -c 'import csv, sys; print(sum(row["state"] == "accepted" for row in csv.DictReader(sys.stdin)))')
    [ "$accepted" = "$letters" ] || fail "the log says that $accepted of $letters letters were accepted"
done

source_rate=$(median <"$work/smtp-source")
our_rate=$(median <"$work/undersigned")
awk -v s="$source_rate" -v o="$our_rate" 'BEGIN {
    printf "\nmedians: smtp-source %.0f, undersigned %.0f letters/s; ratio %.2f\n", s, o, o / s
}'
