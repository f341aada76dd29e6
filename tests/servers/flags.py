"""Prints what lies in a mailbox and how it is flagged, without touching it: each folder with its UIDVALIDITY, each mail with UID, flags and size.

    PASSWORD=… flags.py HOST:PORT CA-FILE USER
"""

import imaplib
import os
import ssl
import sys


def main():
    server, authority, user = sys.argv[1:]
    host, port = server.rsplit(":", 1)
    context = ssl.create_default_context(cafile=authority)
    with imaplib.IMAP4_SSL(host, int(port), ssl_context=context) as session:
        session.login(user, os.environ["PASSWORD"])
        _, folders = session.list()
        for folder in sorted(line.decode().rsplit(" ", 1)[1] for line in folders):
            session.select(folder, readonly=True)
            _, validity = session.response("UIDVALIDITY")
            _, mails = session.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE)")
            print(folder, validity)
            for mail in mails:
                print(mail)


main()
