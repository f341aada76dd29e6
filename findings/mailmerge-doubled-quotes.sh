#!/usr/bin/env bash
# What surprises: a name with a quotation mark in it comes into the letter with the marks of the file, Dear Bo "Bobby"" Lind", if the first
# kilobyte of the list has quotation marks and none within another pair.
#
# Input: a CSV with 40 recipients whose names have a comma, and one whose name has a nickname in it, written as Excel and Python write it.
#
# Software: mailmerge 2.3.0 (PyPI).
#
# Who meets it: whoever has a long list: the letters that one looks at, from its beginning, are right.
#
# Right: RFC 4180, 2, 7: a quotation mark within a field in quotation marks is written twice, and is one.
set -euo pipefail
echo "version mailmerge 2.3.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mailmerge==2.3.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import csv

with open("mailmerge_database.csv", "w", newline="") as database:
    rows = csv.writer(database)
    rows.writerow(["email", "name"])
    rows.writerows([f"office{number}@example.net", f"River Trust, office {number}"] for number in range(40))
    rows.writerow(["bo@example.net", 'Bo "Bobby" Lind'])
PY
printf 'TO: {{email}}\nSUBJECT: A letter\nFROM: letters@example.org\n\nDear {{name}},\n' >mailmerge_template.txt
printf '[smtp_server]\nhost = localhost\nport = 25\n' >mailmerge_server.conf
seen=$("$folder/venv/bin/mailmerge" --dry-run --no-limit --output-format text | grep Lind)
"$folder/venv/bin/mailmerge" --version
echo 'expected: Dear Bo "Bobby" Lind, (RFC 4180, 2, 7)'
echo "seen: $seen"
[ "$seen" = 'Dear Bo "Bobby"" Lind",' ] || { echo "it is not there any more"; exit 1; }
