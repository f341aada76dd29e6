#!/usr/bin/env bash
# What surprises: a year that stands with the first day of a span, and not with the second, is not read: "28 December 2027 to 3 January" is
# the turn of another year, by the day on which the program runs.
#
# Input: an absence over the turn of the year, and one in the next November.
#
# Software: DateRangeParser 1.3.2 (PyPI).
#
# Who meets it: whoever reads days of return: the reply says the year, and the date is a year or two off.
#
# Right: the year that is written. Its own page has "3rd Jan 1980 -- 2nd Jan 2013", in which the first day keeps its own.
set -euo pipefail
echo "version DateRangeParser 1.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check DateRangeParser==1.3.2
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import date
from importlib.metadata import version
from daterangeparser import parse

year = date.today().year + 2
print("DateRangeParser", version("DateRangeParser"))
still = True
for text, first in ((f"28 December {year} to 3 January", (year, 12, 28)), (f"2 November {year} to 13 November", (year, 11, 2))):
    seen = parse(text)[0].date()
    print(f"{text}: expected to begin on {date(*first)}; seen {seen}")
    still = still and seen < date(*first)
both = parse(f"28 December {year} to 3 January {year + 1}")[0].date()
print(f"with both years: {both}")
sys.exit(0 if still and both == date(year, 12, 28) else "it is not there any more")
PY
