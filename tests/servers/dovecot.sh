#!/usr/bin/env bash
# A throw-away Dovecot on loopback, beside the Postfix of postfix.sh: mailboxes with quotas, and with answers from those who are
# away. It needs root, no systemd and no DNS; nothing leaves the machine.
#
#   dovecot.sh start DIR    starts it and prints where it listens; does nothing where it already runs
#   dovecot.sh stop  DIR    stops it; the folder stays, with the mail and the server's log
#
# DIR is the folder of a Postfix that runs: its certificate and its test authority serve here too. It listens on
#   127.0.0.1:2993   IMAP, TLS from the first byte                       IMAPS_PORT
#   127.0.0.1:2143   IMAP, STARTTLS                                      IMAP_PORT
#   127.0.0.1:2424   LMTP, where Postfix brings the mail                 LMTP_PORT
# (the variable on the right chooses another port; SMTP_PORT is Postfix's, to which answers go).
#
# In each domain under office.example there are the same mailboxes, each with the password `correct horse`:
#   letters@…    the campaign's: reports are put into its folder `Bounces`; `Gesendet` is for what was sent
#   away@…       answers that it is out of the office, with the day of return, twenty days from the start
#   full@…       is full: 552 5.2.2
#   minister@… clerk@… registry@… critic@… silent@…   take what comes
# Any other address is unknown: 550 5.1.1. What Postfix does before Dovecot is asked is said in postfix.sh.
#
# DIR/office holds the mail: DOMAIN/NAME/Maildir. DIR/dovecot.env has the settings as shell assignments, DIR/dovecot.log the server's log.
set -euo pipefail

# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

imaps_port=${IMAPS_PORT:-2993}
imap_port=${IMAP_PORT:-2143}
home=$dir/dovecot

running() {
    [ -e "$home/.throw-away" ] && [ -s "$home/dovecot.conf" ] && doveadm -c "$home/dovecot.conf" process status >/dev/null 2>&1
}

write_rules() {
    mkdir -p "$home/rules"
    local back
    back=$(LC_ALL=C date -d '+20 days' '+%-d %B %Y')
    cat >"$home/rules/away.sieve" <<END
require ["vacation"];
vacation :days 1 :subject "Out of office" "I am out of the office until $back and have no access to my mail.";
END
    cat >"$home/rules/letters.sieve" <<'END'
require ["fileinto", "mailbox"];
if header :contains "Content-Type" "multipart/report" {
    fileinto :create "Bounces";
}
END
    # They are compiled here, since whoever delivers cannot write beside them.
    sievec -c "$home/dovecot.conf" "$home/rules"
}

write_settings() {
    mkdir -p "$home/run" "$dir/office"
    # Mail is written by the person who uses sudo, so that their tests can read it, and never by root.
    local owner=${SUDO_UID:-0} group
    [ "$owner" -ne 0 ] || owner=$(id -u nobody)
    group=$(id -g "$owner")
    chown "$owner" "$dir/office"

    local name
    for name in letters away minister clerk registry critic silent; do
        echo "$name:{PLAIN}$password::::::"
    done >"$home/users"
    echo "full:{PLAIN}$password::::::userdb_quota_rule=*:bytes=1" >>"$home/users"
    chown root:dovecot "$home/users"
    chmod 0640 "$home/users"

    cat >"$home/dovecot.conf" <<END
base_dir = $home/run
state_dir = $home/run
log_path = $dir/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
first_valid_uid = 1
first_valid_gid = 1

ssl = required
ssl_cert = <$dir/tls/server.pem
ssl_key = <$dir/tls/server.key
# DH parameters of one's own are not needed with elliptic curves.
auth_mechanisms = plain login

mail_location = maildir:~/Maildir
mail_plugins = quota
namespace inbox {
  inbox = yes
  mailbox Gesendet {
    auto = create
    special_use = \Sent
  }
}
# The same people in each domain: only what is before the @ is looked up.
passdb {
  driver = passwd-file
  args = username_format=%n $home/users
}
userdb {
  driver = passwd-file
  args = username_format=%n $home/users
  override_fields = uid=$owner gid=$group home=$dir/office/%d/%n
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_status_overquota = 552 5.2.2 Mailbox is full
  sieve_before = $home/rules/%n.sieve
}

submission_host = 127.0.0.1:$smtp_port
protocol lmtp {
  mail_plugins = quota sieve
  hostname = $host
  postmaster_address = postmaster@office.example
}

service imap-login {
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp_port
  }
}
END

    cat >"$dir/dovecot.env" <<END
UNDERSIGNED_DOVECOT_TLS=$host:$imaps_port
UNDERSIGNED_DOVECOT_STARTTLS=$host:$imap_port
UNDERSIGNED_DOVECOT_PASSWORD='$password'
UNDERSIGNED_DOVECOT_MAIL='$dir/office'
END
}

start() {
    if running; then
        cat "$dir/dovecot.env"
        return
    fi
    local tool port
    for tool in dovecot doveadm sievec; do
        command -v "$tool" >/dev/null ||
            fail "\`$tool\` is missing; apt-get install --no-install-recommends dovecot-imapd dovecot-lmtpd dovecot-sieve"
    done
    [ "$(id -u)" -eq 0 ] || fail "Dovecot needs root; run it with sudo"
    case $(dovecot --version) in
    2.3.*) ;;
    *) fail "the settings are those of Dovecot 2.3, and this is $(dovecot --version)" ;;
    esac
    { [ -e "$dir/.throw-away" ] && [ -s "$dir/tls/server.pem" ]; } || fail "no Postfix was started in \`$dir\`; run postfix.sh first"
    for port in "$imaps_port" "$imap_port" "$lmtp_port"; do
        ! answers "$port" || fail "port $port of 127.0.0.1 is taken; set IMAPS_PORT, IMAP_PORT or LMTP_PORT"
    done

    # Everything is made anew, since mail of an earlier run must not turn up in this one.
    rm -rf "${dir:?}"/{dovecot,office,dovecot.env,dovecot.log}
    mkdir -p "$home"
    touch "$home/.throw-away"
    write_settings
    write_rules
    dovecot -c "$home/dovecot.conf" </dev/null >"$home/start.log" 2>&1 || fail "it does not start: $(cat "$home/start.log")"
    wait_for_ports "$dir/dovecot.log" "$imaps_port" "$imap_port" "$lmtp_port"
    cat "$dir/dovecot.env"
}

stop() {
    running || return 0
    doveadm -c "$home/dovecot.conf" stop
    local tries=0
    while running; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "it does not end"
        sleep 0.1
    done
}

act
