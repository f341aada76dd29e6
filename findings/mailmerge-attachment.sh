#!/usr/bin/env bash
# What surprises: with an attachment, the whole letter says that it is base64, and it is not: only its parts are. With an accent in the name
# of the attachment, the field Content-Disposition is one encoded word, in which no reader finds "attachment".
#
# Input: a letter with an accent, and an attachment Příloha.pdf.
#
# Software: mailmerge 2.3.0 (PyPI).
#
# Who meets it: whoever sends an annex in another language than English: a program that goes by what the letter says decodes its boundaries,
# and one that is not sure shows the annex in the text.
#
# Right: RFC 2045, 6.4: a multipart has no encoding but 7bit, 8bit or binary. RFC 2047, 5: an encoded word does not stand in a parameter of
# a MIME field; RFC 2231, 4, says how such a name is written, and its Content-Type has it so.
set -euo pipefail
echo "version mailmerge 2.3.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mailmerge==2.3.0
cd "$folder"
printf 'email,name\nana@example.net,Jiří Novák\n' >mailmerge_database.csv
printf 'TO: {{email}}\nSUBJECT: A letter\nFROM: letters@example.org\nATTACHMENT: Příloha.pdf\n\nDear {{name}},\n' >mailmerge_template.txt
printf '[smtp_server]\nhost = localhost\nport = 25\n' >mailmerge_server.conf
printf '%%PDF-1.7\n' >Příloha.pdf
"$folder/venv/bin/mailmerge" --dry-run --output-format raw >letter
"$folder/venv/bin/mailmerge" --version
"$folder/venv/bin/python" - <<'PY'
import re
import sys

letter = open("letter", encoding="utf-8").read()
head = letter[: letter.index("\n\n")]
whole = re.search("^Content-Transfer-Encoding: (.*)$", head, re.MULTILINE)
part = re.search("^Content-Disposition: (.*)$", letter, re.MULTILINE)
seen = [whole and whole[1], part[1]]
print("expected: [None, \"attachment; filename*=utf-8''P%C5%99%C3%ADloha.pdf\"] (RFC 2045, 6.4; RFC 2231, 4)")
print(f"seen: {seen}")
sys.exit(0 if seen[0] == "base64" and seen[1].startswith("=?utf-8?b?") else "it is not there any more")
PY
