#!/usr/bin/env bash
# What surprises: an answer that stands below the quotation is folded away as part of the quotation. What a reader is shown is the line
# "On … wrote:" and nothing else.
#
# Input: an answer in plain text, in the order that netiquette asks for: what was asked, then what is answered. The quoted line has its `>`,
# the answer has none.
#
# Software: quotequail 0.5.4 (PyPI), which tells what of a mail to show and what to fold.
#
# Who meets it: whoever shows answers to a letter. The answers of exactly those people who quote with care look empty.
#
# Right: the library's own page: quote() returns tuples of which the first says "whether the text should be expanded by default"; text
# without a quote mark is no quotation (RFC 3676, section 4.5). The custom is RFC 1855, section 3.1.1: summarize the original at the top.
set -euo pipefail
echo "version quotequail 0.5.4 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check quotequail==0.5.4
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
import quotequail

intro = "On Mon, 2 Nov 2026 at 10:00, Letters <letters@example.org> wrote:\n"
below = intro + "> Do you support the proposal?\n\nYes, all of it.\n"
seen = quotequail.quote(below)
shown = "".join(text for expanded, text in seen if expanded)
folded = "".join(text for expanded, text in seen if not expanded)
print("quotequail", version("quotequail"))
print("expected: the answer is shown, the line with > may be folded")
print(f"seen: shown {shown!r}, folded {folded!r}")
sys.exit(0 if "Yes, all of it." in folded and "Yes, all of it." not in shown else "it is not there any more")
PY
