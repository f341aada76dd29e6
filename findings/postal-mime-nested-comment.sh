#!/usr/bin/env bash
# What surprises: a name in brackets that has brackets itself gives an address with a bracket: `ana@example.net)`. Nobody can be written
# to there, and the sender is not found in the list.
#
# Input: From: ana@example.net (Ana Lima (MEP)): an address with its name as a comment, as older mail programs and many scripts write it.
#
# Software: postal-mime 4.0.0 (npm).
#
# Who meets it: whoever matches answers to a list of recipients by the address in From, or answers them.
#
# Right: RFC 5322, section 3.2.2: "Comments may nest"; section 3.4.1: a comment is no part of the address.
set -euo pipefail
echo "version postal-mime 4.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts postal-mime@4.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const PostalMime = require("postal-mime").default;
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/postal-mime/package.json"));
const address = async (from) => (await new PostalMime().parse(`From: ${from}\r\nTo: letters@example.org\r\n\r\nYes.\r\n`)).from.address;
(async () => {
  const simple = await address("ana@example.net (Ana Lima)");
  const nested = await address("ana@example.net (Ana Lima (MEP))");
  console.log(`postal-mime ${version}`);
  console.log("expected: ana@example.net, both times (RFC 5322, section 3.2.2)");
  console.log(`seen: ${simple} with a simple comment, ${nested} with a nested one`);
  if (simple !== "ana@example.net" || nested !== "ana@example.net)") {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
})();
JS
