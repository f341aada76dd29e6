#!/usr/bin/env bash
# What surprises: people who sign with an initial get the letters of the alphabet: A. Lima, K. Novak and M. Berg become A. Lima, B. Novak
# and C. Berg, each line being a point of a list that is in disorder.
#
# Input: three names under "Signed by", on lines of their own.
#
# Software: Text::Autoformat 1.75 (Debian 12: libtext-autoformat-perl 1.750000-2), told to wrap all paragraphs.
#
# Who meets it: whoever wraps the plain text of a joint letter by it: it goes out with signatories who do not exist.
#
# Right: the text keeps its words. The module's own page renumbers "a list whose points have been rearranged"; these are initials.
set -euo pipefail
echo "version Text::Autoformat 1.75"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 libtext-autoformat-perl=1.750000-2 libtext-reform-perl=1.20-5
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Text::Autoformat;
my $letter = "Signed by\n\nA. Lima\nK. Novak\nM. Berg\n";
my @seen = grep { /\./ } split /\n/, autoformat($letter, { all => 1 });
print "Text::Autoformat $Text::Autoformat::VERSION\n";
print "expected: A. Lima, K. Novak, M. Berg\nseen: ", join(", ", @seen), "\n";
exit 0 if "@seen" eq "A. Lima B. Novak C. Berg";
print "it is not there any more\n"; exit 1;
PERL
