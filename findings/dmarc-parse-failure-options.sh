#!/usr/bin/env bash
# What surprises: the options for reports of failure, fo=1:d:s, are an "invalid value", and the address of the reports with a subject in
# it is an "invalid email address". fo=1 alone is right.
#
# Input: valid records of a sender's domain.
#
# Software: dmarc-parse 1.2.1 (npm).
#
# Who meets it: whoever looks at a domain before sending from it, and is told to change what is right.
#
# Right: RFC 7489, 6.3: fo is a "colon-separated plain-text list of values" (6.4: "0" / "1" / "d" / "s", *(":" ...)); 6.2: a report
# address is any URI, to which RFC 6068, 2, allows a subject.
set -euo pipefail
echo "version dmarc-parse 1.2.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts dmarc-parse@1.2.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const parse = require("dmarc-parse");
const records = ["v=DMARC1; p=none; fo=1:d:s", "v=DMARC1; p=none; rua=mailto:dmarc@example.org?subject=report", "v=DMARC1; p=none; fo=1"];
const seen = records.map((record) => (parse(record).messages ?? []).join() || "nothing");
records.forEach((record, at) => console.log(`${record}: expected nothing; seen ${seen[at]} (RFC 7489, 6.3)`));
if (!seen[0].startsWith("Invalid value for 'fo': '1:d:s'") || !seen[1].startsWith("Invalid email address in 'rua'") || seen[2] !== "nothing") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
