#!/usr/bin/env bash
# What surprises: an address with an apostrophe loses what stands before it: o'neill@example.net becomes neill@example.net, who is
# somebody else. One of the two makes an address of "we meet at example.net" too; the other finds none in mailto:ana@example.net, nor in
# two addresses with a comma and no space between them.
#
# Input: the lines of a page with contacts.
#
# Software: extract-email-address 3.2.0 (npm) and emailtoolkit 0.1.6 (PyPI), whose page says: "Discovers emails from free text, `mailto:`
# links, and other common formats". Python's email.utils reads the first one whole.
#
# Who meets it: whoever gathers recipients from web pages or answers, and writes to a stranger.
#
# Right: RFC 5322, 3.2.3: the apostrophe is atext, and part of a dot-atom; so RFC 5321, 4.1.2.
set -euo pipefail
echo "version extract-email-address 3.2.0 (npm), emailtoolkit 0.1.6 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts extract-email-address@3.2.0
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check emailtoolkit==0.1.6
npm=$(NODE_PATH="$folder/node_modules" node - <<'JS'
const library = require("extract-email-address");
const extract = library.default ?? library.extractEmail;
const read = (text) => extract(text).map(({ email }) => email).join(",") || "none";
console.log(["o'neill@example.net", "we meet at example.net"].map(read).join(" | "));
JS
)
pypi=$("$folder/venv/bin/python" - <<'PY'
from emailtoolkit import extract

texts = ["o'neill@example.net", "mailto:ana@example.net", "ana@example.net,bo@example.net", "ana@example.net, bo@example.net"]
print(*(",".join(found.original for found in extract(text)) or "none" for text in texts), sep=" | ")
PY
)
echo "expected: o'neill@example.net | none (RFC 5322, 3.2.3)"
echo "seen: $npm (extract-email-address)"
echo "expected: o'neill@example.net | ana@example.net | ana@example.net,bo@example.net | ana@example.net,bo@example.net"
echo "seen: $pypi (emailtoolkit)"
[ "$npm" = "neill@example.net | meet@example.net" ] && [ "$pypi" = "neill@example.net | none | none | ana@example.net,bo@example.net" ] ||
  { echo "it is not there any more"; exit 1; }
