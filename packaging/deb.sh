#!/usr/bin/env bash
# Makes a Debian package of a program that was built: the program, its manual page, its completions, its guide, and the notices of the
# libraries that are built in.
#
#   packaging/deb.sh PROGRAM OUT [FEATURES]
#
# PROGRAM runs on this machine and is for it; it was built with FEATURES (pdf). The package is written to OUT (a folder), and its path is printed. It takes the time of
# the last commit for all times (or SOURCE_DATE_EPOCH), so that the same program gives the same bytes.
#
# DEB_COMPRESSION (xz) is what dpkg-deb's -Z takes: `none` is quick and large.
#
# It needs dpkg-deb and dpkg-shlibdeps (Debian: dpkg-dev), and python3.

set -euo pipefail
umask 022
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
features=${3-pdf}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for tool in dpkg-deb dpkg-shlibdeps; do
    command -v "$tool" >/dev/null || { echo "deb.sh needs $tool (Debian: dpkg-dev)" >&2; exit 1; }
done

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$("$program" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
doc=$tree/usr/share/doc/undersigned

install -D -m 755 "$program" "$tree/usr/bin/undersigned"
strip --strip-all "$tree/usr/bin/undersigned"

mkdir -p "$tree/usr/share/man/man1"
"$program" man | gzip -9n >"$tree/usr/share/man/man1/undersigned.1.gz"

# shell, where its completions lie
while read -r shell file; do
    mkdir -p "$(dirname "$tree/$file")"
    "$program" completions "$shell" >"$tree/$file"
done <<'END'
bash usr/share/bash-completion/completions/undersigned
zsh usr/share/zsh/vendor-completions/_undersigned
fish usr/share/fish/vendor_completions.d/undersigned.fish
END

mkdir -p "$doc"
"$root/packaging/pages.py" "$doc"
"$root/packaging/built_in.py" notices --features "$features" "$work/NOTICES"
gzip -9n <"$work/NOTICES" >"$doc/NOTICES.gz"
gzip -9n <"$root/CHANGELOG.md" >"$doc/changelog.gz"
cat >"$doc/copyright" <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: undersigned
Source: the source package that is released with this one

Files: *
Copyright: the authors of undersigned
License: AGPL-3+
 This program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License as
 published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.
 .
 The text of that license is in LICENSE, beside this file.
 .
 The libraries that are built into the program have licenses of their own: NOTICES.gz, beside this file, has each with its text.
END

# What it is linked with is what it needs.
mkdir -p "$work/debian"
printf 'Source: undersigned\n\nPackage: undersigned\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info "$tree/usr/bin/undersigned" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "deb.sh: what $program is linked with is not known" >&2; exit 1; }

mkdir -p "$tree/DEBIAN"
cat >"$tree/DEBIAN/control" <<END
Package: undersigned
Version: $version
Architecture: $architecture
Maintainer: the authors of undersigned <undersigned@coalition.example>
Installed-Size: $(du --summarize --apparent-size --block-size=1K "$tree/usr" | cut -f 1)
Depends: $depends
Recommends: ca-certificates
Suggests: xdg-utils
Section: mail
Priority: optional
Description: mail merge for joint public letters
 Sends a letter that many organisations signed to everyone it is addressed to,
 from an ordinary mail account: each in the right language with the right
 salutation, within the account's limits, and exactly once. Afterwards it shows
 who was contacted, when, with what result, and who has answered.
END
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$tree"
find "$tree" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +

package=$out/undersigned_${version}_$architecture.deb
dpkg-deb --build --root-owner-group "-Z${DEB_COMPRESSION:-xz}" "$tree" "$package" >/dev/null
echo "$package"
