#!/usr/bin/env bash
# What surprises: a list that ends with a line break, as nearly all do, has one recipient more: {"email":""}.
#
# Input: a header and one row, each with a line break at its end.
#
# Software: csv-simple-parser 2.0.2 (npm), "A simple, fast and configurable CSV parser"; also with its option for malformed files.
#
# Who meets it: importers of lists: two letters where one person is to be written to, or a run that stops at an empty address.
#
# Right: RFC 4180, 2: "The last record in the file may or may not have an ending line break" (2); each record has the same number of fields (4).
set -euo pipefail
echo "version csv-simple-parser 2.0.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts csv-simple-parser@2.0.2
cat >"$folder/read.mjs" <<'JS'
import parse from "csv-simple-parser";
const list = "email,name\r\nana@example.net,Ana\r\n";
const seen = [list.trimEnd(), list].map((text) => [true, false].map((optimistic) => JSON.stringify(parse(text, { header: true, optimistic }))));
console.log('expected: [{"email":"ana@example.net","name":"Ana"}], with and without the last line break (RFC 4180, 2)');
console.log(`seen: ${seen[0].join(" and ")}\nseen: ${seen[1].join(" and ")}`);
const one = '[{"email":"ana@example.net","name":"Ana"}]';
const two = '[{"email":"ana@example.net","name":"Ana"},{"email":""}]';
if (JSON.stringify(seen) !== JSON.stringify([[one, one], [two, two]])) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
node "$folder/read.mjs"
