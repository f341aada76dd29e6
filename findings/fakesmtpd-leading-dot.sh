#!/usr/bin/env bash
# What surprises: a line that begins with a point is kept with two, and a line "From now on we vote." makes two mails of one: the second has no
# header, and the first ends in the midst.
#
# Input: a letter with the lines ".velma is a domain" and "From now on we vote.", sent by Python's smtplib.
#
# Software: fakesmtpd 2026.7.0 (PyPI), "SMTP server for testing mail functionality", which writes an mbox. Python's mailbox reads it.
#
# Who meets it: testers of senders, who look for the fault in the sender.
#
# Right: RFC 5321, 4.5.2: of a line that begins with a period and goes on the first character is deleted. mbox(5): a line
# of a message that begins with "From " gets a > before it.
set -euo pipefail
echo "version fakesmtpd 2026.7.0 (PyPI)"
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fakesmtpd==2026.7.0
port=$(python3 -c 'import socket; taken = socket.socket(); taken.bind(("127.0.0.1", 0)); print(taken.getsockname()[1])')
timeout 60 "$folder/venv/bin/fakesmtpd" --bind 127.0.0.1 --port "$port" --output-filename "$folder/sent.mbox" >"$folder/log" 2>&1 &
server=$!
python3 - "$port" "$folder/sent.mbox" <<'PY'
import mailbox
import smtplib
import sys
import time

letter = "From: ana@example.org\r\nTo: bo@example.net\r\nSubject: Velma\r\n\r\nDear Bo,\r\n\r\n.velma is a domain\r\n\r\nFrom now on we vote.\r\n\r\nAna\r\n"
for attempt in range(50):
    try:
        with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=5) as smtp:
            smtp.sendmail("ana@example.org", ["bo@example.net"], letter)
        break
    except ConnectionError:
        time.sleep(0.2)
time.sleep(1)
mails = list(mailbox.mbox(sys.argv[2]))
lines = mails[0].get_payload().splitlines()
print('expected: 1 mail, with the lines ".velma is a domain" and "Ana" (RFC 5321, 4.5.2; mbox(5))')
print(f"seen: {len(mails)} mails, the first with the lines {[line for line in lines if line]}")
sys.exit(0 if len(mails) == 2 and "..velma is a domain" in lines and "Ana" not in lines else "it is not there any more")
PY
