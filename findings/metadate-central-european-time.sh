#!/usr/bin/env bash
# What surprises: ten o'clock CET is a time eighteen minutes ahead of Greenwich: the local time of Brussels before 1892. The offset of
# 2026-11-09T10:00:00+05:30 is left out.
#
# Input: "Call at 10 a.m. CET" and a time with its offset, on the 1st of November 2026.
#
# Software: metadate 0.6.2 (PyPI), "Fast natural-language date parser for Python", with pytz 2026.6.
#
# Who meets it: whoever takes the time of a call from an answer: it is 42 minutes late.
#
# Right: the time zone database: CET is one hour ahead of UTC; RFC 3339, 5.8, for the offset.
set -euo pipefail
echo "version metadate 0.6.2 and pytz 2026.6 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check metadate==0.6.2 pytz==2026.6
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime
from importlib.metadata import version
from metadate import parse_date

print("metadate", version("metadate"))
seen = [parse_date(text, reference_date=datetime(2026, 11, 1, 12)).start_date.isoformat() for text in ("Call at 10 a.m. CET", "2026-11-09T10:00:00+05:30")]
print("expected: 2026-11-01T10:00:00+01:00 and 2026-11-09T10:00:00+05:30")
print(f"seen: {' and '.join(seen)}")
sys.exit(0 if seen == ["2026-11-01T10:00:00+00:18", "2026-11-09T10:00:00"] else "it is not there any more")
PY
