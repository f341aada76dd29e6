#!/usr/bin/env bash
# What surprises: a 1 that a spreadsheet shows as "yes" comes out as the format's own code, `"yes";"yes";"no"`, and a 0 that it shows as
# "no" as the time 00:00.
#
# Input: a column of 1 and 0 with the number format "yes";"yes";"no", written by XlsxWriter. LibreOffice shows yes and no.
#
# Software: xlsx2csv 0.8.6 (PyPI).
#
# Who meets it: whoever converts a list of signatories in which the column of consent has such a format: 00:00 is no word for no.
#
# Right: ECMA-376, part 1, 18.8.31 (numFmts): text in quotes is shown as it stands; the third section is that of zero.
set -euo pipefail
echo "version xlsx2csv 0.8.6 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsx2csv==0.8.6 XlsxWriter==3.2.9
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import csv
import io
import subprocess
import sys
import xlsxwriter

with xlsxwriter.Workbook("list.xlsx") as book:
    sheet = book.add_worksheet()
    consent = book.add_format({"num_format": '"yes";"yes";"no"'})
    for row, (name, value) in enumerate([("Amis de la Velma", 1), ("River Trust", 0)]):
        sheet.write(row, 0, name)
        sheet.write(row, 1, value, consent)
ran = subprocess.run([f"{sys.prefix}/bin/xlsx2csv", "list.xlsx"], capture_output=True, text=True, check=True)
seen = [row[1] for row in csv.reader(io.StringIO(ran.stdout))]
print(subprocess.run([f"{sys.prefix}/bin/xlsx2csv", "--version"], capture_output=True, text=True).stdout.strip() or "xlsx2csv")
print("expected: ['yes', 'no'] (ECMA-376, part 1, 18.8.31)")
print(f"seen: {seen}")
sys.exit(0 if seen == ['"yes";"yes";"no"', "00:00"] else "it is not there any more")
PY
