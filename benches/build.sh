#!/usr/bin/env bash
# What a build from the sources costs, from nothing: the README's first command, beside what it was.
#
#   benches/build.sh [COMMIT]
#
# Builds this commit twice in folders of its own, without a dependency that was built before: as it is, and with the release profile of
# before 30 November 2026 (link-time optimisation, one codegen unit, everything optimised in full). COMMIT is what the second is built of
# (HEAD). Both are built at once, so that whatever else the machine does slows either: the processor time of both, and their ratio, are
# printed. It takes ten minutes or so on two idle cores, and 3 GB under BENCH_DIR (a folder under target).

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
before=$(git -C "$root" rev-parse "${1:-HEAD}")
place=${BENCH_DIR:-${CARGO_TARGET_DIR:-$root/target}/bench}
mkdir -p "$place"
place=$(mktemp -d "$(realpath "$place")/build.XXXXXX")
trap 'rm -rf "$place"' EXIT

# What is put back: everything is optimised in full again.
as_it_was() {
    sed -i -E '/^\[profile\.(release|bench)(\.|\])/,/^$/d; /^\[profile\.dist\]/,/^$/d' Cargo.toml
    printf '\n[profile.release]\nlto = "thin"\ncodegen-units = 1\nstrip = "symbols"\n' >>Cargo.toml
}

# built NAME COMMIT [COMMAND]: the seconds of processor time that a build took
built() {
    git clone --quiet "$root" "$place/$1"
    cd "$place/$1"
    git checkout --quiet "$2"
    ${3:-true}
    CARGO_TARGET_DIR=$place/$1.target TIMEFORMAT='%U %S' bash -c "time cargo build --release --locked --quiet" 2>&1 | awk 'END { print $1 + $2 }' >"$place/$1.seconds"
    [ -x "$place/$1.target/release/undersigned" ] || { echo "build.sh: $1 was not built" >&2; exit 1; }
}

built before "$before" as_it_was &
one=$!
built now HEAD
wait "$one"
awk '{ seconds[FNR == NR ? "before" : "now"] = $1 } END {
    printf "before: %.0f s; now: %.0f s of processor time; ratio %.2f\n", seconds["before"], seconds["now"], seconds["now"] / seconds["before"]
}' "$place/before.seconds" "$place/now.seconds"
