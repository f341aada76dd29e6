#!/usr/bin/env bash
# What surprises: an opening quotation mark is a control character and the letter C: “keep it alive” is "\x81Ckeep it alive”". The closing
# one is right.
#
# Input: \ldblquote keep it alive\rdblquote , as word processors write it, and the same with \u8220.
#
# Software: rtf-converter 0.1.22 (PyPI), "Easily convert RTF to plain text format".
#
# Who meets it: whoever takes the text of a letter, or of an answer, out of an .rtf file.
#
# Right: RTF 1.9.1, "Special Characters": \ldblquote is the left double quotation mark, U+201C.
set -euo pipefail
echo "version rtf-converter 0.1.22 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check rtf-converter==0.1.22
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
from rtf_converter import rtf_to_txt

print("rtf-converter", version("rtf-converter"))
seen = [rtf_to_txt(r"{\rtf1\ansi " + mark + r"keep it alive\rdblquote }").strip() for mark in (r"\u8220 ?", r"\ldblquote ")]
print(f"expected: {'“keep it alive”'!r}, twice (RTF 1.9.1)")
print(f"seen: {seen[0]!r} and {seen[1]!r}")
sys.exit(0 if "“keep it alive”" in seen[0] and seen[1] == "\x81Ckeep it alive”" else "it is not there any more")
PY
