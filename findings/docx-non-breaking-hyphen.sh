#!/usr/bin/env bash
# What surprises: a double name that is held together by a non-breaking hyphen loses it: "Müller-Schmidt" is "MüllerSchmidt".
#
# Input: a .docx with w:noBreakHyphen between the two names, which Word writes for Ctrl+Shift+Hyphen.
#
# Software: docx2python 3.7.1 and docx2txt 0.9 (PyPI).
#
# Who meets it: whoever takes a letter or its signatories from a document. The names of just those who cared for them are wrong.
#
# Right: ECMA-376, part 1, 17.3.3.18 (noBreakHyphen: a hyphen that does not break the line); mammoth writes U+2011, python-docx a hyphen.
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

body = "<w:p><w:r><w:t>Müller</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t>Schmidt</w:t></w:r></w:p>"
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
print("expected: Müller-Schmidt, with a hyphen of either kind (ECMA-376, part 1, 17.3.3.18)")
for name, text in seen.items():
    print(f"seen: {name} {version(name)}: {text}")
still = seen["docx2python"] == seen["docx2txt"] == "MüllerSchmidt" and seen["mammoth"] == "Müller\u2011Schmidt"
sys.exit(0 if still else "it is not there any more")
PY
