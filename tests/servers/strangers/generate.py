#!/usr/bin/env python3
"""Has programs that nobody looked at while writing rules answer a letter of ours, and writes what they wrote into a folder:
a mail a file, and expected.tsv with what each is.

  generate.py ROOT NODE PYTHON OUT [OSTICKET]

ROOT    a Debian system in a folder with maildrop, mlmmj and mailutils; /proc and /dev mounted in it (it takes root)
NODE    a folder with zone-mta from npm
PYTHON  a folder with mailman and django-helpdesk from PyPI, unpacked; the interpreter that runs this has python-slimta

OSTICKET  a Git directory of osTicket, for its receipts in some forty languages

What a program only fills in (ticket systems, lists) is filled in with its own templates. Nothing is sent anywhere.
"""
import base64
import email.policy
import email.utils
import json
import os
import pathlib
import re
import subprocess
import sys
from email.message import EmailMessage

from kept import Kept

root, node, python, out = map(pathlib.Path, sys.argv[1:5])
kept = Kept(out)
keep = kept.keep
LETTER = (
    "Return-Path: <bounces+abcdefghijklmnop@coalition.example>\nFrom: Joint Letter Secretariat <letters@coalition.example>\n"
    "To: ana@gov.example\nSubject: Suspend the dialogue\nDate: Mon, 30 Nov 2026 09:00:00 +0000\n"
    "Message-ID: <0123456789abcdef0123456789abcdef@coalition.example>\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n\nDear Minister,\n\nplease suspend the dialogue.\n\nThe coalition\n"
)


def inside(*command, given=LETTER):
    return subprocess.run(["chroot", root, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
                           *command], input=given.encode(), capture_output=True)


def mail(subject, text, sender, headers=(), subtype="plain"):
    message = EmailMessage(policy=email.policy.SMTPUTF8.clone(linesep="\n"))
    message["From"], message["To"], message["Subject"] = sender, "letters@coalition.example", " ".join(subject.split())
    message["Date"], message["Message-ID"] = "Mon, 30 Nov 2026 09:05:00 +0000", email.utils.make_msgid(domain="gov.example")
    for name, value in headers:
        message[name] = value
    message.set_content(text, subtype=subtype)
    return message


def mailbots():
    """maildrop's mailbot: what people set up as an out-of-office with Courier and qmail."""
    texts = {
        "en": "I am on leave until 14 December 2026. For urgent matters please call the office.",
        "de": "Ich bin bis zum 14. Dezember 2026 nicht im Haus.",
        "pl": "Jestem na urlopie do 14 grudnia 2026.",
        "pt": "Estarei ausente até 14 de dezembro de 2026.",
    }
    for language, text in texts.items():
        (root / "tmp/reply.txt").write_text(text + "\n")
        wrote = inside("mailbot", "-t", "/tmp/reply.txt", "-c", "utf-8", "-A", "From: ana@gov.example", "-fletters@coalition.example", "-n")
        keep(f"mailbot-{language}", wrote.stdout, "auto-reply")
    wrote = inside("mailbot", "-T", "replydsn", "-t", "/tmp/reply.txt", "-c", "utf-8", "-A", "From: ana@gov.example",
                   "-fletters@coalition.example", "-n")
    keep("mailbot-as-report", wrote.stdout, "auto-reply,report,receipt")


def sieves():
    """GNU mailutils' Sieve: vacation and reject, through a program in the place of sendmail."""
    caught = root / "tmp/caught.eml"
    fake = root / "tmp/sendmail"
    fake.write_text("#!/bin/sh\ncat > /tmp/caught.eml\n")
    fake.chmod(0o755)
    cases = {
        "vacation-es": ('require ["vacation"];\nvacation :days 1 "Estaré fuera hasta el 14 de diciembre de 2026.";\n', "auto-reply", ""),
        "vacation-cs": ('require ["vacation"];\nvacation :days 1 "Jsem mimo kancelář do 14. prosince 2026.";\n', "auto-reply", ""),
        "reject": ('require ["reject"];\nreject "This office takes no circulars.";\n', "report", "failed"),
    }
    for name, (script, kinds, action) in cases.items():
        caught.unlink(missing_ok=True)
        (root / "tmp/script.sieve").write_text(script)
        (root / "tmp/box").write_text("From letters@coalition.example Mon Nov 30 09:00:00 2026\n" + LETTER)
        inside("sieve", "--no-program-name", "--email=ana@gov.example", "--mbox-url=/tmp/box", "--mailer=sendmail:///tmp/sendmail",
               "/tmp/script.sieve")
        keep(f"mailutils-{name}", caught.read_bytes() if caught.exists() else b"", kinds, action, "ana@gov.example" if action else "")


def filled(text, reason):
    """A text of mlmmj with its conditions decided."""
    lines, stack = [], [True]
    for line in text.splitlines():
        word = line.strip().strip("%").split()
        is_rule = line.strip().startswith("%") and line.strip().endswith("%") and word
        if is_rule and word[0].startswith("if"):
            about = word[0] == "ifreason" and reason in word[1:] or word[0] == "ifnreason" and reason not in word[1:]
            stack.append(stack[-1] and about)
        elif is_rule and word[0] == "else":
            stack[-1] = len(stack) > 1 and stack[-2] and not stack[-1]
        elif is_rule and word[0] == "endif":
            stack.pop()
        elif stack[-1] and not is_rule:
            lines.append(re.sub(r"%[a-z ]+%", "", line))
    fill = {"list": "forum", "domain": "gov.example", "posteraddr": "letters@coalition.example", "subject": "Suspend the dialogue", "maxmailsize": "40000"}
    return re.sub(r"\$([a-z0-9]+)\$", lambda found: fill.get(found[1], "x"), "\n".join(lines))


def mlmmj():
    """mlmmj's texts where a letter is refused or held, in all languages that it comes with."""
    for folder in sorted((root / "usr/share/mlmmj/text.skel").iterdir()):
        for name, reason, kinds in [("deny-post", "subonlypost", "report,auto-reply"), ("deny-post", "access", "report,auto-reply"),
                                    ("deny-post", "maxmailsize", "report,auto-reply"), ("wait-post", "modonlypost", "auto-reply,acknowledgement")]:
            source = folder / name
            if not source.exists() or folder.is_symlink():
                continue
            text = source.read_text(encoding="utf-8", errors="replace")
            head, _, body = filled(text, reason).partition("\n\n")
            head, body = re.sub(r"\n(?!\s|[A-Z][A-Za-z-]*:)", "\n ", head), body.replace("%originalmail%", "")
            sent = f"Return-Path: <forum+bounces-help@gov.example>\nFrom: forum+owner@gov.example\nTo: letters@coalition.example\nDate: Mon, 30 Nov 2026 09:05:00 +0000\nMessage-ID: <1-mlmmj-{folder.name}@gov.example>\n"
            if "message/rfc822" in body:
                at = body.index("\n\n", body.index("message/rfc822")) + 2
                body = body[:at] + LETTER + body[at:]
            keep(f"mlmmj-{folder.name}-{name}-{reason}", sent + head + "\n\n" + body + "\n", kinds)


def mailman():
    """Mailman 3's notices, in all languages that it comes with: a letter is held, or refused."""
    for folder in sorted((python / "mailman/templates").iterdir()):
        bulk = [("Return-Path", "<forum-bounces@gov.example>"), ("Precedence", "bulk"), ("X-Mailman-Version", "3.3.10"), ("List-Id", "<forum.gov.example>")]
        for name, kinds, subject in [
            ("hold", "auto-reply,acknowledgement", "Your message to forum@gov.example awaits moderator approval"),
            ("refuse", "report,auto-reply", "Request to mailing list \"forum\" rejected"),
            ("rejected", "report,auto-reply", "Suspend the dialogue"),
        ]:
            template = folder / f"list:user:notice:{name}.txt"
            if not template.exists():
                continue
            text = template.read_text(encoding="utf-8")
            fill = {"listname": "forum@gov.example", "list": "forum@gov.example", "display_name": "Forum", "subject": "Suspend the dialogue",
                    "reasons": "    The message is not from a list member", "request": "Posting of your message titled \"Suspend the dialogue\"",
                    "reason": "Members only", "adminaddr": "forum-owner@gov.example", "owner_email": "forum-owner@gov.example"}
            text = re.sub(r"\$\{?(\w+)\}?", lambda found: fill.get(found[1], ""), text)
            message = mail(subject, text, "forum-owner@gov.example" if name == "rejected" else "forum-bounces@gov.example", bulk)
            if name == "rejected":
                message.make_mixed()
                message.add_attachment(email.message_from_string(LETTER, policy=email.policy.SMTPUTF8))
            keep(f"mailman-{folder.name}-{name}", message.as_bytes(), kinds)


def helpdesk():
    """django-helpdesk's receipt for a new ticket, in the languages that it comes with."""
    for entry in json.loads((python / "helpdesk/fixtures/emailtemplate.json").read_text()):
        fields = entry["fields"]
        if fields["template_name"] != "newticket_submitter":
            continue
        fill = {"ticket.ticket": "[ana-1]", "ticket.title": "Suspend the dialogue", "ticket.ticket_url": "http://desk.gov.example/view/?ticket=ana-1",
                "queue.title": "Cabinet", "ticket.get_status": "Open", "ticket.submitter_email": "letters@coalition.example",
                "ticket.description": "Dear Minister, please suspend the dialogue."}
        put = lambda text: re.sub(r"{%.*?%}", "", re.sub(r"{{\s*([\w.]+).*?}}", lambda found: fill.get(found[1], ""), text))
        keep(f"helpdesk-{fields['locale']}", mail("[ana-1] Suspend the dialogue " + put(fields["subject"]), put(fields["plain_text"]), "desk@gov.example",
                                                 [("Auto-Submitted", "auto-replied")]).as_bytes(), "acknowledgement,auto-reply")


def zone_mta():
    """ZoneMTA's reports of failure and of delay, by its own plugin."""
    script = """
      const plugin = require('zone-mta/plugins/core/email-bounce.js');
      const { PassThrough } = require('stream');
      const Headers = require('mailsplit').Headers;
      const cases = JSON.parse(process.argv[1]);
      const app = {config: {mailerDaemon: {name: 'Mail Delivery Subsystem', address: 'mailer-daemon@[HOSTNAME]'}, zoneConfig: {}, disableInterfaces: [], sendingZone: 'default'},
        logger: {info(){}, error(...e){console.error(...e)}, silly(){}, verbose(){}}, hooks: {}, addHook(name, fn){this.hooks[name] = fn},
        getQueue(){ return {generateId(done){done(null, 'id')}, push(){}} }};
      plugin.init(app, () => {});
      const run = async () => { for (const one of cases) {
        let caught = '';
        app.getQueue = () => ({generateId: done => done(null, 'id' + one.name), maildrop: null,
          add(){}, });
        app.manager = app.getQueue();
        const bounce = {...one, headers: new Headers(Buffer.from(one.headerText)), name: 'mx.zone.example', id: 'q1', arrivalDate: Date.now(), interface: 'feeder', zone: 'default', to: one.to, from: one.from};
        app.queue = app.getQueue();
        app.addMessage = app.sendMessage = (...a) => {};
        const source = plugin.init.toString();
        const mod = new Function('app', 'os', 'MimeNode', source.slice(source.indexOf('function generateBounceMessage'), source.indexOf('app.addHook')) + '; return generateBounceMessage;');
        const node = mod(app, require('os'), require('nodemailer/lib/mime-node'))(bounce, one.opts || {});
        const built = await new Promise((ok, no) => node.build((e, b) => e ? no(e) : ok(b)));
        console.log(JSON.stringify({name: one.name, mail: built.toString('base64')}));
      } };
      run();
    """
    header = LETTER.partition("\n\n")[0] + "\n\n"
    base = {"headerText": header, "from": "bounces+abcdefghijklmnop@coalition.example", "to": "ana@gov.example", "mxHostname": "mx.gov.example"}
    cases = [
        {**base, "name": "zone-unknown", "action": "reject", "category": "recipient", "response": "550 5.1.1 <ana@gov.example>: Recipient address rejected: User unknown"},
        {**base, "name": "zone-full", "action": "reject", "category": "full", "response": "552 5.2.2 Mailbox full"},
        {**base, "name": "zone-policy", "action": "reject", "category": "policy", "response": "554 5.7.1 Message rejected by policy"},
        {**base, "name": "zone-delayed", "action": "delayed", "category": "network", "response": "450 4.4.1 Connection timed out", "opts": {"delayed": True, "isDelayed": True}},
    ]
    wrote = subprocess.run(["node", "-e", script, json.dumps(cases)], cwd=node, capture_output=True, text=True)
    if wrote.stderr:
        print(wrote.stderr[-600:], file=sys.stderr)
    for line in wrote.stdout.splitlines():
        one = json.loads(line)
        action = "delayed" if "delayed" in one["name"] else "failed"
        keep(one["name"], base64.b64decode(one["mail"]), "report", action, "ana@gov.example")


def slimta():
    """python-slimta's bounces."""
    from slimta.bounce import Bounce
    from slimta.envelope import Envelope
    from slimta.smtp.reply import Reply
    for name, code, text in [("unknown", "550", "5.1.1 No such user here"), ("greeting", "554", "5.7.0 Not today"), ("size", "552", "5.3.4 Message too big for system"),
                             ("full", "452", "4.2.2 The mailbox of ana@gov.example is full"), ("relay", "550", "5.7.1 Relaying denied")]:
        envelope = Envelope("bounces+abcdefghijklmnop@coalition.example", ["ana@gov.example"])
        envelope.parse(LETTER.encode())
        envelope.client = {"name": "relay.example", "ip": "192.0.2.1", "host": "relay.example", "protocol": "ESMTP", "auth": None}
        header, body = Bounce(envelope, Reply(code, text), headers_only=True).flatten()
        keep(f"slimta-{name}", header + body, "report", "failed", "ana@gov.example")


def osticket():
    """osTicket's receipt for a new ticket, and for a message to one, in the languages that it comes with."""
    if len(sys.argv) < 6:
        return
    git = lambda *words: subprocess.run(["git", f"--git-dir={sys.argv[5]}", *words], capture_output=True, text=True, check=True).stdout
    names = git("ls-tree", "-r", "--name-only", "HEAD", "include/i18n").splitlines()
    for name in names:
        found = re.fullmatch(r"include/i18n/(\w+)/templates/email/(ticket|message)\.autoresp\.yaml", name)
        if not found:
            continue
        text = git("show", f"HEAD:{name}")
        part = lambda key: re.search(rf"(?m)^{key}: *[|>]?-?\n?((?:.*\n)(?:(?: .*)?\n)*)", text)
        subject, body = part("subject"), part("body")
        if not subject or not body:
            continue
        fill = {"ticket.number": "480213", "recipient.name.first": "Secretariat", "company.name": "Cabinet", "ticket.subject": "Suspend the dialogue"}
        put = lambda text: re.sub(r"%\{([\w.]+)\}", lambda found: fill.get(found[1], ""), text)
        headers = [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "DR, RN, OOF, AutoReply"), ("X-Autoreply", "yes"), ("Precedence", "auto_reply")]
        keep(f"osticket-{found[1]}-{found[2]}", mail(put(subject[1]), put(body[1]), "desk@gov.example", headers, "html").as_bytes(),
             "acknowledgement,auto-reply")
        bare = mail(put(subject[1]), put(body[1]), "desk@gov.example", (), "html")
        keep(f"osticketbare-{found[1]}-{found[2]}", bare.as_bytes(), "acknowledgement,auto-reply")


kept.make([mailbots, sieves, mlmmj, mailman, helpdesk, zone_mta, slimta, osticket])
