#!/usr/bin/env python3
"""What is left of an answer once the quoted letter is taken out: this program beside others.

  python3 -m venv V; V/bin/pip install talon==1.4.4 'setuptools<70' mail-parser-reply==1.36; npm install --prefix V planer@1.2.0
  UNDERSIGNED_OWN_WORDS=/tmp/own.json cargo test --test it -- own_words_are_written_down
  V/bin/python benches/own_words.py /tmp/own.json V

The mails are those of the collections that `UNDERSIGNED_CORPORA` names: answers to a letter of ours from real mail readers, and
the fixtures of other readers of replies. The letter is told by its lines, which stand in many of the answers.
"""
import collections
import email
import email.policy
import html
import json
import pathlib
import re
import subprocess
import sys

own = json.loads(pathlib.Path(sys.argv[1]).read_text())
node = pathlib.Path(sys.argv[2])


def text_of(markup):
    markup = re.sub(r"(?is)<(style|script|head).*?</\1>", "", markup)
    markup = re.sub(r"(?i)<br[^>]*>|</(p|div|tr|li|h\d|blockquote)>", "\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def body(path):
    mail = email.message_from_bytes(pathlib.Path(path).read_bytes(), policy=email.policy.default)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        if part is not None:
            try:
                return kind, part.get_content()
            except (LookupError, KeyError, UnicodeError):
                return kind, part.get_payload(decode=True).decode("utf-8", "replace")
    return "plain", ""


def lines(text):
    plain = (re.sub(r"\W+", " ", line.lower()).strip() for line in text.splitlines())
    return [line for line in plain if len(line.split()) >= 5]


bodies = {path: body(path) for path in own}
readers = [path for path in own if "/readers/" in path]
often = collections.Counter(line for path in readers for line in set(lines(text_of(bodies[path][1]))))
letter = {line for line, count in often.items() if count >= 5}
MARK = re.compile(r"(?im)^\s*>|^-+ ?(original message|forwarded message|ursprüngliche)|wrote:\s*$|schrieb:\s*$|a écrit\s*:\s*$|escribió:\s*$|^from:.*\n(sent|date|to):")

from mailparser_reply import EmailReplyParser
from talon import quotations


def talon(kind, text):
    return text_of(quotations.extract_from_html(text)) if kind == "html" else quotations.extract_from_plain(text)


def mail_parser_reply(kind, text):
    return EmailReplyParser(languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da"]).parse_reply(text=text_of(text) if kind == "html" else text)


def planer():
    script = "const p=require('planer');const m=JSON.parse(require('fs').readFileSync(0));" \
             "console.log(JSON.stringify(Object.fromEntries(Object.entries(m).map(([k,v])=>{try{return [k,p.extractFrom(v,'text/plain')]}catch(e){return [k,v]}}))))"
    given = {path: text_of(text) if kind == "html" else text for path, (kind, text) in bodies.items()}
    wrote = subprocess.run(["node", "-e", script], cwd=node, input=json.dumps(given), capture_output=True, text=True, check=True)
    return json.loads(wrote.stdout)


def attempt(program, path):
    try:
        return program(*bodies[path]) or ""
    except Exception:  # What a program cannot take, it leaves as it is.
        return bodies[path][1]


left = {
    "undersigned": own,
    "talon 1.4.4": {path: attempt(talon, path) for path in own},
    "mail-parser-reply 1.36": {path: attempt(mail_parser_reply, path) for path in own},
    "planer 1.2.0": planer(),
}
answers = [path for path in readers if letter & set(lines(text_of(bodies[path][1]))) and "forward" not in path and "fwd" not in path]
others = [path for path in own if "/replies/" in path and MARK.search(text_of(bodies[path][1]))]
print(f"| program | of the letter nothing is left, and something of the answer ({len(answers)} answers out of mail readers) "
      f"| no mark of a quotation is left, and something of the answer ({len(others)} fixtures) |\n|---|---|---|")
for name, texts in left.items():
    good = sum(not letter & set(lines(texts[path])) and bool(texts[path].strip()) for path in answers)
    fine = sum(not MARK.search(texts[path]) and bool(texts[path].strip()) for path in others)
    print(f"| {name} | {good} | {fine} |")
