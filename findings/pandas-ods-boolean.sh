#!/usr/bin/env bash
# What surprises: every TRUE of a spreadsheet from an office program that is not in English is False. Of the two values that an .ods cell
# holds, the one for machines ("true") and the one for people ("WAHR"), the latter is compared with the English word.
#
# Input: an .ods with two Boolean cells, both true: one shown as TRUE, one as WAHR, which LibreOffice writes where the cell's language is
# German.
#
# Software: pandas 3.1.1 with odfpy 1.4.1 (PyPI). pyexcel-ods3 0.6.1 reads both as true.
#
# Who meets it: whoever keeps in a list who has consented, who has signed, who is to be written to: the answer is no for all.
#
# Right: OpenDocument 1.2, part 1, attribute office:boolean-value, which holds the value; the paragraphs of a cell (9.1.4) are how it is
# shown.
set -euo pipefail
echo "version pandas 3.1.1 with odfpy 1.4.1 (PyPI). pyexcel-ods3 0.6.1 reads both as true"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 odfpy==1.4.1 pyexcel-ods3==0.6.1
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
import zipfile
import pandas
import pyexcel_ods3

oasis = "urn:oasis:names:tc:opendocument:xmlns"
text = lambda words: f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
true = lambda words: f'<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>{words}</text:p></table:table-cell>'
rows = "".join(f"<table:table-row>{first}{second}</table:table-row>" for first, second in [
    (text("email"), text("consents")), (text("ana@example.net"), true("TRUE")), (text("bo@example.net"), true("WAHR"))])
with zipfile.ZipFile("list.ods", "w") as ods:
    ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    ods.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{oasis}:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    ods.writestr("content.xml", f'<office:document-content xmlns:office="{oasis}:office:1.0" xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0" office:version="1.2"><office:body><office:spreadsheet><table:table table:name="List">{rows}</table:table></office:spreadsheet></office:body></office:document-content>')
seen = pandas.read_excel("list.ods", engine="odf")["consents"].tolist()
other = [row[1] for row in pyexcel_ods3.get_data("list.ods")["List"][1:]]
print("pandas", pandas.__version__)
print("expected: [True, True] (OpenDocument 1.2, part 1, office:boolean-value)")
print(f"seen: {seen} (pyexcel-ods3: {other})")
sys.exit(0 if seen == [True, False] and other == [True, True] else "it is not there any more")
PY
