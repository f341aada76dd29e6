# What the throw-away servers have in common: how a script is called, and the ports of loopback. It is read by them, and not run.
# shellcheck shell=bash

usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

[ $# -eq 2 ] || usage
action=$1
case $2 in
/*) dir=$2 ;;
*) dir=$PWD/$2 ;;
esac

host=localhost
password='correct horse'
smtp_port=${SMTP_PORT:-2525}
lmtp_port=${LMTP_PORT:-2424}

# Debian keeps servers' programs here, which is not on everyone's PATH.
PATH=$PATH:/usr/sbin:/sbin

# Whether a connection to a port of loopback is taken.
answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Waits until all ports answer; the server's log is in the file that is named first.
wait_for_ports() {
    local log=$1 port tries
    shift
    for port in "$@"; do
        tries=0
        until answers "$port"; do
            tries=$((tries + 1))
            [ "$tries" -lt 100 ] || fail "port $port does not answer after ten seconds; see $log"
            sleep 0.1
        done
    done
}

# Starts or stops the server, as the script was called.
act() {
    case $action in
    start) start ;;
    stop) stop ;;
    *) usage ;;
    esac
}
