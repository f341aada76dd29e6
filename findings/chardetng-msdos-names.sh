#!/usr/bin/env bash
# What surprises: a short list of names that an MS-DOS program wrote is taken for Japanese, and letters are lost in it: the byte of "ü"
# takes the letter behind it along. The same names from an old Macintosh are taken for Polish or Czech. No doubt is told with the guess.
#
# Input: a header and one row with the name "Jürgen Müller", in code page 850 and in Mac Roman.
#
# Software: chardetng-py 0.3.5 (PyPI), which is chardetng, the detector of Firefox.
#
# Who meets it: whoever reads lists of unknown encoding with the detector alone. Exports of old membership programs are in code page 850, and
# a name with a lost letter goes into a salutation.
#
# Right: the bytes are valid code page 850 and Mac Roman (https://unicode.org/Public/MAPPINGS/VENDORS/), and the names are German. chardetng's
# page says that it knows encodings of the Web alone: then a guess for other bytes has to be told as one.
set -euo pipefail
echo "version chardetng-py 0.3.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check chardetng-py==0.3.5
"$folder/venv/bin/python" - <<'PY'
import sys
from chardetng_py import detect

seen = []
for written in ["cp850", "mac_roman"]:
    row = "email;name\na@example.org;Jürgen Müller\n".encode(written)
    guess = detect(row)
    name = row.decode(guess, "replace").splitlines()[1].split(";")[1]
    print(f"expected: Jürgen Müller ({written})")
    print(f"seen: {name} ({guess})")
    seen.append((guess, name))
sys.exit(0 if seen == [("Shift_JIS", "J〉gen M〕ler"), ("windows-1250", "Jźrgen Mźller")] else "it is not there any more")
PY
