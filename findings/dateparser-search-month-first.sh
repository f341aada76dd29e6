#!/usr/bin/env bash
# What surprises: with the language given, "9.11.2026" alone is 9 November; in a sentence of the same language it is 11 September, two
# months before the mail was written.
#
# Input: "I am back on 9.11.2026" in German, Czech, Finnish and Polish, all of which put the day first.
#
# Software: dateparser 1.5.0 (PyPI): search_dates beside parse. Known: scrapinghub/dateparser issues 836 and 877.
#
# Who meets it: whoever takes the day of return out of an out-of-office reply. Days over 12 are read rightly, so tests with the 24th pass.
#
# Right: CLDR's short dates of these languages, which dateparser has among its data (`date_order: DMY`) and uses in parse.
set -euo pipefail
echo "version dateparser 1.5.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
import dateparser
from dateparser.search import search_dates

sentences = {"de": "Ich bin ab {} zurück.", "cs": "Vrátím se {}.", "fi": "Palaan {}.", "pl": "Wracam {}."}
print("dateparser", version("dateparser"))
print("expected: 2026-11-09 from each")
still = True
for language, sentence in sentences.items():
    alone = dateparser.parse("9.11.2026", languages=[language])
    (_, found), = search_dates(sentence.format("9.11.2026"), languages=[language])
    print(f"seen: {language}: alone {alone:%Y-%m-%d}, in the sentence {found:%Y-%m-%d}")
    still = still and (alone.month, found.month) == (11, 9)
sys.exit(0 if still else "it is not there any more")
PY
