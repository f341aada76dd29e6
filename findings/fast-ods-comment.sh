#!/usr/bin/env bash
# What surprises: the name in a cell with a comment is gone, and the comment with its author is the name; behind a merged cell the values of
# a row stand one column too far to the left.
#
# Input: an .ods with a recipient to whose name somebody has added a comment, and a row whose first two cells are merged.
#
# Software: fast-ods 0.3.2 (PyPI).
#
# Who meets it: whoever brings a list that colleagues have worked on into a program: "Dear Boask her first".
#
# Right: OpenDocument 1.2, part 1, 14.1 (a comment is no content of the cell) and 9.1.5 (a covered cell has its place in the row). Its own
# page leaves out styles, formulas and metadata.
set -euo pipefail
echo "version fast-ods 0.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fast-ods==0.3.2 odfpy==1.4.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from fast_ods import ODSParser
from odf.dc import Creator
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P


def cell(text, comment=None, **options):
    made = TableCell(valuetype="string", **options)
    if comment:
        note = Annotation()
        note.addElement(Creator(text="Bo"))
        note.addElement(P(text=comment))
        made.addElement(note)
    made.addElement(P(text=text))
    return made


book, sheet = OpenDocumentSpreadsheet(), Table(name="List")
for cells in (
    [cell("ana@example.net"), cell("Ana Lima", comment="ask her first"), cell("en")],
    [cell("bo@example.net", numbercolumnsspanned=2), CoveredTableCell(), cell("fr")],
):
    row = TableRow()
    for one in cells:
        row.addElement(one)
    sheet.addElement(row)
book.spreadsheet.addElement(sheet)
book.save("list.ods")
seen = [tuple(row) for row in ODSParser().parse("list.ods")]
print("fast-ods", version("fast-ods"))
print("expected: [('ana@example.net', 'Ana Lima', 'en'), ('bo@example.net', None, 'fr')] (OpenDocument 1.2, part 1, 14.1 and 9.1.5)")
print(f"seen: {seen}")
still = [("ana@example.net", "Boask her first", "en"), ("bo@example.net", "fr")]
sys.exit(0 if [row[:3] for row in seen] == still else "it is not there any more")
PY
