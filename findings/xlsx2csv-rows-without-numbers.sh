#!/usr/bin/env bash
# What surprises: a list whose rows and cells do not say where they stand comes out empty, with exit status 0 and no word.
#
# Input: an .xlsx with a header and one recipient, whose rows and cells have no `r`. openpyxl and LibreOffice read both rows.
#
# Software: xlsx2csv 0.8.6 (PyPI).
#
# Who meets it: whoever converts lists that a web form or a database has exported: some writers leave the optional numbers out.
#
# Right: ECMA-376, part 1, 18.3.1.73 (row) and 18.3.1.4 (c): `r` is optional; a row or cell without it stands behind the one before it.
set -euo pipefail
echo "version xlsx2csv 0.8.6 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check xlsx2csv==0.8.6
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import subprocess
import sys
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def row(*cells):
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


parts = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
    f'{row("email", "name")}{row("ana@example.net", "Ana Lima")}</sheetData></worksheet>',
}
with zipfile.ZipFile("list.xlsx", "w") as book:
    for name, content in parts.items():
        book.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
ran = subprocess.run([f"{sys.prefix}/bin/xlsx2csv", "list.xlsx"], capture_output=True, text=True)
print(subprocess.run([f"{sys.prefix}/bin/xlsx2csv", "--version"], capture_output=True, text=True).stdout.strip() or "xlsx2csv")
print(r"expected: 'email,name\nana@example.net,Ana Lima\n' (ECMA-376, part 1, 18.3.1.73)")
print(f"seen: {ran.stdout!r}, exit status {ran.returncode}, {ran.stderr!r} on stderr")
sys.exit(0 if (ran.stdout, ran.returncode, ran.stderr) == ("", 0, "") else "it is not there any more")
PY
