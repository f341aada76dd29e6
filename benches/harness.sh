# What the benches have in common: a work folder that is cleaned up, a sink that counts, timing, medians. Sourced, never run.
# shellcheck shell=bash

set -euo pipefail
exec </dev/null
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

bench=$(basename "$0")
benches=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$benches")
target=${CARGO_TARGET_DIR:-$root/target}
limit=${limit:-600} # seconds for one run, whoever sends

fail() {
    echo "$bench: $*" >&2
    exit 1
}

# The comment at the top of the script is its help.
usage() {
    sed -n '2,/^$/{/^#/!d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}

# needs TOOL…
needs() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail "\`$tool\` is missing; apt-get install --no-install-recommends postfix python3"
    done
}

# Makes the work folder, and the program where UNDERSIGNED names none.
prepare() {
    mkdir -p "${BENCH_DIR:=$target/bench}"
    work=$(mktemp -d "$BENCH_DIR/${bench%.sh}.XXXXXX")
    # What the program remembers on this machine of campaigns that are sent again and again in one place.
    export XDG_STATE_HOME=$work/state
    if [ -z "${UNDERSIGNED:-}" ]; then
        (cd "$root" && cargo build --profile dist --locked)
        UNDERSIGNED=$target/dist/undersigned
    fi
    [ -x "$UNDERSIGNED" ] || fail "\`$UNDERSIGNED\` is not there"
}

work=
port= # the sink's
sink=
others=() # further processes that end with the bench
clean_up() {
    local process
    for process in $sink "${others[@]}"; do
        kill "$process" 2>/dev/null || true
    done
    [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# answers PORT: waits until somebody listens there.
answers() {
    local tries=0
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 50 ] || fail "nobody answers on port $1"
        sleep 0.1
    done
}

# Starts a new sink on $port, whose counters begin at nothing. Further arguments are smtp-sink's.
start_sink() {
    local user=()
    [ "$(id -u)" -ne 0 ] || user=(-u root) # it insists on a name
    smtp-sink "${user[@]}" -c "$@" "127.0.0.1:$port" 1024 >"$work/sink.log" 2>&1 &
    sink=$!
    answers "$port"
}

# Stops the sink and says how many messages it took.
stop_sink() {
    sleep 0.2
    kill "$sink"
    wait "$sink" 2>/dev/null || true
    sink=
    tr '\r' '\n' <"$work/sink.log" | sed -n 's/.*mesg=\([0-9]*\).*/\1/p' | tail -n 1
}

# message_size: how many bytes one letter of the campaign in $work/one has on the wire, the sink being at its port.
message_size() {
    start_sink -d "$work/dump/%M."
    timed "$UNDERSIGNED" -C "$work/one" send --yes >/dev/null
    [ "$(stop_sink)" = 1 ] || fail "the sink did not get the one letter that tells the size: $(cat "$work/said")"
    # Before the letter the sink writes X- lines and a Received field of its own, and line feeds for CR LF throughout.
    cat "$work"/dump/* | sed '1,/^Received:/d' | sed '1,2d' | sed 's/$/\r/' | wc -c
}

# timed COMMAND…: seconds that a command takes, and its CPU seconds; what it says goes to $work/said.
timed() {
    local TIMEFORMAT='%R %U %S'
    { time timeout "$limit" "$@" >"$work/said" 2>&1; } 2>"$work/time" || fail "\`$*\` failed: $(tail -n 20 "$work/said")"
    cat "$work/time"
}

median() {
    sort -n | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# rate SENDER LETTERS: reads "wall user system", says the rate and keeps it in $work/rates/SENDER.
rate() {
    local wall user system
    read -r wall user system
    mkdir -p "$work/rates"
    awk -v n="$2" -v w="$wall" -v c="$user" -v s="$system" -v who="$1" -v file="$work/rates/$1" 'BEGIN {
        printf "%-12s %8.0f letters/s %8.1f s %6.0f µs CPU a letter\n", who, n / w, w, (c + s) / n * 1e6
        printf "%.1f\n", n / w >>file
    }'
}

# accepted CAMPAIGN: how many letters its log says were accepted.
accepted() {
    "$UNDERSIGNED" -C "$1" log --format csv |
        python3 -c 'import csv, sys; print(sum(row["state"] == "accepted" for row in csv.DictReader(sys.stdin)))'
}
