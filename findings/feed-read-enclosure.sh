#!/usr/bin/env bash
# What surprises: the link of an announcement is that of the file that goes with it, when this stands first: letter.pdf in place of the page.
# Text in XHTML is "[object Object]".
#
# Input: an entry with an enclosure, its page, and content of the type xhtml.
#
# Software: feed-read 0.0.1 (npm), whose "link" is "The original article link (String)" and "content" "The HTML content of the article".
#
# Who meets it: whoever follows the announcements of a ministry.
#
# Right: RFC 4287, 4.2.7.2: the relation "alternate" is the entry's other form, its page, "enclosure" a file that may be large; 4.1.3.3: the
# content of xhtml is the div and what is in it.
set -euo pipefail
echo "version feed-read 0.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts feed-read@0.0.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const file = '<link rel="enclosure" type="application/pdf" length="9" href="https://velma.example/letter.pdf"/>';
const page = '<link rel="alternate" href="https://velma.example/answer"/>';
const feed = (links) => `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Velma</title><id>urn:x</id>
<updated>2026-11-09T10:00:00Z</updated><author><name>Velma</name></author><entry><title>Answer</title><id>urn:y</id><updated>2026-11-09T10:00:00Z</updated>
${links}<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>We agree.</p></div></content></entry></feed>`;
const seen = [];
for (const links of [page + file, file + page]) {
  require("feed-read").atom(feed(links), "x", (error, [article]) => seen.push(error ?? `${article.link} ${article.content}`));
}
console.log("expected: https://velma.example/answer, twice, with We agree. (RFC 4287, 4.2.7.2 and 4.1.3.3)");
console.log(`seen: ${seen.join(", ")}`);
if (seen.join() !== "https://velma.example/answer [object Object],https://velma.example/letter.pdf [object Object]") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
