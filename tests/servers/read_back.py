#!/usr/bin/env python3
"""Reads delivered letters back with a parser that is not ours, and says what is wrong with them.

    read_back.py [--raw] MAILDIR-OR-FILE...

A folder is read as a Maildir (its `new` and `cur`) or, without those, for its *.eml files. Prints one JSON object a line for
each message, and every fault on stderr as `file: fault`. `--raw` says that the files are as they went over SMTP: each line must
then end with CR LF. Without it a file may have either line end, but not both.

Exit status: 0 all is well, 1 a fault was found, 2 usage, or there is nothing to read.
"""

import argparse
import email
import email.policy
import hashlib
import json
import re
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path

# RFC 5322, 3.6: To is ours, since each letter is addressed to somebody.
REQUIRED = ("Date", "Message-ID", "From", "To", "Subject", "MIME-Version")
ONCE = REQUIRED + ("Sender", "Reply-To", "Cc", "Bcc", "In-Reply-To", "References", "Content-Type",
                   "Content-Transfer-Encoding", "Content-Language")
LINE_LIMIT = 998  # RFC 5322, 2.1.1
LINE_WISH = 78


def files_of(path):
    """The messages that an argument names, in a stable order."""
    if path.is_file():
        return [path]
    folders = [path / "new", path / "cur"]
    if any(folder.is_dir() for folder in folders):
        return sorted(file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.is_file())
    return sorted(path.glob("*.eml"))


def line_faults(raw, wire):
    """What is wrong with the lines, whatever they say."""
    if wire or b"\r\n" in raw:
        if bare := len(re.findall(rb"(?<!\r)\n", raw)):
            yield f"{bare} bare LF"
    if bare := len(re.findall(rb"\r(?!\n)", raw)):
        yield f"{bare} bare CR"
    if b"\0" in raw:
        yield "a NUL byte"
    for number, line in enumerate(re.split(rb"\r?\n", raw), 1):
        if len(line) > LINE_LIMIT:
            yield f"line {number} has {len(line)} bytes, more than {LINE_LIMIT}"


def header_faults(message, head):
    """What is wrong with the header as a whole."""
    if not head.isascii():
        yield "a header that is not ASCII"
    for name in REQUIRED:
        if not str(message.get(name, "")).strip():
            yield f"no {name}"
    for name in ONCE:
        if len(message.get_all(name, [])) > 1:
            yield f"{name} more than once"
    try:
        parsedate_to_datetime(str(message.get("Date")))
    except (TypeError, ValueError):
        yield f"Date `{message.get('Date')}` is not a date"
    identifier = str(message.get("Message-ID", ""))
    if identifier and not re.fullmatch(r"<[^\s<>@]+@[^\s<>@]+>", identifier):
        yield f"Message-ID `{identifier}` is not valid"


def part_faults(part, place):
    """What is wrong with one part: its header fields, its encoding, its characters."""
    # Decoded first: what is wrong with base64 is only noted then.
    content = part.get_payload(decode=True)
    for defect in part.defects:
        yield f"part {place}: {type(defect).__name__}: {defect}"
    for name, value in part.items():
        for defect in getattr(value, "defects", ()):
            yield f"part {place}: {name}: {type(defect).__name__}: {defect}"
    if part.is_multipart():
        return
    encoding = str(part.get("Content-Transfer-Encoding", "7bit")).lower()
    encoded = part.get_payload()
    if encoding == "quoted-printable":
        # RFC 2045, 6.7: an = is followed by two hexadecimal digits or ends the line; no line is over 76.
        if wrong := re.search(r"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)", encoded):
            yield f"part {place}: `{encoded[wrong.start():wrong.start() + 3]}` is not quoted-printable"
        if any(len(line) > 76 for line in encoded.splitlines()):
            yield f"part {place}: a quoted-printable line over 76"
    elif encoding == "7bit" and not encoded.isascii():
        yield f"part {place}: bytes over 127 in a 7bit part"
    if part.get_content_maintype() == "text":
        try:
            content.decode(part.get_content_charset("us-ascii"), "strict")
        except (LookupError, UnicodeDecodeError) as error:
            yield f"part {place}: body cannot be decoded: {error}"


def addresses(message, name):
    """The addresses of a header field, names decoded."""
    return [{"name": found.display_name, "address": found.addr_spec}
            for header in message.get_all(name, []) for found in getattr(header, "addresses", ())]


def described(part):
    """A leaf of the message: its decoded content, line ends as LF where it is text."""
    content = part.get_payload(decode=True) or b""
    if part.get_content_maintype() == "text":
        content = content.replace(b"\r\n", b"\n")
    return {
        "type": part.get_content_type(),
        "charset": part.get_content_charset(),
        "filename": part.get_filename(),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def text(message, name):
    value = message.get(name)
    return None if value is None else str(value)


def read(path, wire):
    """A message and its faults."""
    raw = path.read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    leaves = [part for part in message.walk() if not part.is_multipart()]
    faults = [*line_faults(raw, wire), *header_faults(message, head)]
    for place, part in enumerate(message.walk()):
        faults.extend(part_faults(part, place))
    plain = next((described(part)["sha256"] for part in leaves if part.get_content_type() == "text/plain"), None)
    letter = {
        "file": str(path),
        "from": addresses(message, "From"),
        "to": addresses(message, "To"),
        "cc": addresses(message, "Cc"),
        "subject": text(message, "Subject"),
        "date": text(message, "Date"),
        "message_id": text(message, "Message-ID"),
        "content_language": text(message, "Content-Language"),
        "reply_to": addresses(message, "Reply-To"),
        "return_path": text(message, "Return-Path"),
        "delivered_to": text(message, "Delivered-To"),
        "long_header_lines": sum(len(line) > LINE_WISH for line in re.split(rb"\r?\n", head)),
        "parts": [described(part) for part in leaves],
        "text": plain,
    }
    return letter, list(dict.fromkeys(faults))


def main():
    arguments = argparse.ArgumentParser(description="Reads delivered letters back and says what is wrong with them.")
    arguments.add_argument("--raw", action="store_true", help="the files are as they went over SMTP, with CR LF")
    arguments.add_argument("paths", nargs="+", type=Path, metavar="MAILDIR-OR-FILE")
    options = arguments.parse_args()

    missing = [path for path in options.paths if not path.exists()]
    files = [file for path in options.paths if path.exists() for file in files_of(path)]
    if missing or not files:
        print(*[f"{path}: not there" for path in missing] or ["no message to read"], sep="\n", file=sys.stderr)
        return 2

    found = False
    delivered = {}
    for file in files:
        letter, faults = read(file, options.raw)
        # A letter with Cc is delivered to each of its addresses, but to each only once.
        if letter["delivered_to"] and letter["message_id"]:
            first = delivered.setdefault((letter["message_id"], letter["delivered_to"].lower()), file)
            if first != file:
                faults.append(f"the same letter to the same recipient as {first}")
        print(json.dumps(letter, ensure_ascii=False))
        for fault in faults:
            found = True
            print(f"{file}: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
