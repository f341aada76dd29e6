#!/usr/bin/env bash
# What surprises: the letter from "Lima, Ana" <ana@example.org> has two senders, Lima and Ana, and one recipient "Lind, Bo" is two, since
# the quotation marks are lost; a name with an accent goes into the header as it is.
#
# Input: a sender and a recipient with a comma in their names, given in quotation marks, and one called Jiří.
#
# Software: envelope 2.5.0 (PyPI), which writes and sends mail; the fields are read with Python's email.
#
# Who meets it: whoever sends to people whose list has the surname first. "Lind" is no address, so servers refuse the letter, or add their
# own domain.
#
# Right: RFC 5322, 3.2.4 and 3.4: a comma in a name needs quotation marks, else it ends the mailbox. RFC 2047, 5 (3): a name outside ASCII
# is an encoded word; RFC 6532 allows it raw, with SMTPUTF8 only.
set -euo pipefail
echo "version envelope 2.5.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check envelope==2.5.0
"$folder/venv/bin/python" - <<'PY'
import sys
from email import message_from_bytes, policy
from envelope import Envelope

letter = Envelope("Dear all").from_('"Lima, Ana" <ana@example.org>').to('"Lind, Bo" <bo@example.net>').cc("Jiří <jiri@example.net>").subject("Velma")
written = bytes(letter)
message = message_from_bytes(written, policy=policy.default)
seen = [address.addr_spec for name in ("From", "To") for address in message[name].addresses]
print("expected: ana@example.org, bo@example.net (RFC 5322, 3.4), and no letter outside ASCII in the header")
print(f"seen: {', '.join(seen)}; Jiří as it is: {'Jiří'.encode() in written}")
sys.exit(0 if seen == ["Lima", "ana@example.org", "Lind", "bo@example.net"] and "Jiří".encode() in written else "it is not there any more")
PY
