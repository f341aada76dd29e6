#!/usr/bin/env python3
"""Reads the mails that generate.py had written, and says how many are read right, by system.

  measure.py PROGRAM OUT [-v]
"""
import collections
import json
import pathlib
import subprocess
import sys

program, out = sys.argv[1], pathlib.Path(sys.argv[2])
rows = [line.split("\t") for line in (out / "expected.tsv").read_text().splitlines()[1:]]
wrote = subprocess.run([program, "read", "--json", *(str(out / row[0]) for row in rows)], capture_output=True, text=True, check=True)
read = {pathlib.Path(mail["file"]).name: mail for mail in map(json.loads, wrote.stdout.splitlines())}
right, of = collections.Counter(), collections.Counter()
for name, kinds, action, recipient in rows:
    mail = read[name]
    found = [(one["address"], one["action"]) for one in mail["recipients"]]
    is_right = mail["kind"] in kinds.split(",") and (not action or (recipient, action) in found)
    system = name.split("-")[0]
    right[system] += is_right
    of[system] += 1
    if not is_right and "-v" in sys.argv:
        print(f"    {name}: {mail['kind']} {found} by {mail['rules']}, and is {kinds} {action}")
print("| system | read right |\n|---|---|")
for system in of:
    print(f"| {system} | {right[system]} of {of[system]} |")
print(f"| all | {sum(right.values())} of {sum(of.values())}, {100 * sum(right.values()) / sum(of.values()):.1f} % |")
