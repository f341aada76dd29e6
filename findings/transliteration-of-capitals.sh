#!/usr/bin/env bash
# What surprises: a surname in capitals gets small letters in its midst: ЩЕРЕВ is "ShtEREV", ЩЕРБА "ShchERBA", ЧЕХОВ "TšEHOV", НЕМАЊА
# "NEMANjA". Back into Cyrillic, LJUBIĆ is ЛЈУБИЋ, with two letters for one. A capital in front of small letters is right in three of the
# four, and "TSenov" in the fourth.
#
# Input: surnames in Bulgarian, Ukrainian, Russian and Serbian, in capitals, as registers and parliaments write them.
#
# Software: translitbg 1.3.1, transliteration.cyr 1.0.5 and @natlibfi/sfs-4900 1.1.0 (npm), and cyrtranslit 1.2.0 (PyPI).
#
# Who meets it: whoever writes names from registers in Latin letters, or looks for the same person in two lists.
#
# Right: in a word in capitals each letter is one; Pravopis srpskoga jezika, on Lj, Nj and Dž: LJ, NJ and DŽ among capitals. The Bulgarian
# act on transliteration of 2009 has ts for Ц, and names as Tsenov.
set -euo pipefail
echo "version translitbg 1.3.1, transliteration.cyr 1.0.5 and @natlibfi/sfs-4900 1.1.0 (npm), cyrtranslit 1.2.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts translitbg@1.3.1 transliteration.cyr@1.0.5 @natlibfi/sfs-4900@1.1.0
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cyrtranslit==1.2.0
npm=$(NODE_PATH="$folder/node_modules" node - <<'JS'
const sfs = require("@natlibfi/sfs-4900");
console.log = () => {};
const names = [require("translitbg").go("ЩЕРЕВ"), require("transliteration.cyr").transliterate("ЩЕРБА"), sfs.convertToLatin("ЧЕХОВ", "rus").result];
process.stdout.write(names.join(" "));
JS
)
pypi=$("$folder/venv/bin/python" - <<'PY'
from cyrtranslit import to_cyrillic, to_latin

print(to_latin("НЕМАЊА", "sr"), to_cyrillic("LJUBIĆ", "sr"), to_latin("Ценов", "bg"))
PY
)
echo "expected: SHTEREV SHCHERBA TŠEHOV, NEMANJA ЉУБИЋ Tsenov"
echo "seen: $npm, $pypi"
[ "$npm, $pypi" = "ShtEREV ShchERBA TšEHOV, NEMANjA ЛЈУБИЋ TSenov" ] || { echo "it is not there any more"; exit 1; }
