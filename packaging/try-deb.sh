#!/usr/bin/env bash
# Tries a Debian package in a fresh Debian that has nothing else: no compiler, no network, no root.
#
#   packaging/try-deb.sh PACKAGE SUITE CACHE
#
# SUITE is bookworm (12) or trixie (13). The fresh Debian is fetched once with debootstrap and kept in CACHE. The package is installed,
# its campaign made, checked, planned, sent within the machine, shown and told of by an ordinary user without a network; then the package
# is removed, and nothing of it may be left.
#
# It needs root, debootstrap, and Debian's package registry for the first time.

set -euo pipefail
package=$(realpath "$1")
suite=$2
mkdir -p "$3"
cache=$(realpath "$3")
[ "$(id -u)" -eq 0 ] || { echo "try-deb.sh needs root: it makes a system in a folder" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "try-deb.sh needs debootstrap" >&2; exit 1; }

fresh=$cache/$suite.tar
if [ ! -f "$fresh" ]; then
    making=$(mktemp -d "$cache/making.XXXXXX")
    # What comes with it besides the least is what the package is linked with anyway, in case of a suite that left it out.
    debootstrap --variant=minbase --include=libgcc-s1 "$suite" "$making" >"$cache/$suite.log" 2>&1 || { tail -n 20 "$cache/$suite.log" >&2; exit 1; }
    tar --create --file "$fresh.new" --directory "$making" --exclude=./dev --exclude=./proc --exclude=./var/cache/apt .
    mv "$fresh.new" "$fresh"
    rm -rf "$making"
fi

place=$(mktemp -d)
trap 'umount "$place/dev" 2>/dev/null || true; rm -rf "$place"' EXIT
tar --extract --file "$fresh" --directory "$place"
chmod 755 "$place"
mkdir -p "$place/dev" "$place/proc"
mount -t tmpfs -o mode=755 tmpfs "$place/dev"
for device in null:3 zero:5 random:8 urandom:9; do
    mknod -m 666 "$place/dev/${device%:*}" c 1 "${device#*:}"
done
# In a network of its own, of which only this machine is a part: the sandbox's server is on loopback.
inside() {
    unshare --net -- sh -c 'ip link set lo up; exec chroot "$@"' inside "$place" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
}
fail() {
    echo "try-deb.sh: $suite: $*" >&2
    exit 1
}

inside sh -c 'command -v cc gcc cargo' && fail "there is a compiler"
inside find / -xdev -path /tmp -prune -o -path /var -prune -o -print | LC_ALL=C sort >"$place.before"
cp "$package" "$place/tmp/undersigned.deb"
inside dpkg --install /tmp/undersigned.deb >/dev/null
inside useradd --create-home coordinator
inside test -s /usr/share/man/man1/undersigned.1.gz || [ -f "$place/etc/dpkg/dpkg.cfg.d/excludes" ] || fail "there is no manual page"
doc=/usr/share/doc/undersigned
for file in /usr/share/bash-completion/completions/undersigned "$doc"/{copyright,LICENSE,NOTICES.gz,README.md,docs/README.md,docs/pictures/letter.png}; do
    inside setpriv --reuid nobody --clear-groups test -s "$file" || fail "there is no $file that everybody may read"
done

cat >"$place/tmp/campaign.sh" <<'END'
set -eu
cd
undersigned --version
undersigned --quiet init letter
cd letter
undersigned --quiet check
undersigned --quiet plan
undersigned --quiet send --sandbox --yes
undersigned status --sandbox
undersigned --quiet log --sandbox --format csv >log.csv
undersigned --quiet report --sandbox --out report.html
undersigned --quiet publish --out public
test -s report.html
test -s public/index.html
test "$(ls logs/sandbox/letters/*.eml | wc -l)" -gt 5
END
inside setpriv --reuid coordinator --regid coordinator --clear-groups env HOME=/home/coordinator sh /tmp/campaign.sh >"$place.said" 2>&1 ||
    { cat "$place.said" >&2; fail "the campaign did not go through"; }
grep -q accepted "$place.said" || { cat "$place.said" >&2; fail "nothing was accepted"; }

inside dpkg --purge undersigned >/dev/null
inside userdel --remove coordinator 2>/dev/null
inside find / -xdev -path /tmp -prune -o -path /var -prune -o -print | LC_ALL=C sort >"$place.after"
left=$(LC_ALL=C comm -13 "$place.before" "$place.after" | grep -v -e '^/etc/.*-$' || true)
rm -f "$place.before" "$place.after" "$place.said"
[ -z "$left" ] || fail "what is left when the package is removed: $left"
echo "$suite: installed, a campaign sent and told of, removed"
