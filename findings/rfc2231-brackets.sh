#!/usr/bin/env bash
# What surprises: the name of an annex with brackets, or with quotation marks, is written in the form of RFC 2231 *and* put into quotation
# marks, which that form does not have. Other software refuses the whole field.
#
# Input: Dopis (2).pdf and Letter "Velma".pdf, as browsers and people name their files; and Letter Velma.pdf, which is written well.
#
# Software: rfc2231 1.3.0 (npm), which writes parameters; content-disposition 1.0.1 (npm) reads them: "invalid extended field value".
#
# Who meets it: whoever sends annexes, or offers them for download: the second copy of a file, "(2)", arrives without its name.
#
# Right: RFC 2231, 7: an extended parameter's value is charset, language and octets, of which all but attribute-char are written as %XX
# (brackets and quotation marks are not among these: RFC 2045, 5.1); RFC 8187, 3.2, says the same for HTTP.
set -euo pipefail
echo "version rfc2231 1.3.0 and content-disposition 1.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts rfc2231@1.3.0 content-disposition@1.0.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { encodeAndFoldParameters } = require("rfc2231");
const { parse } = require("content-disposition");
const names = ["Letter Velma.pdf", "Dopis (2).pdf", 'Letter "Velma".pdf'];
const seen = names.map((filename) => {
  const [[key, value]] = Object.entries(encodeAndFoldParameters({ filename }));
  try {
    return [`${key}=${value}`, parse(`attachment; ${key}=${value}`).parameters.filename];
  } catch (error) {
    return [`${key}=${value}`, error.message];
  }
});
console.log("expected: filename*=iso-8859-1''Dopis%20%282%29.pdf and so on (RFC 2231, 7)");
seen.forEach(([written, read]) => console.log(`seen: ${written}, read as: ${read}`));
const refused = "invalid extended field value";
if (seen.map(([, read]) => read).join() !== ["Letter Velma.pdf", refused, refused].join()) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
