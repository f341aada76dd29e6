#!/usr/bin/env bash
# What surprises: a report about several recipients, of whom one has failed, is "no bounce" as soon as another of them is only late or
# has got the letter. Where the one that failed stands behind, it is not even listed.
#
# Input: reports of RFC 3464 with two recipients each: one failed, one delayed or delivered.
#
# Software: Mail::DeliveryStatus::BounceParser 1.543 (Debian 12: libmail-deliverystatus-bounceparser-perl).
#
# Who meets it: senders with several recipients in one transaction, and everybody who asked for reports of success (NOTIFY=SUCCESS):
# the failure is thrown away with the good news.
#
# Right: RFC 3464, section 2.3: each group of fields speaks of one recipient, and its Action of that one only.
set -euo pipefail
echo "version Mail::DeliveryStatus::BounceParser 1.543"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 libmail-deliverystatus-bounceparser-perl=1.543+repacked-1 libmime-tools-perl libmailtools-perl libtimedate-perl \
    libconvert-binhex-perl
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Mail::DeliveryStatus::BounceParser;
my $failed = "Final-Recipient: rfc822; ana\@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such mailbox\n";
my $delayed = "Final-Recipient: rfc822; bo\@example.net\nAction: delayed\nStatus: 4.4.1\n";
my $delivered = "Final-Recipient: rfc822; cy\@example.net\nAction: delivered\nStatus: 2.0.0\n";
sub seen {
    my $bounce = Mail::DeliveryStatus::BounceParser->new(<<MAIL . join("\n", @_) . "\n--b--\n");
From: MAILER-DAEMON\@mx.example.net
To: letters\@example.org
Subject: Delivery report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

What became of your letter.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

MAIL
    return ($bounce->is_bounce ? 'a bounce' : 'no bounce') . ' of [' . join(' ', map { $_->get('email') } $bounce->reports) . ']';
}
print "Mail::DeliveryStatus::BounceParser $Mail::DeliveryStatus::BounceParser::VERSION\n";
print "expected: a bounce of [ana\@example.net], each time (RFC 3464, section 2.3)\n";
my %seen = ('failed alone' => seen($failed), 'failed, delayed' => seen($failed, $delayed), 'delivered, failed' => seen($delivered, $failed));
print "seen: $_: $seen{$_}\n" for sort keys %seen;
exit 0 if $seen{'failed alone'} eq 'a bounce of [ana@example.net]' and $seen{'failed, delayed'} =~ /^no bounce/ and $seen{'delivered, failed'} eq 'no bounce of []';
print "it is not there any more\n"; exit 1;
PERL
