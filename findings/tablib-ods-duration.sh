#!/usr/bin/env bash
# What surprises: one cell with a duration of a day or more, or with minutes left out, and the whole spreadsheet cannot be read.
#
# Input: an .ods with a recipient, and beside it the hours that somebody has worked: 26:30, written as PT26H30M00S, as LibreOffice does it.
#
# Software: tablib 3.10.0 with odfpy 1.4.1 (PyPI).
#
# Who meets it: whoever imports lists with Django's import and export, or from data sets of volunteers.
#
# Right: OpenDocument 1.2, part 1, 18.2 (duration) and 19.382 (office:time-value): a duration of XML Schema, of any length.
set -euo pipefail
echo "version tablib 3.10.0 with odfpy 1.4.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "tablib[ods]==3.10.0" odfpy==1.4.1
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version

import tablib
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P


def read(duration):
    book, sheet, row = OpenDocumentSpreadsheet(), Table(name="List"), TableRow()
    for options, text in (({"valuetype": "string"}, "ana@example.net"), ({"valuetype": "time", "timevalue": duration}, "26:30")):
        cell = TableCell(**options)
        cell.addElement(P(text=text))
        row.addElement(cell)
    sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    book.save("list.ods")
    try:
        return str(tablib.Dataset().load(open("list.ods", "rb"), format="ods", headers=False)[0][0])
    except ValueError as error:
        return f"ValueError: {error}"


seen = [read("PT02H30M00S"), read("PT26H30M00S")]
print("tablib", version("tablib"))
print("expected: ['ana@example.net', 'ana@example.net'] (OpenDocument 1.2, part 1, 18.2)")
print(f"seen: {seen}")
sys.exit(0 if seen[0] == "ana@example.net" and seen[1].startswith("ValueError") else "it is not there any more")
PY
