#!/usr/bin/env bash
# What surprises: the text of an answer ends with the text of the letter that is attached to it, and of an attached report: "I do not
# agree.Please support it." There is not even a line break between the two, nor before the footer of a mailing list.
#
# Input: an answer with the letter attached as message/rfc822, and one with the footer that a mailing list adds as a part of its own.
#
# Software: imap-tools 1.16.0 (PyPI): the text of a message.
#
# Who meets it: whoever looks into answers: a refusal that has our own letter attached says all that we have asked for.
#
# Right: RFC 2046, 5.2.1: the body of message/rfc822 is a message of its own, with its own header; 5.1.3: the parts of multipart/mixed are
# independent of each other. Mailman adds its footer so.
set -euo pipefail
echo "version imap-tools 1.16.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imap-tools==1.16.0
"$folder/venv/bin/python" - <<'PY'
import sys
from imap_tools import MailMessage


def read(second):
    parts = ["Content-Type: text/plain\r\n\r\nI do not agree.", second]
    body = "".join(f"--part\r\n{part}\r\n" for part in parts) + "--part--\r\n"
    head = "From: ana@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n\r\n"
    return MailMessage.from_bytes((head + body).encode()).text


seen = [
    read("Content-Type: message/rfc822\r\n\r\nSubject: Open letter\r\nContent-Type: text/plain\r\n\r\nPlease support it."),
    read("Content-Type: text/plain\r\nContent-Disposition: inline\r\n\r\nList of the Velma delta"),
]
print("expected: I do not agree. (RFC 2046, 5.2.1); and a line of its own for the second part")
print(f"seen: {seen}")
sys.exit(0 if seen == ["I do not agree.Please support it.", "I do not agree.List of the Velma delta"] else "it is not there any more")
PY
