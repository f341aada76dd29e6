#!/usr/bin/env bash
# What surprises: a bounce whose Final-Recipient is folded after the address type is no bounce to the parser: it returns nothing.
#
# Input: one report of RFC 3464; in the first form the address stands on the line of its field, in the second on the next line,
# which begins with a space. The same fold in Diagnostic-Code does no harm.
#
# Software: Sisimai 4.25.15 (Debian 12: libsisimai-perl 4.25.15-1), a bounce parser for Perl.
#
# Who meets it: senders to long addresses. A mail system that keeps its lines under 78 characters folds exactly there, and the
# address that does not exist is written to again.
#
# Right: RFC 3464, section 2.1.1 (fields of a report are folded as those of a mail header) with RFC 5322, section 2.2.3 (unfold first).
set -euo pipefail
echo "version Sisimai 4.25.15"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# By name and version from Debian 12, unpacked here; nothing is installed into the system.
apt-get download -o APT::Sandbox::User=root --quiet=2 libsisimai-perl=4.25.15-1 libclass-accessor-lite-perl
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
report() {
    cat <<MAIL
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: letters@example.org
Subject: Undelivered Mail Returned to Sender
Date: Mon, 2 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your letter could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822;$1
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b
Content-Type: message/rfc822

From: letters@example.org
To: ana@example.net
Subject: Open letter
Date: Mon, 2 Nov 2026 09:59:00 +0100

Dear Ana
--b--
MAIL
}
report ' ana@example.net' >one-line.eml
report $'\n ana@example.net' >folded.eml
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Sisimai;
sub failed { my $found = Sisimai->make(shift); return $found ? join(',', map { $_->recipient->address . ' ' . $_->reason } @$found) : 'nothing' }
print "Sisimai ", Sisimai->version, "\n";
print "expected: ana\@example.net userunknown, both times (RFC 3464, section 2.1.1)\n";
my ($line, $folded) = (failed('one-line.eml'), failed('folded.eml'));
print "seen: on one line: $line\nseen: folded: $folded\n";
exit 0 if $line eq 'ana@example.net userunknown' and $folded eq 'nothing';
print "it is not there any more\n"; exit 1;
PERL
