#!/usr/bin/env bash
# What surprises: what it has written it reads as something else: the note "see S:\news" comes back with a line break in it, and a street with
# a semicolon moves the town, the code and the country by one. The organisation is not read at all.
#
# Input: a contact with a note S:\news, the street "Delta House; 2nd floor" and the organisation Velma.
#
# Software: pythonvCard4 0.2.0 (PyPI), "RFC 6350-compliant vCard 4.0 parser & generator".
#
# Who meets it: whoever keeps the contacts of offices in vCards, and prints addresses from them.
#
# Right: RFC 6350, 3.4: a backslash is written as two, which are one backslash again; semicolons with a backslash do not separate; 6.6.4: ORG.
set -euo pipefail
echo "version pythonvCard4 0.2.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pythonvCard4==0.2.0 pillow==13.0.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
from pythonvCard4.vcard import Contact

print("pythonvCard4", version("pythonvCard4"))
street = ["", "", "Delta House; 2nd floor", "Brussels", "", "1000", "Belgium"]
written = Contact(fn="Ana Lima", org=["Velma"], note="see S:\\news", adr=[{"value": street}]).to_vcard()
read = Contact.from_vcard(written)
print(f"expected: {'see S:' + chr(92) + 'news'!r}, {street}, ['Velma'] (RFC 6350, 3.4)")
print(f"seen: {read.note!r}, {read.adr[0]['value']}, {read.org}")
still = read.note == "see S:\\\news" and read.adr[0]["value"][3] == " 2nd floor" and read.org is None
sys.exit(0 if still else "it is not there any more")
PY
