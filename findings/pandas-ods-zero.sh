#!/usr/bin/env bash
# What surprises: a zero that pandas writes into an .ods has no text for people: a cell with the value 0.0 and an empty paragraph. Who
# reads what people see, as OpenDocument provides it, reads an empty cell.
#
# Input: a table with the numbers 1.5 and 0.0.
#
# Software: pandas 3.1.1 with odfpy 1.4.1 (PyPI). LibreOffice 7.4 makes its own text of the value, and shows 0.
#
# Who meets it: whoever takes amounts, shares or numbers of members from such a list: "You paid €" with nothing behind it.
#
# Right: OpenDocument 1.2, part 1, 9.1.4: the paragraphs of a cell are how its value is shown; 0 is shown as 0 where no format hides it.
set -euo pipefail
echo "version pandas 3.1.1 with odfpy 1.4.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 odfpy==1.4.1
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import re
import sys
import zipfile
import pandas

pandas.DataFrame({"amount": [1.5, 0.0]}).to_excel("list.ods", index=False, engine="odf")
content = zipfile.ZipFile("list.ods").read("content.xml").decode()
seen = re.findall(r'office:value="([^"]*)"[^>]*><text:p>([^<]*)</text:p>', content)
print("pandas", pandas.__version__)
print("expected: [('1.5', '1.5'), ('0.0', '0')] (OpenDocument 1.2, part 1, 9.1.4)")
print(f"seen: {seen}")
sys.exit(0 if seen == [("1.5", "1.5"), ("0.0", "")] else "it is not there any more")
PY
