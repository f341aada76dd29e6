#!/usr/bin/env bash
# What surprises: the plain text of a definition list runs terms and definitions together: "AskSign.By9 November."
#
# Input: <dl><dt>Ask</dt><dd>Sign.</dd><dt>By</dt><dd>9 November.</dd></dl>, without white space between the elements, as minified or
# generated HTML is.
#
# Software: inscriptis 2.7.6 (PyPI) and html-to-text 10.0.1 (npm). html2text 2025.4.15 (PyPI) puts them on lines of their own.
#
# Who meets it: whoever makes the plain part of a letter from its HTML, or reads HTML answers as text.
#
# Right: HTML, section 15.3.8 (rendering of lists): dd, dl and dt are display: block, so each begins on a line of its own.
set -euo pipefail
echo "version inscriptis 2.7.6 (PyPI) and html-to-text 10.0.1 (npm). html2text 2025.4.15 (PyPI) puts them on lines of their own"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check inscriptis==2.7.6 html2text==2025.4.15
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts html-to-text@10.0.1
export LIST='<dl><dt>Ask</dt><dd>Sign.</dd><dt>By</dt><dd>9 November.</dd></dl>'
inscriptis=$("$folder/venv/bin/python" -c 'import os, inscriptis; print(inscriptis.get_text(os.environ["LIST"]))')
html2text=$("$folder/venv/bin/python" -c 'import os, html2text; print(html2text.html2text(os.environ["LIST"]))' | tr -s '\n ' ' ')
html_to_text=$(NODE_PATH="$folder/node_modules" node -e 'console.log(require("html-to-text").convert(process.env.LIST))')
echo "inscriptis 2.7.6, html-to-text 10.0.1"
echo "expected: Ask Sign. By 9 November., on lines of their own (html2text: $html2text)"
echo "seen: inscriptis: $inscriptis; html-to-text: $html_to_text"
[ "$inscriptis" = "AskSign.By9 November." ] && [ "$html_to_text" = "AskSign.By9 November." ] || { echo "it is not there any more"; exit 1; }
