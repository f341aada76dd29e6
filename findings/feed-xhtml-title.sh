#!/usr/bin/env bash
# What surprises: the title of a letter in an Atom feed is empty when a word of it is emphasised; the other reader has "Keep the  alive"
# and, apart from it, "delta". Of a summary in plain text the first drops what stands in angle brackets.
#
# Input: an entry whose title is XHTML, Keep the delta alive, and whose summary is text: Write to <office@example.org>.
#
# Software: @extractus/feed-extractor 8.0.3 and feedme 2.0.2 (npm). @rowanmanning/feed-parser 2.1.5 (npm) reads both.
#
# Who meets it: whoever follows what offices and alliances publish.
#
# Right: RFC 4287, 3.1.1.3 (a title of type "xhtml" is the content of its div, which may have inline markup) and 3.1.1.1 (without a type
# it is text, in which < is a sign and no markup).
set -euo pipefail
echo "version @extractus/feed-extractor 8.0.3, feedme 2.0.2 and @rowanmanning/feed-parser 2.1.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @extractus/feed-extractor@8.0.3 feedme@2.0.2 @rowanmanning/feed-parser@2.1.5
cat >"$folder/read.mjs" <<'JS'
import { once } from "node:events";
import { extractFromXml } from "@extractus/feed-extractor";
import { parseFeed } from "@rowanmanning/feed-parser";
import FeedMe from "feedme";
const head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Velma</title><id>urn:x:1</id><updated>2026-11-02T10:00:00Z</updated>';
const title = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Keep the <em>delta</em> alive</div></title>';
const summary = "<summary>Write to &lt;office@example.org&gt;.</summary>";
const link = '<link href="https://example.org/letter"/>';
const feed = `${head}<entry>${title}<id>urn:x:2</id>${link}<updated>2026-11-02T10:00:00Z</updated>${summary}</entry></feed>`;
const reader = new FeedMe(true);
reader.end(feed);
await once(reader, "finish");
const right = parseFeed(feed).items[0];
const first = extractFromXml(feed).entries[0];
const second = reader.done().items[0].title.div;
console.log(`expected: ${right.title} | ${right.description} (@rowanmanning/feed-parser; RFC 4287, 3.1.1)`);
console.log(`seen: ${first.title} | ${first.description} (@extractus/feed-extractor)`);
console.log(`seen: ${second.text}, and apart from it ${second.em} (feedme)`);
if (first.title !== "" || first.description !== "Write to ." || second.text !== "Keep the  alive" || second.em !== "delta") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
node "$folder/read.mjs"
