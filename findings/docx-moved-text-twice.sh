#!/usr/bin/env bash
# What surprises: a sentence that was moved with tracked changes on is in the text twice, at its old place and at its new one. Text that was
# deleted with tracked changes on is left out by the same readers.
#
# Input: a .docx with a moved sentence: w:moveFrom around it where it was, w:moveTo where it is. Word writes this when a paragraph is dragged.
#
# Software: docx2python 3.7.1 and docx2txt 0.9 (PyPI).
#
# Who meets it: whoever takes the text of a letter from the document that a group has discussed: it asks for the same thing twice.
#
# Right: ECMA-376, part 1, 17.13.5.22 (moveFrom: the content has been moved away) and 17.13.5.25 (moveTo: it stands here); mammoth and Word
# show it once.
set -euo pipefail
echo "version docx2python 3.7.1 and docx2txt 0.9 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docx2python==3.7.1 docx2txt==0.9 mammoth==1.13.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version
import docx2python
import docx2txt
import mammoth

run = lambda text: f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
body = ('<w:p><w:moveFrom w:id="1" w:author="Ana">' + run("Sign. ") + "</w:moveFrom>" + run("Read. ")
        + '<w:moveTo w:id="2" w:author="Ana">' + run("Sign.") + "</w:moveTo></w:p>")
office = "http://schemas.openxmlformats.org"
with zipfile.ZipFile("letter.docx", "w") as docx:
    docx.writestr("[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    docx.writestr("_rels/.rels", f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    docx.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{office}/package/2006/relationships"/>')
    docx.writestr("word/document.xml", f'<w:document xmlns:w="{office}/wordprocessingml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships"><w:body>{body}<w:sectPr/></w:body></w:document>')
with open("letter.docx", "rb") as file:
    seen = {
        "docx2python": docx2python.docx2python("letter.docx").text.strip(),
        "docx2txt": docx2txt.process("letter.docx").strip(),
        "mammoth": mammoth.extract_raw_text(file).value.strip(),
    }
print("expected: Read. Sign. (ECMA-376, part 1, 17.13.5.22)")
for name, text in seen.items():
    print(f"seen: {name} {version(name)}: {text}")
still = seen["docx2python"] == seen["docx2txt"] == "Sign. Read. Sign." and seen["mammoth"] == "Read. Sign."
sys.exit(0 if still else "it is not there any more")
PY
