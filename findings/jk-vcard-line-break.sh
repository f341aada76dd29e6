#!/usr/bin/env bash
# What surprises: a note with an accent and a line break is written as "=A" for the break, where two digits belong: in a reader the break is
# an odd sign, or the rest of the note is gone. A card in which only the accents are encoded, as the format's page has it, cannot be read.
#
# Input: a note of two lines, "Jiří calls" and "on Monday"; and N:M=C3=BCller;Ana.
#
# Software: jk-vcard 0.2020.9.21.1 (PyPI), which "parses (and produces) vCard data as provided in vcf files". Python's quopri reads what it wrote.
#
# Who meets it: whoever cleans the address book of a telephone with it.
#
# Right: RFC 2045, 6.7, which vCard 2.1 refers to for Quoted-Printable: an octet is "=" and two hexadecimal digits, and other characters may
# stand for themselves.
set -euo pipefail
echo "version jk-vcard 0.2020.9.21.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jk-vcard==0.2020.9.21.1 jk-utils==0.2025.3.8 \
  jk-datamatrix==0.2025.5.25 jk-json==0.2025.1.8 jk-version==0.2026.3.27.1
"$folder/venv/bin/python" -W ignore - <<'PY'
import quopri
import sys
from importlib.metadata import version
from jk_version import Version
from jk_vcard import VCard, VCardItem, VCFEncoder, VCFParser

print("jk-vcard", version("jk-vcard"))
lines = list(VCFEncoder.toLines(VCard(version=Version("2.1"), data=[VCardItem("NOTE", [], ["Jiří calls\non Monday"])])))
note = next(line for line in lines if line.startswith("NOTE")).split(":", 1)[1]
seen = quopri.decodestring(note.encode()).decode(errors="replace")
print(f"expected: {'Jiří calls' + chr(10) + 'on Monday'!r} (RFC 2045, 6.7)\nseen: {seen!r}, of {note}")
card = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Ana\nEND:VCARD\n"
try:
    read = str(VCFParser.parseText(card)[0].data[0].values)
except TypeError as error:
    read = f"TypeError: {error}"
print(f"expected: ['Müller', 'Ana']\nseen: {read}")
sys.exit(0 if "=A=6F" in note and "\n" not in seen and read.startswith("TypeError") else "it is not there any more")
PY
