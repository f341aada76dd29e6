#!/usr/bin/env bash
# What surprises: words that were deleted with tracked changes on stand at the head of the page, with the name of who deleted them and
# when; a colleague's comment is part of the sentence; two spaces are none, "DearMs Lima".
#
# Input: an .odt of one paragraph, with a deletion, a comment, and a space that is written as an element.
#
# Software: odt2html 1.0.1 (npm).
#
# Who meets it: whoever publishes a letter on the web from the document that a group has discussed: what was taken out on purpose is what
# is read first.
#
# Right: OpenDocument 1.2, part 1, 5.5.1 and 5.5.4 (text:tracked-changes holds what has been deleted, and is no content), 14.1
# (office:annotation is a note) and 6.1.3 (text:s is a space).
set -euo pipefail
echo "version odt2html 1.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts odt2html@1.0.1
python3 - "$folder/letter.odt" <<'PY'
import sys
import zipfile

names = {"office": "office", "text": "text"}
declared = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for name, kind in names.items())
declared += ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"'
who = "<dc:creator>Bo</dc:creator><dc:date>2026-11-01T10:00:00</dc:date>"
changes = f"<text:deletion><office:change-info>{who}</office:change-info><text:p>You never listen.</text:p></text:deletion>"
changes = f'<text:tracked-changes><text:changed-region text:id="c1">{changes}</text:changed-region></text:tracked-changes>'
letter = '<text:p>Dear<text:s/>Ms Lima<office:annotation><dc:creator>Bo</dc:creator><text:p>Too kind!</text:p></office:annotation>,'
letter += '<text:change text:change-id="c1"/> we ask you to sign.</text:p>'
with zipfile.ZipFile(sys.argv[1], "w") as parts:
    parts.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    parts.writestr("styles.xml", f"<office:document-styles {declared}><office:styles/></office:document-styles>")
    body = f"<office:body><office:text>{changes}{letter}</office:text></office:body>"
    parts.writestr("content.xml", f"<office:document-content {declared}><office:automatic-styles/>{body}</office:document-content>")
PY
NODE_PATH="$folder/node_modules" node - "$folder/letter.odt" <<'JS'
require("odt2html").toHTML({ path: process.argv[2] }).then((html) => {
  const seen = html.replace(/<style[^]*?<\/style>/g, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim();
  console.log("expected: Dear Ms Lima, we ask you to sign. (OpenDocument 1.2, part 1, 5.5 and 6.1.3)");
  console.log(`seen: ${seen}`);
  if (!seen.includes("Bo2026-11-01T10:00:00 You never listen. DearMs LimaBo Too kind! , we ask you to sign.")) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
});
JS
