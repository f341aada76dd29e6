#!/usr/bin/env bash
# What surprises: the report of somebody who has taken a letter out of the junk, "not-spam", and that of a server that could not check its
# signature, "auth-failure", have the reason of a complaint. Only another field of the result, feedbacktype, tells them apart.
#
# Input: three reports that differ in their Feedback-Type.
#
# Software: Sisimai 4.25.15 (Debian 12: libsisimai-perl 4.25.15-1).
#
# Who meets it: whoever writes no more to people whose reason is "feedback": the one who said that the letter is welcome gets none any more.
#
# Right: RFC 6430, 2: "not-spam" says that the entity does not consider the message to be spam. RFC 6591, 3.1: "auth-failure" is about the
# authentication of a message, and by nobody who read it. The module's own page, on the reason: "Email forwarded as a complaint message".
set -euo pipefail
echo "version Sisimai 4.25.15"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 libsisimai-perl=4.25.15-1 libclass-accessor-lite-perl
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
for type in abuse not-spam auth-failure; do
    cat <<MAIL
From MAILER-DAEMON Mon Nov  2 10:00:00 2026
From: reports@example.net
To: letters@example.org
Subject: FW: A letter
Date: Mon, 2 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain; charset="US-ASCII"

This is a report about a mail.

--part
Content-Type: message/feedback-report

Feedback-Type: $type
User-Agent: Reports/1.0
Version: 1
Original-Mail-From: <letters@example.org>
Original-Rcpt-To: <ana@example.net>
Source-IP: 192.0.2.1

--part
Content-Type: message/rfc822

From: letters@example.org
To: ana@example.net
Subject: A letter
Message-ID: <letter-1@example.org>

Dear Ana,

--part--

MAIL
done >reports
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - reports <<'PERL'
use strict; use warnings; use Sisimai;
my @seen = map { [$_->feedbacktype, $_->reason] } @{ Sisimai->make($ARGV[0]) };
print "Sisimai ", Sisimai->version, "\n";
print "$$_[0]: expected ", ($$_[0] eq "abuse" ? "feedback" : "no complaint"), "; seen $$_[1]\n" for @seen;
exit 0 if join(" ", map { "@$_" } @seen) eq "abuse feedback not-spam feedback auth-failure feedback";
print "it is not there any more\n"; exit 1;
PERL
