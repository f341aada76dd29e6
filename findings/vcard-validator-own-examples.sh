#!/usr/bin/env bash
# What surprises: valid cards are said to be wrong: each that has a line with a group (item1.EMAIL), one with TYPE=WORK in capitals on an
# address, one with BDAY;VALUE=date, and one with the standard's own example of a time zone. TYPE=INTERNET in capitals on an e-mail
# address is right.
#
# Input: cards of version 3.0 with one such line each.
#
# Software: vcard 1.0.0 (PyPI), a validator; it names the section of RFC 2426 with each complaint.
#
# Who meets it: whoever checks an address book before taking recipients from it. Apple's programs write item1.EMAIL and BDAY;value=date.
#
# Right: RFC 2426, 4 (a content line may begin with a group; the words of its grammar are without regard to case, by RFC 2234, 2.3; BDAY
# may have VALUE=date) and 3.4.1 (TZ;VALUE=text:-05:00; EST; Raleigh/North America).
set -euo pipefail
echo "version vcard 1.0.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check vcard==1.0.0
"$folder/venv/bin/python" - <<'PY'
import sys
import tempfile
import warnings
from vcard.vcard_validator import VcardValidator

warnings.simplefilter("ignore")


def read(line):
    card = ["BEGIN:VCARD", "VERSION:3.0", "N:Lima;Ana;;;", "FN:Ana Lima", line, "END:VCARD", ""]
    with tempfile.NamedTemporaryFile(suffix=".vcf") as file:
        file.write("\r\n".join(card).encode())
        file.flush()
        return VcardValidator(file.name, False).result.split(" (See")[0] or "valid"


lines = [
    "item1.EMAIL:ana@example.net",
    "ADR;TYPE=WORK:;;1 Main Street;Dublin;;D02 XY45;Ireland",
    "BDAY;VALUE=date:1980-01-01",
    "TZ;VALUE=text:-05:00; EST; Raleigh/North America",
    "EMAIL;TYPE=INTERNET:ana@example.net",
]
seen = [read(line) for line in lines]
for line, word in zip(lines, seen):
    print(f"{line}: expected valid; seen {word}")
unwanted = "Property should not have parameters"
sys.exit(0 if seen == ["Group mismatch", "Invalid parameter value", unwanted, unwanted, "valid"] else "it is not there any more")
PY
