"""read_back.py must see each fault that it is there for: python3 -m unittest discover -s tests/servers"""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True  # the clone stays clean
import read_back

LETTER = b"""Return-Path: <letters@coalition.example>
Delivered-To: ana@example.org
From: Letters <letters@coalition.example>
To: =?utf-8?q?Ana_Bj=C3=B6rk?= <ana@example.org>
Subject: Keep the delta
Date: Mon, 22 Mar 2027 09:00:00 +0100
Message-ID: <abc.0@coalition.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

caf=C3=A9
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+Y2Fmw6k8L3A+
--b--
"""


class ReadBack(unittest.TestCase):
    def faults(self, raw, wire=False):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "letter.eml"
            file.write_bytes(raw)
            return read_back.read(file, wire)[1]

    def changed(self, old, new):
        self.assertIn(old, LETTER)
        return LETTER.replace(old, new)

    def test_a_good_letter_has_no_fault(self):
        self.assertEqual(self.faults(LETTER), [])
        self.assertEqual(self.faults(LETTER.replace(b"\n", b"\r\n"), wire=True), [])

    def test_the_letter_is_described(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "letter.eml"
            file.write_bytes(LETTER)
            letter, _ = read_back.read(file, False)
        self.assertEqual(letter["to"], [{"name": "Ana Björk", "address": "ana@example.org"}])
        self.assertEqual(letter["message_id"], "<abc.0@coalition.example>")
        self.assertEqual([part["type"] for part in letter["parts"]], ["text/plain", "text/html"])
        self.assertEqual(letter["parts"][0]["size"], len("café".encode()))
        self.assertEqual(letter["text"], letter["parts"][0]["sha256"])

    def test_each_fault_is_seen(self):
        cases = {
            "no Date": self.changed(b"Date: Mon, 22 Mar 2027 09:00:00 +0100\n", b""),
            "no Message-ID": self.changed(b"Message-ID: <abc.0@coalition.example>\n", b""),
            "no MIME-Version": self.changed(b"MIME-Version: 1.0\n", b""),
            "no Subject": self.changed(b"Keep the delta", b""),
            "is not a date": self.changed(b"Mon, 22 Mar", b"22nd of March"),
            "Message-ID more than once": self.changed(b"MIME-Version", b"Message-ID: <x@y.example>\nMIME-Version"),
            "is not valid": self.changed(b"<abc.0@", b"<abc 0@"),
            "a header that is not ASCII": self.changed(b"Keep", "Gardez à".encode()),
            "more than 998": self.changed(b"Keep", b"Keep " * 250),
            "is not quoted-printable": self.changed(b"=C3=A9", b"=C3=ZZ"),
            "a quoted-printable line over 76": self.changed(b"caf=C3=A9", b"caf=C3=A9" * 9),
            "body cannot be decoded": self.changed(b"=C3=A9", b"=E9"),
            "bytes over 127 in a 7bit part": self.changed(b"quoted-printable\n\ncaf=C3=A9", "7bit\n\ncafé".encode()),
            "InvalidBase64PaddingDefect": self.changed(b"PHA+Y2Fmw6k8L3A+", b"PHA+Y2Fmw6k8L3A"),
            "CloseBoundaryNotFound": self.changed(b"--b--\n", b""),
            "bare CR": self.changed(b"caf=C3", b"a\rcaf=C3"),
            "bare LF": self.changed(b"MIME-Version: 1.0\n", b"MIME-Version: 1.0\r\n"),
            "a NUL byte": self.changed(b"caf=C3", b"\0caf=C3"),
        }
        for fault, raw in cases.items():
            with self.subTest(fault):
                self.assertIn(fault, " | ".join(self.faults(raw)))

    def test_line_feeds_alone_are_refused_on_the_wire(self):
        self.assertIn("bare LF", " | ".join(self.faults(LETTER, wire=True)))

    def run_main(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(sys, "argv", ["read_back.py", *map(str, arguments)]):
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                return read_back.main(), out.getvalue(), err.getvalue()

    def test_a_letter_that_comes_twice_to_one_recipient_is_a_fault_and_a_copy_is_not(self):
        with tempfile.TemporaryDirectory() as folder:
            new = Path(folder) / "new"
            new.mkdir()
            (new / "1").write_bytes(LETTER)
            (new / "2").write_bytes(self.changed(b"Delivered-To: ana", b"Delivered-To: cc"))
            status, out, _ = self.run_main(folder)
            self.assertEqual((status, len(out.splitlines())), (0, 2))
            (new / "3").write_bytes(LETTER)
            status, _, err = self.run_main(folder)
            self.assertEqual(status, 1)
            self.assertIn("3: the same letter to the same recipient as", err)

    def test_nothing_to_read_is_not_a_success(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_main(folder)[0], 2)
            self.assertEqual(self.run_main(Path(folder) / "absent")[0], 2)


if __name__ == "__main__":
    unittest.main()
