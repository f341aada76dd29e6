#!/usr/bin/env bash
# What surprises: Ștefan, Ionuț and Luminița are unknown, and Ştefan, Ionuţ and Luminiţa, with a cedilla in the place of the comma, are
# known.
#
# Input: Romanian given names, in the letters that Romanian keyboards and offices write today.
#
# Software: gender-guesser 0.4.0 (PyPI). Its list of names was made when character sets had only the letters with a cedilla.
#
# Who meets it: whoever makes salutations for members of parliament from Romania: they get the one for nobody.
#
# Right: CLDR, the letters of Romanian (main/ro, exemplarCharacters): ș (U+0219) and ț (U+021B); ISO 8859-16 has these too.
set -euo pipefail
echo "version gender-guesser 0.4.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check gender-guesser==0.4.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from gender_guesser.detector import Detector

detector = Detector()
cedilla = str.maketrans("ȘșȚț", "ŞşŢţ")
still = True
print("gender-guesser", version("gender-guesser"))
for name, gender in (("Ștefan", "male"), ("Ionuț", "male"), ("Luminița", "female")):
    seen, beside = detector.get_gender(name, "romania"), detector.get_gender(name.translate(cedilla), "romania")
    print(f"{name}: expected {gender} (CLDR, ro); seen {seen}; {name.translate(cedilla)}: {beside}")
    still = still and seen == "unknown" and beside == gender
sys.exit(0 if still else "it is not there any more")
PY
