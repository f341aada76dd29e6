#!/usr/bin/env bash
# Shows that the same commit gives the same bytes: it is cloned into two folders, built in each, and what is released is compared.
#
#   packaging/reproducible.sh [OPTIONS OF dist.sh]
#
# The folders have names of different lengths, and so have their target folders. It takes twice as long as a cold build.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/reproducible.XXXXXX")
trap 'rm -rf "$place"' EXIT
for folder in one another-one; do
    git clone --quiet "$root" "$place/$folder"
    CARGO_TARGET_DIR=$place/built-in-$folder "$place/$folder/packaging/dist.sh" "$@" "$place/$folder.out"
    rm -rf "$place/built-in-$folder"
done
if diff --recursive --brief "$place/one.out" "$place/another-one.out"; then
    echo "the same bytes, twice"
else
    echo "they differ" >&2
    exit 1
fi
