#!/usr/bin/env bash
# What surprises: the group that stands for hidden recipients becomes an address, `undisclosed-recipients:;`, and the name of any other
# group becomes part of the first person's name.
#
# Input: Cc: undisclosed-recipients:; as mail systems write it for a letter whose recipients are all in Bcc, and a group with people.
#
# Software: letterparser 0.1.8 (npm). postal-mime and mailparser read groups as groups.
#
# Who meets it: whoever answers all, or takes the people out of To and Cc: one of them cannot be written to, and another is greeted
# "Dear Bureau: Ana Lima".
#
# Right: RFC 5322, section 3.4: group = display-name ":" [group-list] ";"; the list may be empty, and the name is the group's.
set -euo pipefail
echo "version letterparser 0.1.8 (npm). postal-mime and mailparser read groups as groups"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts letterparser@0.1.8
NODE_PATH="$folder/node_modules" node - <<'JS'
const { extract } = require("letterparser");
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/letterparser/package.json"));
const { to, cc } = extract([
  "From: bo@example.net", "To: Bureau: Ana Lima <ana@example.net>, Cy <cy@example.net>;", "Cc: undisclosed-recipients:;", "", "Yes.", "",
].join("\r\n"));
const people = (list) => (list || []).map(({ name, address }) => `${name || "(no name)"} <${address}>`).join(", ") || "nobody";
console.log(`letterparser ${version}`);
console.log("expected: to Ana Lima <ana@example.net>, Cy <cy@example.net>; copy to nobody (RFC 5322, section 3.4)");
console.log(`seen: to ${people(to)}; copy to ${people(cc)}`);
if (!(to[0].name === "Bureau: Ana Lima" && cc && cc[0].address === "undisclosed-recipients:;")) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
