#!/usr/bin/env python3
"""Has six further programs answer a letter of ours, as generate.py has the first ones: a mail a file, and expected.tsv.

  further.py DEBIAN NODE ZAMMAD OUT

DEBIAN  a folder with a Debian package unpacked in a folder of its name: sympa, libtemplate-perl, libappconfig-perl, procmail, nullmailer,
        courier-mlm
NODE    a folder with node_modules of wildduck, nodemailer and mailsplit from npm
ZAMMAD  a checkout of Zammad, or the templates of it

Programs run where they can be run alone (procmail's formail as SmartList calls it, nullmailer-dsn, WildDuck's autoreply, Sympa's templates by
the library that it uses); the texts of Zammad and of Courier's list manager are filled in. Nothing is sent anywhere.
"""
import gettext
import json
import os
import pathlib
import re
import subprocess
import sys

from kept import Kept

debian, node, zammad, out = map(pathlib.Path, sys.argv[1:5])
kept = Kept(out)
keep = kept.keep
LETTER = (
    "From: Joint Letter Secretariat <letters@coalition.example>\nTo: ana@gov.example\nSubject: Suspend the dialogue\n"
    "Date: Mon, 30 Nov 2026 09:00:00 +0000\nMessage-ID: <0123456789abcdef0123456789abcdef@coalition.example>\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n\nDear Minister,\n\nplease suspend the dialogue.\n\nThe coalition\n"
)
HEAD = "To: letters@coalition.example\nDate: Mon, 30 Nov 2026 09:05:00 +0000\nMessage-ID: <%s@gov.example>\nMIME-Version: 1.0\n"


def sympa():
    """Sympa's notices in the languages that it has: refused, too large, held for a moderator."""
    perl = r"""
        use strict; use utf8; use Template; use JSON::PP; binmode STDOUT, ':utf8';
        my $in = decode_json(join '', <STDIN>);
        my $loc = sub { my ($context, @args) = @_; return sub { my $text = shift;
            my $said = $in->{catalogue}{$text} // $text; $said =~ s/%(\d)/$args[$1-1] \/\/ ''/ge; return $said } };
        my $plain = sub { my ($context) = @_; return sub { shift } };
        my $template = Template->new(INCLUDE_PATH => $in->{path}, FILTERS => {loc => [$loc, 1], qencode => [$plain, 1], url_abs => [$plain, 1],
            mailtourl => [$plain, 1], canonic_email => [$plain, 1], escape_url => [$plain, 1]}) or die;
        my $said = ''; $template->process($in->{name}, $in->{with}, \$said) or die $template->error; print $said;
    """
    path = ":".join(str(found) for found in [*debian.glob("libtemplate-perl/usr/lib/*/perl5/*"), debian / "libappconfig-perl/usr/share/perl5"])
    share = debian / "sympa/usr/share"
    for folder in sorted((share / "locale").iterdir()):
        found = folder / "LC_MESSAGES/sympa.mo"
        if not found.exists():
            continue
        catalogue = {one: said for one, said in gettext.GNUTranslations(found.open("rb"))._catalog.items() if isinstance(one, str) and one and said}
        if len(catalogue) < 300:
            continue
        conf = {"email": "sympa", "listmaster_email": "listmaster"}
        base = {"conf": conf, "domain": "gov.example", "boundary": "----next-part", "recipient": "forum@gov.example", "listname": "forum",
                "list": {"name": "forum"}, "date": "Mon, 30 Nov 2026 09:00:00 +0000", "header": LETTER.split("\n\n")[0], "action": "failed",
                "sender": "letters@coalition.example", "msg_size": 900, "max_size": 500}
        for name, template, kinds, given in [
            ("private", "delivery_status_notification.tt2", "report", {"status": "5.7.1", "reason": "send_subscriber", "diagnostic_code": "send_subscriber"}),
            ("large", "delivery_status_notification.tt2", "report", {"status": "5.2.3", "diagnostic_code": "Too large message"}),
            ("held", "message_report.tt2", "auto-reply,acknowledgement", {"entry": "moderating_message"}),
        ]:
            put = json.dumps({"catalogue": catalogue, "path": str(share / "sympa/default/mail_tt2"), "name": template, "with": base | given})
            ran = subprocess.run(["perl", "-CI", "-e", perl], input=put.encode(), capture_output=True, env=os.environ | {"PERL5LIB": path})
            if ran.returncode:
                print(ran.stderr.decode()[:300], file=sys.stderr)
                continue
            said = ran.stdout.decode().lstrip("\n")
            charset = "" if name != "held" else "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
            said = said.replace("Content-Description: Notification\n", "Content-Type: text/plain; charset=utf-8\nContent-Description: Notification\n")
            said = said.replace("X-Sympa-Attach: yes\n\n", "\n" + LETTER)
            fields = f"Return-Path: <>\nFrom: sympa@gov.example\nAuto-Submitted: auto-replied\n{HEAD % 'sympa.1'}{charset}"
            keep(f"sympa-{folder.name}-{name}", fields + said, kinds, "failed" if kinds == "report" else "", "forum@gov.example" if kinds == "report" else "")


def smartlist():
    """SmartList's answer to a letter from somebody who is not on its list: formail, with the flags of its rc.submit."""
    texts = {"en": "Your mail to this list was not accepted, since your address is not on the list of those who may write to it.",
             "de": "Ihre Nachricht an diese Liste wurde nicht angenommen: nur Mitglieder dürfen schreiben.",
             "fr": "Votre message n'a pas été accepté : seuls les abonnés peuvent écrire à cette liste."}
    for language, text in texts.items():
        ran = subprocess.run([debian / "procmail/usr/bin/formail", "-iFrom: SmartList <forum-request@gov.example>", "-kbrtAX-Loop: forum@gov.example"],
                             input=("From letters@coalition.example Mon Nov 30 09:00:00 2026\n" + LETTER).encode(), capture_output=True)
        keep(f"smartlist-{language}", ran.stdout + text.encode() + b"\n", "report,auto-reply")


def nullmailer():
    """nullmailer's reports of failure and of delay."""
    queued = "letters@coalition.example\nana@gov.example\n\n" + LETTER
    for name, status, text, action in [
        ("unknown", "5.1.1", "550 5.1.1 <ana@gov.example>: no such user", "failed"),
        ("full", "5.2.2", "552 5.2.2 mailbox full", "failed"),
        ("late", "4.4.1", "Connect failed", "delayed"),
        ("expired", "5.4.7", "Message expired in the queue", "failed"),
    ]:
        stored = out / "queued"
        stored.write_text(queued)
        with stored.open("rb") as given:
            ran = subprocess.run([debian / "nullmailer/usr/bin/nullmailer-dsn", f"--diagnostic-code={text}", "--remote=mx.gov.example", "--max-lines=20", status],
                                 stdin=given, capture_output=True)
        stored.unlink()
        keep(f"nullmailer-{name}", ran.stdout.partition(b"\n\n")[2], "report", action, "ana@gov.example")


def courier_lists():
    """Courier's list manager: a moderator refused, and its answer to whoever asks for help."""
    folder = debian / "courier-mlm/usr/lib/courier/couriermlm"
    for name, files, kinds in [("refused", ["modrejheader", "modrejbody"], "report,auto-reply"), ("help", ["help"], "auto-reply,acknowledgement")]:
        text = "".join((folder / f"{one}.tmpl").read_text(encoding="latin-1") for one in files).replace("####", "forum@gov.example")
        text = re.sub(r"##(\w+)##", r"forum-\1@gov.example", text)
        keep(f"couriermlm-{name}", f"Return-Path: <>\nFrom: forum-owner@gov.example\n{HEAD % 'courier.1'}{text}\n{LETTER}", kinds)


def wildduck():
    """WildDuck's autoreply, composed by itself; its database is a stand-in."""
    script = """
      const Module = require('module'), { PassThrough } = require('stream');
      const load = Module._load;
      Module._load = (name, ...rest) => name === './errors' ? {notify(){}} : name === './settings-handler'
        ? {SettingsHandler: class { async get() { return 1000 } }} : load(name, ...rest);
      const autoreply = require(process.argv[1] + '/node_modules/wildduck/lib/autoreply.js');
      const chain = {zremrangebyscore: () => chain, zadd: () => chain, expire: () => chain, exec: done => done(null, [0, [0, 1]])};
      const one = JSON.parse(process.argv[2]), letter = process.argv[3], caught = new PassThrough(), seen = [];
      caught.on('data', chunk => seen.push(chunk)).on('end', () => console.log(Buffer.concat(seen).toString()));
      autoreply({sender: 'letters@coalition.example', recipient: 'ana@gov.example', queueId: 'q1', chunks: [Buffer.from(letter)], db: {database: {}, redis: {multi: () => chain}},
        messageHandler: {counters: {ttlcounter: (a, b, c, d, done) => done(null, {success: true})}}, maildrop: {push: (a, done) => (setImmediate(() => done(null, {id: 'x', messageId: 'y'})), caught)}},
        {_id: 'a', name: 'Ana Roe', ...one});
    """
    texts = {"en": ("Away", "I am away until 14 December 2026."), "fi": ("Poissa", "Olen lomalla 14.12.2026 asti."), "hu": ("", "Szabadságon vagyok december 14-ig."),
             "el": ("Απουσία", "Απουσιάζω μέχρι τις 14 Δεκεμβρίου 2026."), "sk": ("", "Som mimo kancelárie do 14. decembra 2026.")}
    for language, (subject, text) in texts.items():
        ran = subprocess.run(["node", "-e", script, str(node.resolve()), json.dumps({"subject": subject, "text": text}), LETTER.replace("\n", "\r\n")], capture_output=True)
        print(ran.stderr.decode()[:500], file=sys.stderr, end="")
        keep(f"wildduck-{language}", ran.stdout, "auto-reply")


def zammad_too_large():
    """What Zammad answers to a letter that is too large, in the languages that it has, from a person's looking address."""
    for template in sorted((zammad / "app/views/mailer/email_oversized").glob("*.txt.erb")):
        subject, _, body = template.read_text(encoding="utf-8").partition("\n")
        fill = {"mail.from_display_name": "Joint Letter Secretariat", "mail.subject": "Suspend the dialogue", "mail.msg_size": "12.40", "config.fqdn": "desk.gov.example"}
        body = re.sub(r"#\{([\w.]+)\}", lambda found: fill.get(found[1], "10"), body)
        fields = (f"Return-Path: <desk@gov.example>\nFrom: desk@gov.example\nSubject: {subject}\nReferences: <0123456789abcdef0123456789abcdef@coalition.example>\n"
                  f"In-Reply-To: <0123456789abcdef0123456789abcdef@coalition.example>\n{HEAD % 'zammad.1'}Content-Type: text/plain; charset=utf-8\n\n")
        keep(f"zammad-{template.name.split('.')[0]}", fields + body, "report,auto-reply")


kept.make([sympa, smartlist, nullmailer, courier_lists, wildduck, zammad_too_large])
