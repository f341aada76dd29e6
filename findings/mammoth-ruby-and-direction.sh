#!/usr/bin/env bash
# What surprises: text with a reading above it (furigana) is gone, base and all, and so is text in an element that sets its direction. Nothing
# of them is left where they stood.
#
# Input: a .docx with the place name 東京 under its reading (w:ruby), and a Hebrew name in w:dir.
#
# Software: mammoth 1.13.0 (PyPI; the same rules as the one of npm).
#
# Who meets it: whoever takes a letter from a document with Japanese, Hebrew or Arabic in it: names and places are missing from the letter.
#
# Right: ECMA-376, part 1, 17.3.3.25 (ruby) and 17.3.3.27 (rubyBase: the text that the reading belongs to); its
# dir (bidirectional embedding) is a container of runs. docx2python 3.7.1 keeps all of it.
set -euo pipefail
echo "version mammoth 1.13.0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mammoth==1.13.0 docx2python==3.7.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version
import docx2python
import mammoth

run = lambda text: f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
ruby = "<w:r><w:ruby><w:rubyPr/><w:rt>" + run("とうきょう") + "</w:rt><w:rubyBase>" + run("東京") + "</w:rubyBase></w:ruby></w:r>"
body = "<w:p>" + run("From ") + ruby + run(", ") + '<w:dir w:val="rtl">' + run("נועה") + "</w:dir>" + run(" signs.") + "</w:p>"
office = "http://schemas.openxmlformats.org"
with zipfile.ZipFile("letter.docx", "w") as docx:
    docx.writestr("[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    docx.writestr("_rels/.rels", f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    docx.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{office}/package/2006/relationships"/>')
    docx.writestr("word/document.xml", f'<w:document xmlns:w="{office}/wordprocessingml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships"><w:body>{body}<w:sectPr/></w:body></w:document>')
with open("letter.docx", "rb") as file:
    text = mammoth.extract_raw_text(file).value.strip()
other = docx2python.docx2python("letter.docx").text.strip()
print("mammoth", version("mammoth"))
print("expected: From 東京, נועה signs. (with or without the reading; ECMA-376, part 1, 17.3.3.25)")
print(f"seen: {text}")
print(f"docx2python: {other}")
sys.exit(0 if text == "From ,  signs." and "東京" in other and "נועה" in other else "it is not there any more")
PY
