#!/usr/bin/env bash
# What surprises: holidays that a law has abolished are still kept, and those that laws have made since 2023 are working days.
#
# Input: Denmark, Poland, Romania and Ireland in 2026.
#
# Software: workalendar 17.0.0 (PyPI), the newest release, of January 2023. Known: workalendar/workalendar issue 762 (Denmark).
#
# Who meets it: whoever counts working days to a follow-up: a date that is one day off in four countries, without a word.
#
# Right: Denmark: lov nr. 214 of 6 March 2023 abolishes Store Bededag from 2024 on (1 May in 2026). Poland: the act of 6 December 2024 makes
# Christmas Eve a day off from 2025 on. Romania: Legea 52/2023 makes 6 and 7 January holidays. Ireland: St Brigid's Day since 2023,
# on the first Monday of February (2 February in 2026). holidays 0.109 (PyPI) has all four.
set -euo pipefail
echo "version workalendar 17.0.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check workalendar==17.0.0 holidays==0.109
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import date
from importlib.metadata import version
import holidays
from workalendar.registry import registry

laws = [("DK", date(2026, 5, 1), False), ("PL", date(2026, 12, 24), True), ("RO", date(2026, 1, 6), True), ("RO", date(2026, 1, 7), True),
        ("IE", date(2026, 2, 2), True)]
word = {True: "a holiday", False: "a working day"}
still = True
print("workalendar", version("workalendar"), "beside holidays", version("holidays"))
for country, day, by_law in laws:
    seen = day in {found for found, _ in registry.get(country)().holidays(day.year)}
    other = day in holidays.country_holidays(country, years=day.year)
    print(f"{country} {day}: expected {word[by_law]} (holidays: {word[other]}); seen {word[seen]}")
    still = still and seen != by_law and other == by_law
sys.exit(0 if still else "it is not there any more")
PY
