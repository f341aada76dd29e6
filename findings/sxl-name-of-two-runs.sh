#!/usr/bin/env bash
# What surprises: a name of which one word is bold is None, where it stands in the sheet itself; in the table of shared strings it is whole.
# A name with its reading in kana has the reading glued to it.
#
# Input: Ana Lima with a bold surname, written by XlsxWriter with constant_memory and without it; 山田 with its phonetic text.
#
# Software: sxl 0.0.1a10 (PyPI), which is for big files.
#
# Who meets it: whoever reads big lists that a program has exported, and whoever writes to Japan: "Dear 山田ヤマダ".
#
# Right: ECMA-376, part 1, 18.3.1.53 (is) and 18.4.4 (r): the runs together are the text; 18.4.6 (rPh): the reading is a hint.
set -euo pipefail
echo "version sxl 0.0.1a10 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check sxl==0.0.1a10 XlsxWriter==3.2.9
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import zipfile
from importlib.metadata import version

import sxl
import xlsxwriter


def write(name, **options):
    with xlsxwriter.Workbook(name, options) as book:
        book.add_worksheet().write_rich_string(0, 0, "Ana ", book.add_format({"bold": True}), "Lima")


read = lambda name: list(sxl.Workbook(name).sheets[1].rows)[0][0]
write("shared.xlsx")
write("inline.xlsx", constant_memory=True)
with zipfile.ZipFile("shared.xlsx") as from_it, zipfile.ZipFile("kana.xlsx", "w") as to:
    for part in from_it.namelist():
        text = from_it.read(part)
        if part == "xl/sharedStrings.xml":
            kana = '<si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></si>'.encode()
            text = text[: text.index(b"<si>")] + kana + text[text.index(b"</si>") + len(b"</si>") :]
        to.writestr(part, text)
seen = [read("shared.xlsx"), read("inline.xlsx"), read("kana.xlsx")]
print("sxl", version("sxl"))
print("expected: ['Ana Lima', 'Ana Lima', '山田'] (ECMA-376, part 1, 18.4.4 and 18.4.6)")
print(f"seen: {seen}")
sys.exit(0 if seen == ["Ana Lima", None, "山田ヤマダ"] else "it is not there any more")
PY
