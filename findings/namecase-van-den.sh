#!/usr/bin/env bash
# What surprises: ANA VAN DEN BERG is written "Ana van Den Berg", and ANA DOS SANTOS "Ana Dos Santos"; "van Dyke" and "da Silva" are right.
# IRMA MACHEK is "Irma MacHek".
#
# Input: names in capitals, as registers and parliaments write surnames.
#
# Software: Lingua::EN::NameCase 1.21 (Debian 12: liblingua-en-namecase-perl 1.21-2).
#
# Who meets it: whoever makes "Dear Ms van den Berg" of such a list: a capital in the midst of the particle is no spelling of any country.
#
# Right: its own page: "NameCase currently correctly name cases names which include any of [...] van and von". Dutch: the words of a
# particle behind its first are small (Taaladvies, on capitals in surnames); Mac is Scottish, Machek is not.
set -euo pipefail
echo "version Lingua::EN::NameCase 1.21"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 liblingua-en-namecase-perl=1.21-2
dpkg-deb -x ./*.deb unpacked
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Lingua::EN::NameCase qw(nc);
my %right = ("ANA VAN DYKE" => "Ana van Dyke", "ANA VAN DEN BERG" => "Ana van den Berg", "IRMA MACHEK" => "Irma Machek");
my @seen;
print "Lingua::EN::NameCase $Lingua::EN::NameCase::VERSION\n";
for my $name (sort keys %right) {
    push @seen, nc($name);
    print "expected: $right{$name}; seen: $seen[-1]\n";
}
exit 0 if join("|", @seen) eq "Ana van Den Berg|Ana van Dyke|Irma MacHek";
print "it is not there any more\n"; exit 1;
PERL
