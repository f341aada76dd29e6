#!/usr/bin/env bash
# What surprises: "November 9th, 2026" is the 1st of November, "the 3rd of March 2027" the 1st of March, "1 Sept 2026" New Year's Day; "until
# 2026-11-09" is two dates, in January 2026 and in January 2009.
#
# Input: dates as out-of-office replies have them.
#
# Software: date-extractor 5.1.5 (PyPI), which "helps you extract dates from text", English among its languages. January 4, 1937 is right.
#
# Who meets it: readers of out-of-office replies: all who are back on a "9th" are taken for back on the 1st.
#
# Right: what the words say; its own page finds the 4th in "January 4, 1937", and the day in "2018-06-07 16:31:54".
set -euo pipefail
echo "version date-extractor 5.1.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check date-extractor==5.1.5
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
from date_extractor import extract_dates

print("date-extractor", version("date-extractor"))
cases = {
    "I am back on January 4, 2027": ["2027-01-04"],
    "I am back on November 9th, 2026": ["2026-11-01"],
    "I am back on the 3rd of March 2027": ["2027-03-01"],
    "I am away from 1 Sept 2026": ["2026-01-01"],
    "I am away until 2026-11-09": ["2026-01-01", "2009-01-01"],
}
right = ["2027-01-04", "2026-11-09", "2027-03-03", "2026-09-01", "2026-11-09"]
still = True
for (text, wrong), day in zip(cases.items(), right):
    seen = [str(found.date()) for found in extract_dates(text)]
    print(f"{text}: expected {day}, seen {' and '.join(seen)}")
    still = still and seen == wrong
sys.exit(0 if still else "it is not there any more")
PY
