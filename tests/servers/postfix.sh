#!/usr/bin/env bash
# A throw-away Postfix on loopback, for the end-to-end tests. It needs root, no systemd and no DNS; nothing leaves the machine.
#
#   postfix.sh start DIR    starts it and prints where it listens; does nothing where it already runs
#   postfix.sh stop  DIR    stops it; the folder stays, with the mail and the server's log
#
# It listens on
#   127.0.0.1:2525   without TLS and without login                       SMTP_PORT
#   127.0.0.1:2587   STARTTLS, then a login: PLAIN or LOGIN              SUBMISSION_PORT
#   127.0.0.1:2465   TLS from the first byte, then a login               SUBMISSIONS_PORT
# (the variable on the right chooses another port). The login is `letters` with the password `correct horse`.
#
# What it makes of a recipient, whatever the domain:
#   nobody@…   550 5.1.1 at RCPT
#   later@…    450 4.2.0 at RCPT
#   others     delivered to the Maildir DIR/mail: one file for each recipient, whose Delivered-To and X-Original-To say for whom
# What it makes of one in a domain under office.example, once it has taken the letter:
#   moved@…        a report: 5.1.6, moved to new-address@…
#   secretariat@…  passed on to clerk@…
#   slow@…         held, since the next server does not answer, and a report on the delay
#   others         brought to Dovecot, by LMTP (LMTP_PORT, 2424); dovecot.sh starts one, and says what it makes of them
# A message over 2,000,000 bytes is refused with 552 5.3.4.
#
# DIR/ca.pem is the test authority that signed the certificate (for `localhost` and 127.0.0.1), DIR/env the settings as shell
# assignments, DIR/postfix.log the server's log.
set -euo pipefail

# shellcheck source=tests/servers/common.sh
. "$(dirname "$0")/common.sh"

submission_port=${SUBMISSION_PORT:-2587}
submissions_port=${SUBMISSIONS_PORT:-2465}
login=letters

running() {
    [ -e "$dir/.throw-away" ] && [ -s "$dir/etc/main.cf" ] && postfix -c "$dir/etc" status 2>/dev/null
}

make_certificates() {
    local tls=$dir/tls
    mkdir -p "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 -subj '/CN=Test authority' \
        -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' \
        -keyout "$tls/ca.key" -out "$dir/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$host" \
        -keyout "$tls/server.key" -out "$tls/server.csr" 2>/dev/null
    printf '%s\n' "subjectAltName=DNS:$host,IP:127.0.0.1" 'basicConstraints=critical,CA:FALSE' \
        'keyUsage=critical,digitalSignature' 'extendedKeyUsage=serverAuth' >"$tls/server.ext"
    openssl x509 -req -in "$tls/server.csr" -CA "$dir/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 30 \
        -extfile "$tls/server.ext" -out "$tls/server.pem" 2>/dev/null
}

# A Cyrus SASL database of its own: the machine's accounts are never asked. Debian's Postfix looks for the file `smtpd.conf` in
# the folder `sasl` beside main.cf, and nowhere else: it ignores cyrus_sasl_config_path.
make_login() {
    local users=$dir/data/users.db
    printf '%s' "$password" | saslpasswd2 -p -c -f "$users" -u "$host" "$login"
    chown postfix "$users"
    mkdir -p "$dir/etc/sasl"
    printf '%s\n' 'pwcheck_method: auxprop' 'auxprop_plugin: sasldb' "sasldb_path: $users" \
        'mech_list: PLAIN LOGIN' >"$dir/etc/sasl/smtpd.conf"
}

write_settings() {
    mkdir -p "$dir/etc" "$dir/spool" "$dir/data" "$dir/mail"
    chown postfix "$dir/data"
    # Mail is written by the person who uses sudo, so that their tests can read it, and never by root.
    local owner=${SUDO_UID:-0}
    [ "$owner" -ne 0 ] || owner=$(id -u nobody)
    chown "$owner" "$dir/mail"

    cat >"$dir/etc/recipients" <<'END'
/^nobody@/  550 5.1.1 No such user here
/^later@/   450 4.2.0 Mailbox is busy, try again later
END

    # Nobody listens on port 1.
    cat >"$dir/etc/transport" <<END
/^slow@.*\.office\.example$/  lmtp:inet:127.0.0.1:1
/@.*\.office\.example$/       lmtp:inet:127.0.0.1:$lmtp_port
END
    echo '/^moved@(.*\.office\.example)$/  new-address@$1' >"$dir/etc/relocated"
    echo '/^secretariat@(.*\.office\.example)$/  clerk@$1' >"$dir/etc/aliases"

    cat >"$dir/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
myhostname = $host
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
# Nothing is mended on the way: a letter without Date or Message-ID arrives without them.
local_header_rewrite_clients =
disable_dns_lookups = yes
smtputf8_enable = yes
message_size_limit = 2000000

# Every domain is one of ours, and every address ends in the one Maildir or in Dovecot. There is no smtp(8) client to send mail on.
mydestination =
relay_domains =
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:no local delivery
relay_transport = error:nothing leaves this machine
default_transport = error:nothing leaves this machine
virtual_transport = virtual
virtual_mailbox_domains = static:all
virtual_mailbox_base = $dir
virtual_mailbox_maps = static:mail/
virtual_mailbox_limit = 0
virtual_uid_maps = static:$owner
virtual_gid_maps = static:$(id -g "$owner")
transport_maps = regexp:$dir/etc/transport
relocated_maps = regexp:$dir/etc/relocated
virtual_alias_maps = regexp:$dir/etc/aliases
recipient_delimiter = +
# Whoever moved is reported on, and not refused at RCPT.
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access regexp:$dir/etc/recipients, permit

smtpd_tls_cert_file = $dir/tls/server.pem
smtpd_tls_key_file = $dir/tls/server.key
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 0
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = $host
smtpd_sasl_security_options = noanonymous

# The machine is fast and the tests are many: wait for nothing.
smtpd_error_sleep_time = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
delay_warning_time = 1s
in_flow_delay = 0
END

    cat >"$dir/etc/master.cf" <<END
127.0.0.1:$smtp_port inet n - n - - smtpd
127.0.0.1:$submission_port inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:$submissions_port inet n - n - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
scache unix - - n - 1 scache
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
END

    cat >"$dir/env" <<END
UNDERSIGNED_POSTFIX=127.0.0.1:$smtp_port
UNDERSIGNED_POSTFIX_STARTTLS=$host:$submission_port
UNDERSIGNED_POSTFIX_TLS=$host:$submissions_port
UNDERSIGNED_POSTFIX_USER=$login
UNDERSIGNED_POSTFIX_PASSWORD='$password'
UNDERSIGNED_POSTFIX_CA='$dir/ca.pem'
UNDERSIGNED_MAILDIR='$dir/mail'
END
}

start() {
    if running; then
        cat "$dir/env"
        return
    fi
    local tool port
    for tool in postfix saslpasswd2 openssl; do
        command -v "$tool" >/dev/null ||
            fail "\`$tool\` is missing; apt-get install --no-install-recommends postfix sasl2-bin libsasl2-modules openssl"
    done
    [ "$(id -u)" -eq 0 ] || fail "Postfix needs root; run it with sudo"
    for port in "$smtp_port" "$submission_port" "$submissions_port"; do
        ! answers "$port" || fail "port $port of 127.0.0.1 is taken; set SMTP_PORT, SUBMISSION_PORT or SUBMISSIONS_PORT"
    done

    # Everything is made anew, since letters of an earlier run must not turn up in this one; but only what this script made is
    # removed.
    mkdir -p "$dir"
    [ -e "$dir/.throw-away" ] || [ -z "$(ls -A "$dir")" ] || fail "\`$dir\` holds other files; take an empty or a new folder"
    touch "$dir/.throw-away"
    rm -rf "${dir:?}"/{etc,spool,data,tls,mail,ca.pem,ca.srl,env,postfix.log,check.log}
    chmod 0755 "$dir"
    setpriv --reuid=postfix --clear-groups test -x "$dir" ||
        fail "\`$dir\` cannot be entered by the user \`postfix\`; take a folder whose parents are open, under /tmp for one"
    make_certificates
    write_settings
    make_login
    # `check` makes the queue's folders; what it says of their owners does not matter for a queue that is thrown away.
    postfix -c "$dir/etc" check >"$dir/check.log" 2>&1 || fail "the settings are refused: $(cat "$dir/check.log")"
    # The daemons keep the files that they are started with: never the caller's pipe.
    postfix -c "$dir/etc" start </dev/null >>"$dir/check.log" 2>&1 || fail "it does not start: $(cat "$dir/check.log")"
    wait_for_ports "$dir/postfix.log" "$smtp_port" "$submission_port" "$submissions_port"
    cat "$dir/env"
}

stop() {
    [ -e "$dir/.throw-away" ] && [ -s "$dir/etc/main.cf" ] || return 0
    local pid tries=0
    pid=$(tr -d ' ' <"$dir/spool/pid/master.pid" 2>/dev/null || true)
    postfix -c "$dir/etc" stop 2>/dev/null || true
    [ -n "$pid" ] || return 0
    # The daemons are the master's process group.
    while kill -0 -- "-$pid" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 50 ] || kill -KILL -- "-$pid" 2>/dev/null || true
        [ "$tries" -lt 60 ] || fail "process group $pid does not end"
        sleep 0.1
    done
}

act
