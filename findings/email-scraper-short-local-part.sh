#!/usr/bin/env bash
# What surprises: an address with one or two letters before the @ is not found on a page, not even in a mailto: link: eu@example.org,
# pr@example.net. One with three is.
#
# Input: a page with a link to mailto:pr@example.net, and a paragraph with eu@example.org and press@example.org.
#
# Software: email-scraper 0.6 (PyPI), which finds addresses on pages, "including obfuscated email addresses".
#
# Who meets it: whoever gathers recipients from web pages: just the offices for Europe and for the press have such addresses, and get no
# letter.
#
# Right: RFC 5321, 4.1.2: a local part is one atom or more, and an atom has one letter or more.
set -euo pipefail
echo "version email-scraper 0.6 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check email-scraper==0.6
"$folder/venv/bin/python" - <<'PY'
import sys
from email_scraper import scrape_emails

page = '<a href="mailto:pr@example.net">The office</a><p>Write to eu@example.org or press@example.org</p>'
seen = sorted(scrape_emails(page))
print("expected: ['eu@example.org', 'pr@example.net', 'press@example.org'] (RFC 5321, 4.1.2)")
print(f"seen: {seen}")
sys.exit(0 if seen == ["press@example.org"] else "it is not there any more")
PY
