#!/usr/bin/env bash
# What surprises: an out-of-office reply whose text is in the multi-line form is lost without a word: the script is read, and what is written
# back is empty. The same text between quote marks survives.
#
# Input: vacation text: … . ; the form of Sieve for a text of several lines.
#
# Software: Net::Sieve::Script 0.09 (Debian 12: libnet-sieve-script-perl).
#
# Who meets it: whoever changes scripts with it: the reply of a person who is away is gone, and nobody who writes learns of the absence.
#
# Right: RFC 5228, section 2.4.2: string = quoted-string / multi-line; the package is a "module to parse and write sieve
# scripts".
set -euo pipefail
echo "version Net::Sieve::Script 0.09"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 libnet-sieve-script-perl=0.09-2 libclass-accessor-perl libsub-name-perl
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - 2>/dev/null <<'PERL'
use strict; use warnings; use Net::Sieve::Script;
sub written { my $script = Net::Sieve::Script->new(shift)->write_script; $script =~ s/\s+/ /g; $script =~ s/^ | $//g; return $script }
my $quoted = written(qq(require "vacation";\nvacation "I am away.\nBack on 9 November.";\n));
my $lines = written(qq(require "vacation";\nvacation text:\nI am away.\nBack on 9 November.\n.\n;\n));
print "Net::Sieve::Script $Net::Sieve::Script::VERSION\n";
print "expected: the text in both (RFC 5228, section 2.4.2)\nseen: quoted: [$quoted]\nseen: multi-line: [$lines]\n";
exit 0 if $quoted =~ /Back on 9 November/ and $lines eq '';
print "it is not there any more\n"; exit 1;
PERL
