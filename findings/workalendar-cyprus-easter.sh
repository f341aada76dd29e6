#!/usr/bin/env bash
# What surprises: in Cyprus, an Orthodox country, Good Friday and Easter Monday are those of the Western churches, and the Dormition is on
# 15 July, a month early. On the real days everybody works.
#
# Input: the holidays of Cyprus in 2026, beside those of Greece.
#
# Software: workalendar 17.0.0 (PyPI). Known: workalendar/workalendar issue 739 (Clean Monday).
#
# Who meets it: whoever counts working days with it: 3 and 6 April 2026 are skipped, 10 and 13 April and 15 August are counted.
#
# Right: Orthodox Easter is on 12 April 2026 (Good Friday 10 April, Easter Monday 13 April); the Dormition of the Theotokos is on 15 August
# (Cyprus, list of bank and public holidays of the Central Bank). workalendar has both right for Greece.
set -euo pipefail
echo "version workalendar 17.0.0 (PyPI). Known"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check workalendar==17.0.0
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import date
from importlib.metadata import version
from workalendar.europe import Cyprus, Greece

right = {"Good Friday": date(2026, 4, 10), "Easter Monday": date(2026, 4, 13), "Dormition": date(2026, 8, 15)}
western = {"Good Friday": date(2026, 4, 3), "Easter Monday": date(2026, 4, 6), "Dormition": date(2026, 7, 15)}
print("workalendar", version("workalendar"))
cyprus, greece = ({day for day, _ in country().holidays(2026)} for country in (Cyprus, Greece))
for name in right:
    print(f"expected: {name} {right[name]} (a holiday there: {right[name] in cyprus}); seen: {western[name]} (a holiday there: {western[name] in cyprus})")
still = all(day in cyprus for day in western.values()) and not any(day in cyprus for day in right.values()) and right["Easter Monday"] in greece
sys.exit(0 if still else "it is not there any more")
PY
