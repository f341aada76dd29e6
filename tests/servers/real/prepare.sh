#!/usr/bin/env bash
# Unpacks real mail servers, each in a folder of its own, since Debian's exclude one another on one machine. Needs root,
# debootstrap and npm, some 2 GB, and a few minutes; what is there already stays. Nothing is started, and nothing of the
# machine is changed.
#
#   prepare.sh [-s SUITE] [FOLDER [SERVER…]]
#
# FOLDER    where they go: $UNDERSIGNED_SERVERS, or else ~/.cache/undersigned-servers
# SERVER    exim, postfix (with postgrey and policyd-rate-limit), opensmtpd, sendmail, courier, haraka; all where none is named.
#           dovecot, cyrus and courier-imap keep mailboxes: ../mailboxes asks them
# -s SUITE  Debian's release: trixie, unless another is named; bookworm has older versions of the same servers
set -euo pipefail

usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

suite=trixie
while getopts s: option; do
    case $option in
    s) suite=$OPTARG ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))

folder=${1:-${UNDERSIGNED_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/undersigned-servers}}
[ $# -eq 0 ] || shift
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(exim postfix opensmtpd sendmail courier haraka)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
haraka_version=3.3.4

PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

packages() {
    case $1 in
    exim) echo exim4-daemon-heavy ;;
    postfix) echo postfix postgrey policyd-rate-limit ;;
    opensmtpd) echo opensmtpd ;;
    sendmail) echo sendmail-bin sendmail-cf sensible-mda m4 make ;;
    courier) echo courier-mta courier-authdaemon ;;
    dovecot) echo dovecot-imapd ;;
    cyrus) echo cyrus-imapd cyrus-admin sasl2-bin libsasl2-modules ;;
    courier-imap) echo courier-imap courier-authdaemon ;;
    *) return 1 ;;
    esac
}

# A command inside of a folder that holds a system, with nothing of the caller's environment.
inside() {
    local root=$1
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# The smallest system, once for all servers.
make_base() {
    local base=$folder/$suite
    [ ! -d "$base" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "debootstrap needs root; run it with sudo"
    command -v debootstrap >/dev/null || fail "\`debootstrap\` is missing; apt-get install debootstrap"
    echo "$base: Debian $suite"
    rm -rf --one-file-system "$base.new"
    debootstrap --variant=minbase "$suite" "$base.new" >"$folder/$suite.log" 2>&1 ||
        fail "debootstrap failed; see $folder/$suite.log"
    # Packages that are unpacked here start nothing.
    printf '#!/bin/sh\nexit 101\n' >"$base.new/usr/sbin/policy-rc.d"
    chmod +x "$base.new/usr/sbin/policy-rc.d"
    mv "$base.new" "$base"
}

make_server() {
    local name=$1 root=$folder/$suite-$1 list
    [ ! -d "$root" ] || return 0
    list=$(packages "$name") || fail "\`$name\` is no server; there are exim, postfix, opensmtpd, sendmail, courier, haraka, dovecot, cyrus and courier-imap"
    make_base
    echo "$root: $list"
    rm -rf --one-file-system "$root.new"
    cp -a "$folder/$suite" "$root.new"
    # The daemons look names up in this file alone.
    printf '127.0.0.1 localhost mx.server.test\n' >"$root.new/etc/hosts"
    {
        inside "$root.new" apt-get update -q
        # shellcheck disable=SC2086
        inside "$root.new" apt-get install -qy --no-install-recommends $list
        inside "$root.new" apt-get clean
    } >"$folder/$suite-$name.log" 2>&1 </dev/null || fail "\`$name\` could not be unpacked; see $folder/$suite-$name.log"
    # No name server answers: what is not in /etc/hosts is not found, at once.
    printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$root.new/etc/resolv.conf"
    sed -i 's/^hosts:.*/hosts: files/' "$root.new/etc/nsswitch.conf"
    mv "$root.new" "$root"
}

make_haraka() {
    local root=$folder/haraka-$haraka_version
    [ ! -d "$root" ] || return 0
    command -v npm >/dev/null || fail "\`npm\` is missing; Debian has it as npm"
    echo "$root: from npm"
    rm -rf --one-file-system "$root.new"
    mkdir "$root.new"
    # The lock file names the checksum of each package.
    cp "$here/haraka/package.json" "$here/haraka/package-lock.json" "$root.new"
    (cd "$root.new" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund) >"$folder/haraka.log" 2>&1 </dev/null ||
        fail "npm failed; see $folder/haraka.log"
    mv "$root.new" "$root"
}

for name in "${wanted[@]}"; do
    if [ "$name" = haraka ]; then make_haraka; else make_server "$name"; fi
done
echo "$folder"
