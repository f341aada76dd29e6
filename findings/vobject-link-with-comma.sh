#!/usr/bin/env bash
# What surprises: the page https://velma.example/delta,velma is read as https://velma.example/delta; of two nicknames the second is gone. Read
# and written back, the card has lost them for good.
#
# Input: URL:https://velma.example/delta,velma and NICKNAME:Ana,Anita in a vCard 3.0.
#
# Software: vobject 0.9.9 (PyPI), "A full-featured Python package for parsing and creating iCalendar and vCard files", on which address book
# programs and servers stand.
#
# Who meets it: whoever keeps the contacts of the press, or of offices, in vCards.
#
# Right: RFC 2426, 3.6.8: the value of URL is one uri, in which a comma is a character as any other (RFC 3986, 2.2); 3.1.3: the value of
# NICKNAME is one or more texts, separated by commas.
set -euo pipefail
echo "version vobject 0.9.9 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
import vobject

print("vobject", version("vobject"))
text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Lima\r\nN:Lima;Ana;;;\r\nNICKNAME:Ana,Anita\r\nURL:https://velma.example/delta,velma\r\nEND:VCARD\r\n"
card = vobject.readOne(text)
again = card.serialize()
print("expected: https://velma.example/delta,velma, and Ana and Anita (RFC 2426, 3.6.8 and 3.1.3)")
print(f"seen: {card.url.value}, and {card.nickname.value}; written back: {'velma' in again.split('delta')[-1]} and {'Anita' in again}")
still = card.url.value == "https://velma.example/delta" and card.nickname.value == "Ana" and "Anita" not in again
sys.exit(0 if still else "it is not there any more")
PY
