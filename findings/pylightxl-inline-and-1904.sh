#!/usr/bin/env bash
# What surprises: addresses and names that stand in the sheet itself, and not in the table of shared strings, are empty; a date in a
# workbook that counts from 1904 is four years and a day early.
#
# Input: one row, written by XlsxWriter with constant_memory, and with date_1904 as Excel for the Mac did for long: bo@example.net, and 9
# November 2026.
#
# Software: pylightxl 1.61 (PyPI).
#
# Who meets it: whoever reads lists that a program has exported: the row is there, and nobody in it.
#
# Right: ECMA-376, part 1, 18.3.1.53 (is: the text of a cell in the cell) and 18.17.4.1 (date1904).
set -euo pipefail
echo "version pylightxl 1.61 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pylightxl==1.61 XlsxWriter==3.2.9
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import date
from importlib.metadata import version

import pylightxl
import xlsxwriter

with xlsxwriter.Workbook("list.xlsx", {"constant_memory": True, "date_1904": True}) as book:
    sheet = book.add_worksheet()
    sheet.write(0, 0, "bo@example.net")
    sheet.write_datetime(0, 1, date(2026, 11, 9), book.add_format({"num_format": "yyyy-mm-dd"}))
found = pylightxl.readxl("list.xlsx")
seen = next(iter(found.ws(found.ws_names[0]).rows))
print("pylightxl", version("pylightxl"))
print("expected: ['bo@example.net', '2026/11/09'] (ECMA-376, part 1, 18.3.1.53 and 18.17.4.1)")
print(f"seen: {seen}")
sys.exit(0 if seen == ["", "2022/11/08"] else "it is not there any more")
PY
