#!/usr/bin/env bash
# What surprises: a key record that does not name its type, as most do not, has the type "rsa-sha256", and is written back with k=rsa-sha256,
# which verifiers do not know: every signature made with that key then fails. A record with a tag that it does not know is refused.
#
# Input: v=DKIM1; p=… as a domain publishes it, and the same with a tag of its own.
#
# Software: dkim-key 1.3.0 (npm), "DomainKeys Identified Mail (DKIM) Key".
#
# Who meets it: whoever looks at, or writes, the records of the domain that a letter comes from.
#
# Right: RFC 6376, 3.6.1: k= is the key type, by default "rsa"; unrecognized key types MUST be ignored; rsa-sha256 is an algorithm (3.3). 3.2:
# unrecognized tags MUST be ignored.
set -euo pipefail
echo "version dkim-key 1.3.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts dkim-key@1.3.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const Key = require("dkim-key");
const attempt = (record) => {
  try {
    return Key.parse(record).toString();
  } catch (error) {
    return `refused: ${error.message}`;
  }
};
const seen = ["v=DKIM1; p=MIGfMA0=", "v=DKIM1; k=rsa; velma=1; p=MIGfMA0="].map(attempt);
console.log("expected: v=DKIM1; k=rsa; p=MIGfMA0=, twice; the first may leave out k= (RFC 6376, 3.6.1 and 3.2)");
console.log(`seen: ${seen[0]}\nseen: ${seen[1]}`);
if (seen[0] !== "v=DKIM1; k=rsa-sha256; p=MIGfMA0=" || !seen[1].startsWith("refused")) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
