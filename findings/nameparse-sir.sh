#!/usr/bin/env bash
# What surprises: "Sir Bo Lind" is greeted "Dear Sir Lind", and "Mr Bo Lind MP" "Dear Mr Mp". The flag for errors is down in both.
#
# Input: names of people in office, as the lists of a British parliament have them.
#
# Software: Lingua::EN::NameParse 1.38 (Debian 12: liblingua-en-nameparse-perl 1.38-1), whose own list of titles has Sir.
#
# Who meets it: whoever writes to members of that parliament: no letter of theirs begins so.
#
# Right: Debrett's, on forms of address: a knight is "Dear Sir Bo", by his given name; letters behind a name are no surname. The module's
# own page: it makes "a personalised greeting or salutation".
set -euo pipefail
echo "version Lingua::EN::NameParse 1.38"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -o APT::Sandbox::User=root --quiet=2 liblingua-en-nameparse-perl=1.38-1 libparse-recdescent-perl=1.967015+dfsg-4
for package in ./*.deb; do dpkg-deb -x "$package" unpacked; done
PERL5LIB="$folder/unpacked/usr/share/perl5" perl - <<'PERL'
use strict; use warnings; use Lingua::EN::NameParse;
my $parser = Lingua::EN::NameParse->new(auto_clean => 0, lc_prefix => 1, extended_titles => 1);
my @seen;
print "Lingua::EN::NameParse $Lingua::EN::NameParse::VERSION\n";
for (["Ms Ana Lima", "Dear Ms Lima"], ["Sir Bo Lind", "Dear Sir Bo"], ["Mr Bo Lind MP", "Dear Mr Lind"]) {
    my ($name, $right) = @$_;
    my $error = $parser->parse($name);
    push @seen, $parser->salutation(salutation => "Dear", sal_default => "Friend", sal_type => "title_plus_surname");
    print "$name: expected $right; seen $seen[-1], error $error\n";
    push @seen, $error;
}
exit 0 if join("|", @seen) eq "Dear Ms Lima|0|Dear Sir Lind|0|Dear Mr Mp|0";
print "it is not there any more\n"; exit 1;
PERL
