#!/usr/bin/env bash
# Makes what is released, from a clean clone, into a folder.
#
#   packaging/dist.sh [-t TARGET]… [-f FEATURES] [-p PROFILE] OUT
#
# For each TARGET (this machine's own without -t) an archive with the program, its manual page, its completions, its guide and the notices
# of all that is built in; for this machine's own a Debian package too; the source package; a bill of materials (CycloneDX) of all that is
# built in; and SHA256SUMS of all of it. It needs python3, and for the Debian package dpkg-dev. FEATURES (pdf) are those of cargo, PROFILE
# is `dist`.
#
#   x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu     linked with the C library of the system: glibc, as new as this machine's
#   x86_64-unknown-linux-musl, aarch64-unknown-linux-musl   static: one file that needs nothing
#
# A target that is not this machine's own needs its standard library (`rustup target add TARGET`) and a C compiler for it: musl-gcc
# (Debian: musl-tools), aarch64-linux-gnu-gcc (Debian: gcc-aarch64-linux-gnu). Where one is missing, that is said before anything is built.
#
# The same commit gives the same bytes wherever it is built by the same compilers: no path of the builder's is in them, and all times
# are that of the commit. `packaging/reproducible.sh` shows it.

set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
own=$(rustc -vV | sed -n 's/^host: //p')
cyclonedx_version=0.5.9

targets=()
features=pdf
profile=dist
while getopts t:f:p: option; do
    case $option in
    t) targets+=("$OPTARG") ;;
    f) features=$OPTARG ;;
    p) profile=$OPTARG ;;
    *) sed -n '4s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || { sed -n '4s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ ${#targets[@]} -gt 0 ] || targets=("$own")
mkdir -p "$1"
out=$(realpath "$1")

fail() {
    echo "dist.sh: $*" >&2
    exit 1
}

# compiler_for TARGET: the C compiler that builds for it
compiler_for() {
    case $1 in
    "$own") echo "${CC:-cc}" ;;
    x86_64-unknown-linux-musl) echo musl-gcc ;;
    aarch64-unknown-linux-musl) echo aarch64-linux-musl-gcc ;;
    aarch64-unknown-linux-gnu) echo aarch64-linux-gnu-gcc ;;
    *) fail "it is not known how to build for $1" ;;
    esac
}

cd "$root"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed: what is released can be built again from its commit"
sysroot=$(rustc --print sysroot)
for target in "${targets[@]}"; do
    [ -d "$sysroot/lib/rustlib/$target/lib" ] || fail "$target has no standard library here: rustup target add $target"
    compiler=$(compiler_for "$target")
    command -v "$compiler" >/dev/null || fail "$target needs $compiler"
done

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
build=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$build"
build=$(realpath "$build")
cargo_home=$(realpath "${CARGO_HOME:-$HOME/.cargo}")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

# No path of the builder's: neither in what a panic says nor in what C's assertions say.
paths=("$build=/target" "$root=/undersigned" "$cargo_home=/cargo" "$sysroot=/rust")
rust_flags=(-C "link-arg=-Wl,-z,relro,-z,now")
c_flags=(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
for path in "${paths[@]}"; do
    rust_flags+=("--remap-path-prefix=$path")
    c_flags+=("-ffile-prefix-map=$path")
done
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${rust_flags[*]}")

# tidy FOLDER: all times are the commit's, and everybody may read
tidy() {
    chmod -R u=rwX,go=rX "$1"
    find "$1" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
}

# archive NAME: a folder of $work as an archive whose bytes are the same each time
archive() {
    tidy "$work/$1"
    tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu "$1" | gzip -9n >"$out/$1.tar.gz"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
    compiler=$(compiler_for "$target")
    hardening=("${c_flags[@]}")
    [[ $target != x86_64* ]] || hardening+=(-fstack-clash-protection -fcf-protection)
    [[ $target != aarch64* ]] || hardening+=(-fstack-clash-protection -mbranch-protection=standard)
    name=${target//-/_}
    env "CC_$name=$compiler" "CFLAGS_$name=${hardening[*]}" "CARGO_TARGET_${name^^}_LINKER=$compiler" \
        cargo build --profile "$profile" --locked --target "$target" ${features:+--features "$features"}
    program=$build/$target/$profile/undersigned
    for path in "${paths[@]}"; do
        ! grep --quiet --fixed-strings --text "${path%=*}/" "$program" || fail "$program names the builder's path ${path%=*}"
    done

    name=undersigned-$version-$target
    mkdir -p "$work/$name/completions"
    install -m 755 "$program" "$work/$name/undersigned"
    install -m 644 CHANGELOG.md "$work/$name/"
    "$here/pages.py" "$work/$name"
    "$here/built_in.py" notices --target "$target" --features "$features" "$work/$name/NOTICES.txt"
    # Pages are printed by this machine's own program where the other cannot run here.
    if "$program" --version >/dev/null 2>&1; then
        "$program" man >"$work/$name/undersigned.1"
        for shell in bash zsh fish; do "$program" completions "$shell" >"$work/$name/completions/undersigned.$shell"; done
    fi
    archive "$name"
    [ "$target" != "$own" ] || ! command -v dpkg-deb >/dev/null || "$here/deb.sh" "$program" "$out" "$features" >/dev/null
done

# The source, as `cargo install --path` takes it once it is unpacked.
cargo package --locked --no-verify --quiet --target-dir "$build"
cp "$build/package/undersigned-$version.crate" "$out/"

tools=${UNDERSIGNED_TOOLS:-$build/tools}/cargo-cyclonedx-$cyclonedx_version
if [ ! -x "$tools/bin/cargo-cyclonedx" ]; then
    CARGO_ENCODED_RUSTFLAGS='' cargo install --locked --quiet --version "$cyclonedx_version" --target-dir "$build/tools-build" --root "$tools" cargo-cyclonedx
    rm -rf "$build/tools-build"
fi
"$tools/bin/cargo-cyclonedx" cyclonedx --quiet --format json --spec-version 1.5 ${features:+--features "$features"} \
    --override-filename bill-of-materials
# The tool names the program by the folder in which it lies.
sed "s#file://$root#file:///undersigned#g" bill-of-materials.json >"$out/undersigned-$version.cdx.json"
rm bill-of-materials.json
# It lists what build scripts and macros need too. Where several targets are built, it is that of the first.
"$here/built_in.py" bill --target "${targets[0]}" --features "$features" "$out/undersigned-$version.cdx.json"
! grep --quiet --fixed-strings "$root" "$out/undersigned-$version.cdx.json" || fail "the bill of materials names the builder's path $root"

rm -f "$out/SHA256SUMS"
sums=$(cd "$out" && find . -maxdepth 1 -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum)
echo "$sums" >"$out/SHA256SUMS"
cat "$out/SHA256SUMS"
