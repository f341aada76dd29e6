#!/usr/bin/env bash
# What surprises: a document that binds the namespace of relationships to another prefix than `r`, or not at all since it has no links, is
# refused: KeyError: 'r'.
#
# Input: one sentence in a .docx, once with the prefix declared and once without; nothing in the document needs it.
#
# Software: docx2python 3.7.1 (PyPI).
#
# Who meets it: whoever takes letters from documents that another program than Word has made: XML libraries write their own prefixes.
#
# Right: Namespaces in XML 1.0, section 4 (a prefix is only a placeholder for the namespace name); ECMA-376, part 1, 17.2.3 (document) asks
# for no prefix. mammoth 1.13.0 reads both.
set -euo pipefail
echo "version docx2python 3.7.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docx2python==3.7.1 mammoth==1.13.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version
import docx2python
import mammoth

body = "<w:p><w:r><w:t>Please sign.</w:t></w:r></w:p>"


def write(prefix):
    office = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile("letter.docx", "w") as docx:
        docx.writestr("[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        docx.writestr("_rels/.rels", f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
        docx.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{office}/package/2006/relationships"/>')
        docx.writestr("word/document.xml", f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"{prefix.format(office=office)}><w:body>{body}<w:sectPr/></w:body></w:document>')


def read(prefix):
    write(prefix)
    with open("letter.docx", "rb") as file:
        other = mammoth.extract_raw_text(file).value.strip()
    try:
        return docx2python.docx2python("letter.docx").text.strip(), other
    except KeyError as error:
        return f"KeyError: {error}", other


declared, absent = read(' xmlns:r="{office}/officeDocument/2006/relationships"'), read("")
print("docx2python", version("docx2python"), "beside mammoth", version("mammoth"))
print("expected: Please sign., both times (Namespaces in XML 1.0, section 4)")
print(f"seen: with the prefix {declared[0]} (mammoth: {declared[1]}); without {absent[0]} (mammoth: {absent[1]})")
still = declared == ("Please sign.", "Please sign.") and absent == ("KeyError: 'r'", "Please sign.")
sys.exit(0 if still else "it is not there any more")
PY
