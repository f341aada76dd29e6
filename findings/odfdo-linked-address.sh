#!/usr/bin/env bash
# What surprises: the address in a cell comes out as Markdown, [ana@example.net](mailto:ana@example.net), where the spreadsheet program has
# made it a link; one that it has not is an address.
#
# Input: an .ods with two addresses, of which one is a link to mailto:, as LibreOffice makes it while one types.
#
# Software: odfdo 3.27.3 (PyPI); so in the values of a row, and in what it writes as CSV.
#
# Who meets it: whoever makes a list of recipients from a spreadsheet: an address with brackets is no address.
#
# Right: OpenDocument 1.2, part 1, 6.1.8 (text:a): a link is its text, and an address behind it. What the cell shows is ana@example.net.
set -euo pipefail
echo "version odfdo 3.27.3 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check odfdo==3.27.3 odfpy==1.4.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import A, P
from odfdo import Document

book, sheet = OpenDocumentSpreadsheet(), Table(name="List")
for address, linked in (("ana@example.net", True), ("bo@example.net", False)):
    row, cell, line = TableRow(), TableCell(valuetype="string"), P()
    line.addElement(A(href=f"mailto:{address}", text=address)) if linked else line.addText(address)
    cell.addElement(line)
    row.addElement(cell)
    sheet.addElement(row)
book.spreadsheet.addElement(sheet)
book.save("list.ods")
seen = [values[0] for values in Document("list.ods").body.tables[0].iter_values()]
print("odfdo", version("odfdo"))
print("expected: ['ana@example.net', 'bo@example.net'] (OpenDocument 1.2, part 1, 6.1.8)")
print(f"seen: {seen}")
sys.exit(0 if seen == ["[ana@example.net](mailto:ana@example.net)", "bo@example.net"] else "it is not there any more")
PY
