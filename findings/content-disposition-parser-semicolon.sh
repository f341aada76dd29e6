#!/usr/bin/env bash
# What surprises: the name of an annex ends at its semicolon, though it stands in quotation marks, and the rest of it is a parameter;
# marks in the name keep their backslashes.
#
# Input: attachment; filename="Letter; Velma.pdf", and a name with quotation marks in it.
#
# Software: content-disposition-parser 1.0.2 (npm). content-disposition 1.0.1 (npm) reads both.
#
# Who meets it: whoever saves the annexes of answers or of web pages: "Letter" has no ending, and no program opens it.
#
# Right: RFC 6266, 4.1, with RFC 9110, 5.6.4, and RFC 2183, 2, with RFC 2045, 5.1: the value is a quoted string, in which a semicolon is a
# letter like any other, and a backslash takes the meaning of the sign behind it.
set -euo pipefail
echo "version content-disposition-parser 1.0.2 and content-disposition 1.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts content-disposition-parser@1.0.2 content-disposition@1.0.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parse } = require("content-disposition");
const parser = require("content-disposition-parser");
const read = parser.default ?? parser;
const fields = ['attachment; filename="Letter; Velma.pdf"', 'attachment; filename="Letter \\"Velma\\".pdf"'];
const seen = fields.map((field) => read(field).filename);
console.log(`expected: ${fields.map((field) => parse(field).parameters.filename).join(", ")} (RFC 6266, 4.1)`);
console.log(`seen: ${seen.join(", ")}`);
if (seen.join() !== 'Letter,Letter \\"Velma\\".pdf') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
