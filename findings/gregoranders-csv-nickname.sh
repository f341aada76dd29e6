#!/usr/bin/env bash
# What surprises: a nickname in quotation marks refuses the whole list: "Invalid CSV at 1:6". A list with the line ends that the format has
# gives columns named "email" and a carriage return, in which no address can be written to.
#
# Input: a row "Ana ""Velma"" Lima",ana@example.net; and a list that a spreadsheet saved, with CRLF.
#
# Software: @gregoranders/csv 0.0.13 (npm), "Simple CSV parser in TypeScript".
#
# Who meets it: importers of lists.
#
# Right: RFC 4180, 2: each record ends with CRLF (1); a double quote inside a field is escaped by another (7).
set -euo pipefail
echo "version @gregoranders/csv 0.0.13 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @gregoranders/csv@0.0.13
NODE_PATH="$folder/node_modules" node - <<'JS'
const { Parser } = require("@gregoranders/csv");
const read = (text) => {
  try {
    const parser = new Parser();
    parser.parse(text);
    return JSON.stringify(parser.json);
  } catch (error) {
    return error.message;
  }
};
const seen = [read('name,email\n"Ana ""Velma"" Lima",ana@example.net'), read("name,email\r\nAna,ana@example.net\r\n")];
console.log('expected: [{"name":"Ana \\"Velma\\" Lima","email":"ana@example.net"}] and [{"name":"Ana","email":"ana@example.net"}] (RFC 4180, 2)');
console.log(`seen: ${seen.join(" and ")}`);
if (seen[0] !== "Invalid CSV at 1:6" || seen[1] !== '[{"name":"Ana","email\\r":"ana@example.net\\r"}]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
