#!/usr/bin/env bash
# What surprises: a field that is to begin with a capital loses the others: "vice-chair McKay MEP" becomes "Vice-chair mckay mep"; with Caps,
# "Vice-Chair Mckay Mep".
#
# Input: MERGEFIELD role \* FirstCap, and the same field with \* Caps and with none.
#
# Software: docx-mailmerge2 1.0.3 (PyPI), "Performs a Mail Merge on docx (Microsoft Office Word) files"; "the fields formatting is respected when
# compatible", says its page.
#
# Who meets it: whoever begins a line of a letter with a name or a role out of a list.
#
# Right: ECMA-376, part 1, 17.16.4.3, and Microsoft, "Format field results": FirstCap makes the first letter of the first word a capital; Lower is
# the one that makes letters small.
set -euo pipefail
echo "version docx-mailmerge2 1.0.3 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docx-mailmerge2==1.0.3
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import re
import sys
import zipfile
from importlib.metadata import version
from mailmerge import MailMerge

print("docx-mailmerge2", version("docx-mailmerge2"))
office = "http://schemas.openxmlformats.org"
kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
mark = lambda type: f'<w:r><w:fldChar w:fldCharType="{type}"/></w:r>'
field = lambda switch: f'<w:p>{mark("begin")}<w:r><w:instrText xml:space="preserve"> MERGEFIELD role {switch} </w:instrText></w:r>{mark("separate")}<w:r><w:t>role</w:t></w:r>{mark("end")}</w:p>'
fields = "".join(map(field, ["", r"\* Caps", r"\* FirstCap"]))
parts = {
    "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/><Override PartName="/word/settings.xml" ContentType="{kind}.settings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r2" Type="{office}/officeDocument/2006/relationships/settings" Target="settings.xml"/></Relationships>',
    "word/settings.xml": f'<w:settings xmlns:w="{office}/wordprocessingml/2006/main"/>',
    "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body>{fields}<w:sectPr/></w:body></w:document>',
}
with zipfile.ZipFile("letter.docx", "w") as docx:
    for name, text in parts.items():
        docx.writestr(name, text)
with MailMerge("letter.docx") as document:
    document.merge(role="vice-chair McKay MEP")
    document.write("merged.docx")
with zipfile.ZipFile("merged.docx") as docx:
    seen = re.findall(r"<w:t\b[^>]*>([^<]*)</w:t>", docx.read("word/document.xml").decode())
print("expected: vice-chair McKay MEP; Vice-chair McKay MEP the last (ECMA-376, part 1, 17.16.4.3)")
print("seen:", "; ".join(seen))
sys.exit(0 if seen[0] == "vice-chair McKay MEP" and seen[-1] == "Vice-chair mckay mep" else "it is not there any more")
PY
