#!/usr/bin/env bash
# What surprises: the server offers PIPELINING, takes a message, and refuses the commands that stand behind its end in the same
# write, with a 503; the same commands in one write without a message before them are taken.
#
# Input: a message and its final dot, and behind it MAIL, RCPT and DATA of the next one, in one write.
#
# Software: Haraka 3.3.4 (npm), with a rule that takes every recipient, and its own that keeps messages as files.
#
# Who meets it: whoever sends many letters and saves a round trip for each, as the standard lets them: the sender's address seems to be
# refused, and a program that stops there sends one letter to each connection, or none of the rest.
#
# Right: RFC 2920, section 3.1: the transfer of a message may be the first in a group of commands that are sent at one time; what must
# be the last of its group is listed there, and a message is not among it. Section 3.2: a server that offers the extension must not
# lose what follows.
set -euo pipefail
echo "version Haraka 3.3.4 (npm)"
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts Haraka@3.3.4
haraka=$folder/node_modules/Haraka/bin/haraka
node "$haraka" -i "$folder/case" >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'listen=127.0.0.1:%s\nnodes=0\n' "$port" >"$folder/case/config/smtp.ini"
printf 'everybody\nqueue/test\n' >"$folder/case/config/plugins"
echo mail.example.net >"$folder/case/config/me"
echo 'exports.hook_rcpt = (next) => next(OK);' >"$folder/case/plugins/everybody.js"
mkdir "$folder/mail"
TMPDIR=$folder/mail node "$haraka" -c "$folder/case" >"$folder/log" 2>&1 &
server=$!
python3 - "$port" <<'PY'
import socket, sys, time
for _ in range(100):
    try:
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
        break
    except OSError:
        time.sleep(0.1)
replies = s.makefile("rb")
def said():
    while True:
        line = replies.readline().decode().strip()
        if line[3:4] != "-":
            return line
def tell(*lines):
    s.sendall("".join(line + "\r\n" for line in lines).encode())
commands = ["MAIL FROM:<letters@example.org>", "RCPT TO:<ana@example.net>", "DATA"]
message = ["Subject: A letter", "", "Dear Ana,", "."]
said()
tell("EHLO client.example.org")
offered = [replies.readline().decode().strip()]
while offered[-1][3:4] == "-":
    offered.append(replies.readline().decode().strip())
tell(*commands)
alone = [said() for _ in commands]
tell(*message, *commands)
taken, behind = said(), [said() for _ in commands]
print("PIPELINING is offered:", any("PIPELINING" in line for line in offered))
print("in one write, without a message before them:", " / ".join(line[:3] for line in alone))
print("expected: 250 for the message, and 250 / 250 / 354 for what stands behind it (RFC 2920, section 3.1)")
print("seen:", taken[:3], "and", " / ".join(behind))
if not (taken.startswith("250") and behind[0].startswith("503") and [line[:3] for line in alone] == ["250", "250", "354"]):
    print("it is not there any more")
    sys.exit(1)
PY
