#!/usr/bin/env bash
# What surprises: words between which an .ods cell has a line break or a tab run together: "Ana Lima" and "MEP" are "Ana LimaMEP".
#
# Input: an .ods with the cell Ana Lima<text:line-break/>MEP<text:tab/>Brussels. Two paragraphs in a cell are kept apart.
#
# Software: python-calamine 0.9.1 (PyPI; the reader is the Rust crate calamine). pyexcel-ods3 0.6.1 gives the break and the tab.
#
# Who meets it: whoever merges letters from a list in .ods: names, offices and addresses of several lines.
#
# Right: OpenDocument 1.2, part 1, 6.1.5 (text:line-break) and 6.1.4 (text:tab).
set -euo pipefail
echo "version python-calamine 0.9.1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 pyexcel-ods3==0.6.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version
import pyexcel_ods3
from python_calamine import CalamineWorkbook

oasis = "urn:oasis:names:tc:opendocument:xmlns"
cell = '<table:table-cell office:value-type="string"><text:p>Ana Lima<text:line-break/>MEP<text:tab/>Brussels</text:p></table:table-cell>'
with zipfile.ZipFile("list.ods", "w") as ods:
    ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    ods.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{oasis}:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    ods.writestr("content.xml", f'<office:document-content xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table table:name="List"><table:table-row>{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>')
((seen,),) = CalamineWorkbook.from_path("list.ods").get_sheet_by_index(0).to_python()
((other,),) = pyexcel_ods3.get_data("list.ods")["List"]
print("python-calamine", version("python-calamine"))
print(r"expected: 'Ana Lima\nMEP\tBrussels' (OpenDocument 1.2, part 1, 6.1.4 and 6.1.5)")
print(f"seen: {seen!r} (pyexcel-ods3: {other!r})")
sys.exit(0 if seen == "Ana LimaMEPBrussels" and other == "Ana Lima\nMEP\tBrussels" else "it is not there any more")
PY
