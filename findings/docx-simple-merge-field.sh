#!/usr/bin/env bash
# What surprises: "Dear «name»," is read as "Dear ,": a merge field is dropped with the text that it shows, when it is a simple field. The same
# field in its long form (w:fldChar) keeps its text.
#
# Input: a .docx with <w:fldSimple w:instr=" MERGEFIELD name ">, the short form of the same field.
#
# Software: mammoth 1.13.0 and python-docx 1.2.0 (PyPI). Known: mwilliamson/python-mammoth issue 69, python-openxml/python-docx issue 1370.
#
# Who meets it: whoever takes the template of a mail merge from Word into another tool: the places for names vanish without a word.
#
# Right: ECMA-376, part 1, 17.16.19 (fldSimple: its runs are the current result of the field, and what a reader sees).
set -euo pipefail
echo "version mammoth 1.13.0 and python-docx 1.2.0 (PyPI). Known"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mammoth==1.13.0 python-docx==1.2.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version
import docx as python_docx
import mammoth

run = lambda text: f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
mark = lambda kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
simple = '<w:fldSimple w:instr=" MERGEFIELD name ">' + run("«name»") + "</w:fldSimple>"
long = mark("begin") + "<w:r><w:instrText> MERGEFIELD name </w:instrText></w:r>" + mark("separate") + run("«name»") + mark("end")
body = "".join("<w:p>" + run("Dear ") + field + run(",") + "</w:p>" for field in (long, simple))
office = "http://schemas.openxmlformats.org"
with zipfile.ZipFile("letter.docx", "w") as docx:
    docx.writestr("[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    docx.writestr("_rels/.rels", f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    docx.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{office}/package/2006/relationships"/>')
    docx.writestr("word/document.xml", f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body>{body}<w:sectPr/></w:body></w:document>')
with open("letter.docx", "rb") as file:
    seen = {
        "mammoth": mammoth.extract_raw_text(file).value.split("\n\n")[:2],
        "python-docx": [paragraph.text for paragraph in python_docx.Document("letter.docx").paragraphs],
    }
print("expected: Dear «name», twice (ECMA-376, part 1, 17.16.19)")
for name, lines in seen.items():
    print(f"seen: {name} {version(name)}: {lines}")
sys.exit(0 if all(lines == ["Dear «name»,", "Dear ,"] for lines in seen.values()) else "it is not there any more")
PY
