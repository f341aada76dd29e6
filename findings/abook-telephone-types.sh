#!/usr/bin/env bash
# What surprises: a number of the types voice and work is gone, and the same number of the types work and voice is there.
#
# Input: TEL;TYPE=voice,work and TEL;TYPE=work,voice in two cards.
#
# Software: abook 0.9.1 (PyPI), "Python library to convert between Abook and vCard".
#
# Who meets it: whoever calls offices from an address book that was made of vCards.
#
# Right: RFC 2426, 3.3.1, and RFC 6350, 5.6: types are a list, whose order means nothing; its own example is TEL;TYPE=work,voice,pref,msg.
set -euo pipefail
echo "version abook 0.9.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check abook==0.9.1 vobject==0.9.9
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from configparser import ConfigParser
from importlib.metadata import version
import vobject
from abook import Abook

print("abook", version("abook"))
seen = []
for types in ("work,voice", "voice,work"):
    card = vobject.readOne(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Lima\r\nN:Lima;Ana;;;\r\nTEL;TYPE={types}:+32 2 555 01 00\r\nEND:VCARD\r\n")
    book = ConfigParser(default_section="format")
    Abook.to_abook(card, "0", book)
    seen.append(dict(book["0"]).get("workphone"))
print("expected: +32 2 555 01 00, twice (RFC 6350, 5.6)")
print(f"seen: {seen[0]} and {seen[1]}")
sys.exit(0 if seen == ["+32 2 555 01 00", None] else "it is not there any more")
PY
