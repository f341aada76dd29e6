#!/usr/bin/env bash
# What surprises: with the language Polish chosen, the answer comes back with the whole letter below it when it was written in Gmail, whose
# Polish line begins with the day of the week; only lines that begin with "Dnia" are known.
#
# Input: an answer with `pon., 2 lis 2026 o 10:00 Letters <letters@example.org> napisał(a):`, the line that Gmail writes in Polish.
#
# Software: mail-parser-reply 1.36 (PyPI), a splitter of answers and quotations in thirteen languages.
#
# Who meets it: whoever reads answers from Poland: every answer repeats the letter, and what is searched for in answers is found in all.
#
# Right: the library's own page, "multi-language", with Polish among its languages. The same answer in Swedish and German is split rightly.
set -euo pipefail
echo "version mail-parser-reply 1.36 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mail-parser-reply==1.36
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from mailparser_reply import EmailReplyParser

intros = {
    "pl": "pon., 2 lis 2026 o 10:00 Letters <letters@example.org> napisał(a):",
    "de": "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Letters <letters@example.org>:",
    "sv": "Den mån 2 nov. 2026 kl 10:00 skrev Letters <letters@example.org>:",
}
seen = {}
for language, intro in intros.items():
    answer = f"I do.\n\n{intro}\n\n> Do you support the proposal?\n"
    seen[language] = EmailReplyParser(languages=[language]).parse_reply(text=answer)
print("mail-parser-reply", version("mail-parser-reply"))
print("expected: 'I do.' in each language")
for language, reply in seen.items():
    print(f"seen: {language}: {reply!r}")
still = seen["de"] == seen["sv"] == "I do." and "Do you support" in seen["pl"]
sys.exit(0 if still else "it is not there any more")
PY
