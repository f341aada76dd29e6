#!/usr/bin/env bash
# What surprises: a British postcode is no postcode as it is written, "SW1A 1AA", and one without its space. Belgrade and Seoul have none.
#
# Input: postcodes as their posts write them: London twice, Amsterdam, Stockholm, Belgrade, Seoul.
#
# Software: i18n-zipcodes 1.0.3 (npm), "International zipcodes validator"; the United Kingdom, Serbia and Korea are in its list.
#
# Who meets it: whoever checks the addresses of a list before letters go on paper: every address in Britain is struck out.
#
# Right: Royal Mail: the two parts of a postcode are separated by a space. Pošta Srbije: 11000 Beograd. Korea Post: five digits since August 2015.
set -euo pipefail
echo "version i18n-zipcodes 1.0.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts i18n-zipcodes@1.0.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const valid = require("i18n-zipcodes");
const codes = [["NL", "1012 AB"], ["SE", "111 20"], ["GB", "SW1A 1AA"], ["GB", "SW1A1AA"], ["RS", "11000"], ["KR", "03051"]];
const seen = codes.map(([country, code]) => valid(country, code));
console.log("expected: all are valid, or all but the one without its space (Royal Mail)");
codes.forEach(([country, code], at) => console.log(`seen: ${country} ${code}: ${seen[at]}`));
if (seen.join() !== "true,true,false,true,false,false") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
