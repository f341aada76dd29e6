#!/usr/bin/env bash
# What surprises: a merge tag with spaces in a link is percent-encoded, `{{%20link%20}}`, and is no tag any more. The same tag in text stays.
#
# Input: a template of a letter with <a href="{{ link }}">, whose styles are put inline before it is filled in.
#
# Software: premailer 3.10.0 (PyPI). juice 11.1.1 (npm) and css-inline 0.24.0 (PyPI) leave it as it is.
#
# Who meets it: whoever prepares templates once and merges afterwards: every link of every letter leads nowhere, in HTML only.
#
# Right: premailer's page: it turns CSS blocks into style attributes; an address that is not one yet is none of its business. In Handlebars
# and Mustache "{{ link }}" and "{{link}}" are the same tag (mustache(5); handlebarsjs.com, "Expressions").
set -euo pipefail
echo "version premailer 3.10.0 (PyPI). juice 11.1.1 (npm) and css-inline 0.24.0 (PyPI) leave it as it is"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check premailer==3.10.0 css-inline==0.24.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
import css_inline
import premailer

letter = '<html><head><style>p { color: #111 }</style></head><body><p>Dear {{ name }}, <a href="{{ link }}">sign</a></p></body></html>'
seen, other = premailer.transform(letter), css_inline.inline(letter)
link = lambda html: html.split('href="')[1].split('"')[0]
print("premailer", version("premailer"), "beside css-inline", version("css-inline"))
print("expected: {{ link }}")
print(f"seen: {link(seen)} (css-inline: {link(other)})")
sys.exit(0 if link(seen) == "{{%20link%20}}" and link(other) == "{{ link }}" and "{{ name }}" in seen else "it is not there any more")
PY
