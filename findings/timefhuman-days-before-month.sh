#!/usr/bin/env bash
# What surprises: "2-13 November 2026" is the first of November, from two to one in the afternoon; "from 2 November to 13 November 2026" is
# the first of November alone; "12 to 14 October" is nothing. With the month before its days, or with 2nd and 13th, it is right.
#
# Input: spans as Europe writes them, the day before the month.
#
# Software: timefhuman 0.1.5 (PyPI).
#
# Who meets it: whoever looks into out-of-office replies for the day of return: it has passed before the reply was written.
#
# Right: its own reading of "2nd-13th November", and its own page: "Extract datetimes, datetime ranges [...] from natural language text".
set -euo pipefail
echo "version timefhuman 0.1.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check timefhuman==0.1.5
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import datetime
from importlib.metadata import version
from timefhuman import tfhConfig, timefhuman

def read(text):
    found = timefhuman(text, config=tfhConfig(now=datetime(2026, 11, 4, 10)))
    return [" to ".join(f"{time:%Y-%m-%d %H:%M}" for time in (one if isinstance(one, tuple) else (one,))) for one in found]

print("timefhuman", version("timefhuman"))
expected = "['2026-11-02 00:00 to 2026-11-13 00:00']"
seen = []
for text in ("2nd-13th November", "2-13 November 2026", "from 2 November to 13 November 2026"):
    seen.append(str(read(text)))
    print(f"{text}: expected {expected}; seen {seen[-1]}")
still = [expected, "['2026-11-01 02:00 to 2026-11-01 13:00']", "['2026-11-01 00:00']"]
sys.exit(0 if seen == still else "it is not there any more")
PY
