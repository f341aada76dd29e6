#!/usr/bin/env bash
# What surprises: 18 is "diciotto", and 118 "centodicotto"; a million ends with an "e" ("and") behind which nothing stands.
#
# Input: 18, 108, 118, 218 and round millions, as the sentence "… organizzazioni hanno firmato" has them.
#
# Software: n2w-it 1.0.1 (PyPI), "Converts numbers to italian words".
#
# Who meets it: whoever has a letter say in words how many have signed it.
#
# Right: Treccani: diciotto, centodiciotto; un milione.
set -euo pipefail
echo "version n2w-it 1.0.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check n2w-it==1.0.1
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from importlib.metadata import version
from n2w_it.n2w_it import N2W_IT

print("n2w-it", version("n2w-it"))
seen = [N2W_IT().number_to_words(number) for number in ("18", "118", "218", "1000000", "2000000")]
print("expected: diciotto, centodiciotto, duecentodiciotto, un milione, due milioni (Treccani)")
print("seen:", ", ".join(seen))
sys.exit(0 if seen == ["diciotto", "centodicotto", "duecentodicotto", "un milione e", "due milioni e"] else "it is not there any more")
PY
