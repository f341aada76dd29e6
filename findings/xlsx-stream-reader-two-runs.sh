#!/usr/bin/env bash
# What surprises: "Ana Lima" with a bold surname is "AnaLima". Where it stands in the sheet itself, it is an object that has the name of an
# XML element, {"name":"t"}, and no text of the cell.
#
# Input: that name, written by XlsxWriter with its table of shared strings, and with constant_memory.
#
# Software: xlsx-stream-reader 1.1.1 (npm).
#
# Who meets it: whoever reads big lists by it: somebody has made a word bold, and the letter begins "Dear AnaLima" or "Dear [object
# Object]".
#
# Right: ECMA-376, part 1, 18.4.4 and 18.4.12 (the runs together are the text, and xml:space="preserve" keeps their blanks).
set -euo pipefail
echo "version xlsx-stream-reader 1.1.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check XlsxWriter==3.2.9
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts xlsx-stream-reader@1.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import xlsxwriter

for name, options in (("shared.xlsx", {}), ("inline.xlsx", {"constant_memory": True})):
    with xlsxwriter.Workbook(name, options) as book:
        book.add_worksheet().write_rich_string(0, 0, "Ana ", book.add_format({"bold": True}), "Lima")
PY
NODE_PATH="$folder/node_modules" node - <<'JS'
const { createReadStream } = require("node:fs");
const Reader = require("xlsx-stream-reader");
const { version } = require("xlsx-stream-reader/package.json");
const read = (name) => new Promise((resolve, reject) => {
  const reader = new Reader();
  reader.on("error", reject);
  reader.on("worksheet", (sheet) => {
    sheet.on("row", ({ values }) => resolve(values[1]));
    sheet.process();
  });
  createReadStream(name).pipe(reader);
});
Promise.all([read("shared.xlsx"), read("inline.xlsx")]).then((seen) => {
  console.log(`xlsx-stream-reader ${version}`);
  console.log('expected: ["Ana Lima","Ana Lima"] (ECMA-376, part 1, 18.4.4 and 18.4.12)');
  console.log(`seen: ${JSON.stringify(seen)}`);
  if (seen[0] !== "AnaLima" || seen[1].name !== "t") {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
});
JS
