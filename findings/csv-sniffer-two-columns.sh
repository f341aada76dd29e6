#!/usr/bin/env bash
# What surprises: a list of two columns, with each value in quotation marks, is one column as soon as a name has a comma; with semicolons
# between them the marks stay in the names. Asked without a choice of delimiters, the letter "e" of "name" and "email" is the delimiter.
#
# Input: the columns name and email, and one recipient called Lima, Ana. With a third column all of it is right.
#
# Software: csv-sniffer 0.1.1 (npm), given the comma, the semicolon, the tab and the bar to choose from, and nothing.
#
# Who meets it: whoever imports the plainest list of recipients, a name and an address, as spreadsheets and databases write it.
#
# Right: RFC 4180, 2, 5 to 7: each field may be enclosed in double quotes, and a comma within them is part of the field.
set -euo pipefail
echo "version csv-sniffer 0.1.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts csv-sniffer@0.1.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const Sniffer = require("csv-sniffer")();
const sniff = (text, choice) => new Sniffer(choice).sniff(text);
const usual = [",", ";", "\t", "|"];
const list = '"name","email"\n"Lima, Ana","ana@example.net"\n';
const wide = '"name","email","seat"\n"Lima, Ana","ana@example.net","12"\n"Lind, Bo","bo@example.net","13"\n';
const seen = [
  sniff(list, usual).delimiter,
  sniff(list.replaceAll('","', '";"'), usual).records[0][0],
  sniff(list).delimiter,
  sniff(wide, usual).records[0][0],
];
console.log(`expected: [",","Lima, Ana",",","Lima, Ana"] (RFC 4180, 2)`);
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '[null,"\\"Lima, Ana\\"","e","Lima, Ana"]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
