#!/usr/bin/env bash
# What surprises: looked for in a sentence, "9. november 2026" is found without its day, and the day of *today* is put in its place. The
# same words parsed alone are understood. It is so in Norwegian, Slovak, Slovene, Croatian, Estonian and Icelandic; Danish, German and
# Czech, which write the point too, are read rightly.
#
# Input: "I am back on 9 November 2026" in these languages, the date in its long form of CLDR, read on 2 November.
#
# Software: dateparser 1.5.0 (PyPI): search_dates beside parse.
#
# Who meets it: whoever takes the day of return out of an out-of-office reply: the person is written to a week too early, since "back on
# 2 November" is today.
#
# Right: dateparser's documentation of search_dates ("find dates in text") with its own parse as the measure; CLDR, long date of nb, sk, hr.
set -euo pipefail
echo "version dateparser 1.5.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime
from importlib.metadata import version
import dateparser
from dateparser.search import search_dates

settings = {"RELATIVE_BASE": datetime(2026, 11, 2, 10)}
sentences = {
    "nb": ("Jeg er tilbake {}.", "9. november 2026"),
    "sk": ("Vrátim sa {}.", "9. novembra 2026"),
    "hr": ("Vraćam se {}.", "9. studenoga 2026"),
    "et": ("Olen tagasi {}.", "9. november 2026"),
    "cs": ("Vrátím se {}.", "9. listopadu 2026"),
}
print("dateparser", version("dateparser"))
print("expected: 2026-11-09 from each")
days = {}
for language, (sentence, date) in sentences.items():
    alone = dateparser.parse(date, languages=[language], settings=settings)
    found = search_dates(sentence.format(date), languages=[language], settings=settings)
    words, day = found[-1]
    days[language] = (f"{alone:%Y-%m-%d}", f"{day:%Y-%m-%d}")
    print(f"seen: {language}: alone {alone:%Y-%m-%d}, in the sentence {day:%Y-%m-%d} from {words!r}")
lost = all(days[language] == ("2026-11-09", "2026-11-02") for language in ("nb", "sk", "hr", "et"))
sys.exit(0 if lost and days["cs"] == ("2026-11-09", "2026-11-09") else "it is not there any more")
PY
