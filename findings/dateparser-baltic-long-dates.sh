#!/usr/bin/env bash
# What surprises: a date in the long form of its own language is not understood in Lithuanian, Latvian and Maltese, though all three are
# among the languages offered. The other official languages of the European Union are read.
#
# Input: 9 November 2026 as CLDR writes a long date in each of the 24 official languages, with the language given.
#
# Software: dateparser 1.5.0 (PyPI); the dates are written by Babel 2.19.0.
#
# Who meets it: whoever reads days of return, or meeting days, in answers from all of the Union: three countries never have one.
#
# Right: CLDR, dateFormats long: lt "2026 m. lapkričio 9 d.", lv "2026. gada 9. novembris", mt "9 ta’ Novembru 2026".
set -euo pipefail
echo "version dateparser 1.5.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0 babel==2.19.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import date, datetime
from importlib.metadata import version
import dateparser
from babel.dates import format_date

official = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()
day = date(2026, 11, 9)
missed = {}
for language in official:
    written = format_date(day, "long", locale=language)
    read = dateparser.parse(written, languages=[language], settings={"RELATIVE_BASE": datetime(2026, 11, 2)})
    if read is None or read.date() != day:
        missed[language] = (written, read)
print("dateparser", version("dateparser"))
print("expected: 2026-11-09 in all 24 languages")
for language, (written, read) in missed.items():
    print(f"seen: {language}: {written!r} is {read}")
sys.exit(0 if set(missed) == {"lt", "lv", "mt"} else f"it is not there any more, or another: {sorted(missed)}")
PY
