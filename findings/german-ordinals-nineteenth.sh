#!/usr/bin/env bash
# What surprises: the nineteenth is "nehnzehnte". The twenty-nine others are right.
#
# Input: the numbers from 1 to 30.
#
# Software: german-ordinals 4.2.6 (npm), "Ordinal numbers in German: 12 => zwölfte", of RosaeNLG, which writes texts from data.
#
# Who meets it: whoever has a letter speak of the nineteenth session, or of the nineteenth of a month. No spelling checker sees it in a text
# that is merged.
#
# Right: Duden: neunzehnte, of neunzehn.
set -euo pipefail
echo "version german-ordinals 4.2.6 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts german-ordinals@4.2.6
NODE_PATH="$folder/node_modules" node - <<'JS'
const { getOrdinal } = require("german-ordinals");
const seen = [9, 18, 19, 29].map((number) => getOrdinal(number)).join(", ");
console.log("expected: neunte, achtzehnte, neunzehnte, neunundzwanzigste (Duden)");
console.log(`seen: ${seen}`);
if (seen !== "neunte, achtzehnte, nehnzehnte, neunundzwanzigste") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
