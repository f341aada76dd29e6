#!/usr/bin/env bash
# What surprises: an amount of 1.005 is shown as 1.00, where spreadsheets show 1.01; and 7 in a format for 1 and 0 alone is "yes".
#
# Input: the formats 0.00 and [=1]"yes";[=0]"no".
#
# Software: xlsx 0.18.5 (npm, SheetJS). LibreOffice 7.4 shows 1.01 and 7.
#
# Who meets it: whoever makes text of a spreadsheet's cells by their formats: what is written is not what was seen.
#
# Right: ECMA-376, part 1, 18.8.31: a format says how the value is displayed, and the value that is typed, stored and displayed in full is
# 1.005; a section with a condition is for the numbers that meet it.
set -euo pipefail
echo "version xlsx 0.18.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
NODE_PATH="$folder/node_modules" node - <<'JS'
const XLSX = require("xlsx");
const seen = [["0.00", 1.005], ['[=1]"yes";[=0]"no"', 7]].map(([format, value]) => XLSX.SSF.format(format, value)).join(", ");
console.log(`xlsx ${XLSX.version}`);
console.log("expected: 1.01, 7 (ECMA-376, part 1, 18.8.31, and LibreOffice)");
console.log(`seen: ${seen}`);
if (seen !== "1.00, yes") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
