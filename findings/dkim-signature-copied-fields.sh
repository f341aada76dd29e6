#!/usr/bin/env bash
# What surprises: the fields that a signature has copied are cut at their colons, and not at the bars between them: of From, To, Subject and
# Date of the standard's own example it makes seven pieces.
#
# Input: the z= tag of the standard's example of a DKIM-Signature.
#
# Software: dkim-signature 1.3.0 (npm), "DomainKey Identified Mail (DKIM) Signature".
#
# Who meets it: whoever wants to know what was changed on the way of a letter whose signature fails, which is what the tag is for.
#
# Right: RFC 6376, 3.5: z= is a vertical-bar-separated list of fields with name and value, of which colons are a part; h= is
# the one that colons separate.
set -euo pipefail
echo "version dkim-signature 1.3.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts dkim-signature@1.3.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const Signature = require("dkim-signature");
const copied = "From:foo@eng.example.net|To:joe@example.com|\r\n Subject:demo=20run|Date:July=205,=202005=203:44:08=20PM=20-0700";
const read = Signature.parse(`v=1; a=rsa-sha256; d=example.net; s=brisbane; h=from:to:subject:date; z=${copied}; bh=MTIz; b=dzdV`);
const seen = read.copiedHeaders;
console.log("expected: 4 fields, From:foo@eng.example.net the first (RFC 6376, 3.5)");
console.log(`seen: ${seen.length}: ${JSON.stringify(seen)}`);
if (read.headers.length !== 4 || seen.length !== 7 || seen[1] !== "foo@eng.example.net|To") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
