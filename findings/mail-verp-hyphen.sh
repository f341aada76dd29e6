#!/usr/bin/env bash
# What surprises: the return path that the module itself has made is taken apart in another place when the sender's own address has a
# hyphen: the sender comes back short, and the recipient is somebody else.
#
# Input: a letter from open-letters@example.org to ana@example.net; the separator is the default one, a hyphen.
#
# Software: Mail::Verp 0.06 (Debian 12: libmail-verp-perl 0.06+dfsg-4).
#
# Who meets it: whoever learns from the envelope address of a bounce which recipient is dead. `letters-ana@example.net` is marked, or
# nobody, and Ana is written to again.
#
# Right: the module's own page: "Decodes VERPED-ADDRESS into its constituent parts. Returns LOCAL-ADDRESS and REMOTE-ADDRESS". The
# module encodes a hyphen of the recipient (`+2D`), so the last hyphen is the one that separates.
set -euo pipefail
echo "version Mail::Verp 0.06"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 libmail-verp-perl=0.06+dfsg-4
dpkg-deb -x ./*.deb unpacked
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Mail::Verp;
my ($sender, $recipient) = ('open-letters@example.org', 'ana@example.net');
my $path = Mail::Verp->encode($sender, $recipient);
my ($from, $to) = Mail::Verp->decode($path);
print "Mail::Verp $Mail::Verp::VERSION: encoded as $path\n";
print "expected: $sender and $recipient (its documentation of decode)\nseen: $from and $to\n";
exit 0 if $from ne $sender and $to eq 'letters-ana@example.net';
print "it is not there any more\n"; exit 1;
PERL
