#!/usr/bin/env bash
# What surprises: a Lithuanian address is written "LT-LT-01103 Vilnius" where the list has the postcode as the post writes it. In Latvia,
# which writes LV- as well, it stands once.
#
# Input: LT-01103, L-1009, MD-2001 and LV-1010, as directories of these countries have them.
#
# Software: localized-address-format 1.3.3 (npm), which formats addresses with the data of Google's libaddressinput. No check of it says a word,
# and its page does not say that the letters are to be left out.
#
# Who meets it: whoever prints the addresses of letters on paper from a list.
#
# Right: Universal Postal Union, addressing in Lithuania: LT-01103 VILNIUS, once. The prefix that the data has is for codes that come without.
set -euo pipefail
echo "version localized-address-format 1.3.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts localized-address-format@1.3.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const { formatAddress } = require("localized-address-format");
const places = [["LV", "LV-1010", "Rīga"], ["LT", "LT-01103", "Vilnius"], ["LU", "L-1009", "Luxembourg"], ["MD", "MD-2001", "Chișinău"]];
const seen = places.map(([postalCountry, postalCode, locality]) => formatAddress({ postalCountry, postalCode, locality, addressLines: ["1"] }).at(-1));
console.log("expected: Rīga, LV-1010; LT-01103 Vilnius; L-1009 Luxembourg; MD-2001 Chișinău (UPU)");
console.log(`seen: ${seen.join("; ")}`);
if (seen.join("; ") !== "Rīga, LV-1010; LT-LT-01103 Vilnius; L-L-1009 Luxembourg; MD-MD-2001 Chișinău") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
