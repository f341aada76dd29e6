#!/usr/bin/env python3
"""What readers of mail show first of a letter, and what their quotations begin with.

    tests/servers/readers/show.py UNDERSIGNED [--roundcube FOLDER]

makes a letter with a preheader and with signatories in two columns in a folder of its own, opens it in alpine and in Claws Mail,
gives its page to Roundcube's converters of HTML (FOLDER is a Debian package roundcube-core, unpacked by `dpkg -x`), and measures it
in WebKit. What is not installed is named and left out. Debian's packages: alpine, claws-mail, php-cli, php-xml, php-mbstring, xvfb,
xauth, xdotool, xclip, python3-pexpect, gir1.2-webkit2-4.1, python3-gi. It prints a table and ends with 1 where something is wrong.
RESULTS.md has the last one. Nothing leaves this machine.
"""

import argparse
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

PREHEADER = "We ask you to suspend the dredging licence"
FIRST = "To the attention of"


def letter(program, folder):
    """The letter as it leaves, and its page."""
    workspace = folder / "workspace"
    subprocess.run([program, "init", workspace], check=True, capture_output=True)
    settings = workspace / "campaign.toml"
    # The sample says nothing of how signatories stand.
    settings.write_text(settings.read_text() + "\n[signatories]\ncolumns = 2\n")
    out = folder / "letters"
    subprocess.run([program, "-C", workspace, "preview", "--format", "eml", "--out", out], check=True, capture_output=True)
    raw = sorted(out.glob("*.eml"))[0].read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return raw, message.get_body(("html",)).get_content()


def page_alone(raw):
    """The letter with its page alone, so that no program takes the plain text instead."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    alone = email.message.EmailMessage(policy=email.policy.SMTP)
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        alone[name] = message[name]
    alone.set_content(message.get_body(("html",)).get_content(), subtype="html", cte="quoted-printable")
    return alone.as_bytes()


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def in_alpine(raw, folder):
    """The lines that alpine shows of the body, and those that its answer quotes."""
    import pexpect

    home = folder / "alpine"
    home.mkdir()
    box = home / "letters.mbox"
    box.write_bytes(b"From letters@coalition.example Mon Mar 22 09:00:00 2027\n" + page_alone(raw).replace(b"\r\n", b"\n") + b"\n")
    (home / ".pinerc").write_text(
        "feature-list=enable-delete-before-writing,quell-status-message,include-text-in-reply,no-signature-at-bottom\n"
        # Without a version it greets, with a link that it would follow.
        "last-version-used=99.99\npersonal-name=Ana Roe\nuser-domain=ministry.example\nsmtp-server=127.0.0.1:1\ninbox-path=" + str(box) + "\n"
    )
    env = dict(os.environ, HOME=str(home), TERM="vt100", LINES="60", COLUMNS="100")
    child = pexpect.spawn("alpine", ["-p", str(home / ".pinerc"), "-i", "-f", str(box)], env=env, dimensions=(60, 100), encoding="utf-8")
    screen = []

    def settle(seconds=2.0):
        end = time.time() + seconds
        while time.time() < end:
            try:
                screen.append(child.read_nonblocking(65536, 0.3))
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                return

    def shown():
        # vt100 is given time by NUL characters.
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>78#][A-Z0-9]?|\x0f|\x0e", "\n", "".join(screen).replace("\0", ""))

    def until(word, seconds=30):
        end = time.time() + seconds
        while word not in shown() and time.time() < end:
            settle(0.5)
        return word in shown()

    if not until("Message 1 of 1"):
        child.close(force=True)
        return [], []
    settle()
    screen.clear()
    child.send("\r")
    until("of text", 15)
    settle()
    read = shown()
    screen.clear()
    child.send("r")
    settle(2)
    for _ in range(4):  # "Include original message?", "Reply to all?"
        if "?" in shown()[-400:]:
            child.send("y")
            settle(1.5)
    quoted = shown()
    child.close(force=True)
    return lines_of(read), [line for line in lines_of(quoted) if line.startswith(">")]


def in_claws(raw, folder):
    """The text that Claws Mail shows, by its own reader of HTML, taken over the clipboard."""
    home = folder / "claws"
    inbox = home / "Mail" / "inbox"
    inbox.mkdir(parents=True)
    for name in ("sent", "draft", "queue", "trash"):
        (home / "Mail" / name).mkdir()
    (inbox / "1").write_bytes(page_alone(raw).replace(b"\r\n", b"\n"))
    settings = home / ".claws-mail"
    settings.mkdir()
    (settings / "clawsrc").write_text("[Common]\nshow_mimeview=0\nopen_inbox_on_startup=0\nrender_html=1\nalways_show_msg=1\n")
    (settings / "accountrc").write_text(
        "[Account: 1]\naccount_name=ana\nis_default=1\nname=Ana Roe\naddress=ana@ministry.example\nprotocol=5\nsmtp_server=127.0.0.1\n"
    )
    (settings / "folderlist.xml").write_text(
        '<?xml version="1.0"?>\n<folderlist>\n<folder type="mh" name="Mail" path="Mail" sort="0" collapsed="0">\n'
        + "".join(
            f'<folderitem type="{kind}" name="{name}" path="{name}" mtime="0" new="0" unread="1" unreadmarked="0" marked="0" total="1"/>\n'
            for name, kind in (("inbox", "inbox"), ("sent", "outbox"), ("draft", "draft"), ("queue", "queue"), ("trash", "trash"))
        )
        + "</folder>\n</folderlist>\n"
    )
    script = folder / "claws.sh"
    script.write_text(
        "claws-mail --select '#mh/Mail/inbox/1' >claws.out 2>&1 & pid=$!\n"
        "for n in $(seq 40); do sleep 1; w=$(xdotool search --onlyvisible --class claws-mail 2>/dev/null | tail -1); [ -n \"$w\" ] && break; done\n"
        "sleep 6\nxdotool key --window $w Return; sleep 3\n"
        "xdotool mousemove 700 600 click 1; sleep 1; xdotool key ctrl+a; sleep 1; xdotool key ctrl+c; sleep 1\n"
        "timeout 5 xclip -selection clipboard -o > claws.txt\n"
        "timeout 5 import -window root claws.png 2>/dev/null\n"
        "kill $pid\n"
    )
    env = dict(os.environ, HOME=str(home), NO_AT_BRIDGE="1")
    subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1200x1000x24", "bash", str(script)], env=env, cwd=folder, timeout=120,
                   capture_output=True)
    text = folder / "claws.txt"
    return lines_of(text.read_text(errors="replace")) if text.exists() else []


PHP = r"""<?php
mb_internal_encoding('UTF-8'); define('RCUBE_CHARSET', 'UTF-8');
$lib = $argv[1] . '/usr/share/roundcube/program/lib/Roundcube/';
class rcube { static function raise_error() {} static function get_instance() { return null; } }
foreach (['rcube_utils', 'rcube_string_replacer', 'rcube_charset', 'rcube_html2text', 'rcube_washtml'] as $class) {
    if (is_file($lib . $class . '.php')) { require_once $lib . $class . '.php'; }
}
require_once $lib . 'bootstrap.php';
$html = stream_get_contents(STDIN);
$text = (new rcube_html2text($html, false, 1, 78))->get_text();
$washed = (new rcube_washtml(['charset' => 'UTF-8', 'show_washed' => false]))->wash($html);
echo json_encode(['text' => $text, 'washed' => trim(html_entity_decode(preg_replace('/\s*<[^>]*>\s*/', "\n", preg_replace('/<style.*?<\/style>|<title.*?<\/title>/s', '', $washed))))]);
"""


def in_roundcube(page, package, folder):
    """What Roundcube quotes of a page in an answer in plain text, and what it shows."""
    script = folder / "roundcube.php"
    script.write_text(PHP)
    ran = subprocess.run(["php", "-d", "error_reporting=0", str(script), str(package)], input=page.encode(), capture_output=True)
    found = json.loads(ran.stdout.decode() or "{}")
    if not found:
        print(ran.stderr.decode() + ran.stdout.decode(), file=sys.stderr)
    return lines_of(found.get("text", "")), lines_of(found.get("washed", ""))


MEASURE = r"""
(() => {
  const box = document.querySelector('.columns') || document.querySelector('.signatories');
  const items = [...box.querySelectorAll('li')].map(one => one.getBoundingClientRect());
  const lefts = [...new Set(items.map(one => Math.round(one.left)))].sort((a, b) => a - b);
  const tops = lefts.map(left => Math.min(...items.filter(one => Math.round(one.left) === left).map(one => one.top)));
  const next = (() => { let one = box; while (one && !one.nextElementSibling) one = one.parentElement; return one && one.nextElementSibling; })();
  const bottom = Math.max(...items.map(one => one.bottom));
  return JSON.stringify({ columns: lefts.length, tops: tops.map(Math.round), below: next ? Math.round(next.getBoundingClientRect().top - bottom) : null });
})()
"""

WEBKIT = r"""
import sys, gi
gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2, GLib
window = Gtk.Window(default_width=900, default_height=1000); view = WebKit2.WebView(); window.add(view); window.show_all()
page, script = open(sys.argv[1]).read(), open(sys.argv[2]).read()
def done(view, result, _):
    print(view.evaluate_javascript_finish(result).to_string(), flush=True); Gtk.main_quit()
def loaded(view, event):
    if event == WebKit2.LoadEvent.FINISHED:
        GLib.timeout_add(500, lambda: view.evaluate_javascript(script, -1, None, None, None, done, None) and False)
view.connect('load-changed', loaded); view.load_html(page, 'about:blank')
GLib.timeout_add_seconds(40, Gtk.main_quit); Gtk.main()
"""


def in_webkit(page, folder):
    """How many columns there are, at which height each begins, and how much room is below them."""
    for name, text in (("page.html", page), ("measure.js", MEASURE), ("webkit.py", WEBKIT)):
        (folder / name).write_text(text)
    env = dict(os.environ, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1", WEBKIT_DISABLE_COMPOSITING_MODE="1", HOME=str(folder),
               LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1")
    command = ["xvfb-run", "-a", "/usr/bin/python3", "webkit.py", "page.html", "measure.js"]
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=120)
    lines = ran.stdout.decode().strip().splitlines()
    if not lines:
        print(ran.stderr.decode()[-2000:], file=sys.stderr)
    return json.loads(lines[-1]) if lines else None


def begins_well(lines):
    """Whether the first thing that is shown is the letter's own beginning, and the preheader is nowhere."""
    text = [line.lstrip("> ").strip("*") for line in lines]
    at = next((place for place, line in enumerate(text) if line), None)
    return at is not None and text[at].startswith(FIRST) and not any(PREHEADER in line for line in text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--roundcube", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder that stays, to look at what was shown")
    args = parser.parse_args()
    folder = args.keep or pathlib.Path(tempfile.mkdtemp(prefix="readers."))
    folder.mkdir(exist_ok=True)
    raw, page = letter(args.program, folder)
    rows, wrong = [], 0

    def row(what, sound, seen):
        nonlocal wrong
        wrong += not sound
        rows.append((what, "right" if sound else "WRONG", seen))

    def left_out(what, why):
        rows.append((what, "left out", why))

    if shutil.which("alpine"):
        read, quoted = in_alpine(raw, folder)
        start = next((place for place, line in enumerate(read) if line.startswith(FIRST) or PREHEADER in line), None)
        body = read[start:] if start is not None else []
        row("alpine shows", begins_well(body), " / ".join(body[:2]))
        if quoted:
            row("alpine quotes", begins_well(quoted), " / ".join(quoted[:2]))
        else:
            left_out("alpine quotes", "no quotation was seen on its screen")
    else:
        left_out("alpine", "not installed")
    if shutil.which("claws-mail") and shutil.which("xvfb-run") and shutil.which("xclip"):
        lines = [line for line in in_claws(raw, folder) if not re.match(r"(From|To|Subject|Date): ", line)]
        # It shows the page's title, which is the subject.
        lines = lines[1:] if lines and f"<title>{lines[0]}</title>" in page else lines
        if lines:
            row("Claws Mail shows", begins_well(lines), " / ".join(lines[:2]))
        else:
            left_out("Claws Mail", "nothing came over the clipboard")
    else:
        left_out("Claws Mail", "claws-mail, xvfb, xdotool or xclip is not installed")
    if args.roundcube and shutil.which("php"):
        text, washed = in_roundcube(page, args.roundcube, folder)
        row("Roundcube quotes", begins_well(text), " / ".join(text[:2]))
        row("Roundcube shows", begins_well(washed), " / ".join(washed[:2]))
    else:
        left_out("Roundcube", "no package or no php")
    measured = in_webkit(page, folder) if shutil.which("xvfb-run") else None
    if measured:
        sound = measured["columns"] == 2 and len(set(measured["tops"])) == 1 and (measured["below"] or 0) >= 12
        row("WebKit's columns", sound, f"{measured['columns']} columns begin at {measured['tops']} px, {measured['below']} px below")
    else:
        left_out("WebKit's columns", "gir1.2-webkit2-4.1 or xvfb is not there")
    print("| what | | first lines |\n|---|---|---|")
    for what, state, seen in rows:
        print(f"| {what} | {state} | {seen} |")
    if not args.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
