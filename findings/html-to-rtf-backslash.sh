#!/usr/bin/env bash
# What surprises: a path with backslashes loses its folders, and names their letters: "\press" is a word of the format, which a reader drops;
# ř and ü are written as themselves, in UTF-8, and are "Å™" and "Ã¼" where the letter is opened. í is right.
#
# Input: <p>Jiří Müller: S:\press\letter</p>.
#
# Software: html-to-rtf 2.1.0 (npm), "convert html to rtf format"; its page promises "Encoding string correctly". striprtf 0.0.29 (PyPI) reads it.
#
# Who meets it: whoever gives a letter to colleagues that write with Word.
#
# Right: RTF 1.9.1, "Conventions of an RTF Reader" and "Unicode RTF": a backslash, { and } are written behind a backslash; a
# character outside the code page is \u with its number.
set -euo pipefail
echo "version html-to-rtf 2.1.0 (npm), striprtf 0.0.29 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts html-to-rtf@2.1.0
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check striprtf==0.0.29
NODE_PATH="$folder/node_modules" node -e 'const rtf = require("html-to-rtf");
  require("node:fs").writeFileSync(process.argv[1], rtf.convertHtmlToRtf("<p>Jiří Müller: S:\\press\\letter</p>"));' "$folder/letter.rtf"
seen=$("$folder/venv/bin/python" -c 'import sys
from striprtf.striprtf import rtf_to_text
print(rtf_to_text(open(sys.argv[1], encoding="cp1252").read()).strip())' "$folder/letter.rtf")
echo 'expected: Jiří Müller: S:\press\letter (RTF 1.9.1)'
echo "seen: $seen"
grep -q 'Jiř' "$folder/letter.rtf" && [ "$seen" = "JiÅ™í MÃ¼ller: S:" ] || { echo "it is not there any more"; exit 1; }
