# What one does here. `just` alone lists it.

export CARGO_TERM_COLOR := env("CARGO_TERM_COLOR", "auto")

[private]
default:
    @just --list --unsorted

# everything that must hold before a change is taken
ci:
    .ci/run

# all tests; `just test plan::` only those whose name holds it
test *filter:
    cargo test {{ filter }}

# whether it compiles, tests and all
check:
    cargo check --all-targets

# the rules of the house: arrows, circles, lengths, what has one place
house:
    cargo test --test it -- architecture

# the protocol of sending, gone through: every seam, and CASES random schedules
explore cases="5000":
    PROPTEST_CASES={{ cases }} cargo test --lib dispatch::tests

# what strangers write, spoilt for so many minutes: mail, list, template or imap, with more seeds from a folder
fuzz target minutes="20" folder="tests/it/fuzz/seeds":
    UNDERSIGNED_FUZZ={{ target }},{{ minutes }},{{ folder }} cargo test --release --test it fuzz::for_long -- --nocapture

# what real mail is taken for, as a table: needs the collections that UNDERSIGNED_CORPORA names
inbox:
    cargo test --test it -- inbox::acceptance --nocapture

# the tests, and the snapshots that changed written for `git diff` to show
snapshots *filter:
    INSTA_UPDATE=always cargo test {{ filter }}
    git status --short -- '*.snap'

# put the code in form
fmt:
    cargo fmt --all

# what the compiler, clippy and rustdoc have to say
lint:
    cargo fmt --all --check
    cargo clippy --all-targets --locked --features pdf -- -D warnings
    cargo clippy --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --features pdf

# the dependencies: advisories, bans, licences, sources
deny:
    cargo deny --locked check

# the documentation of the library, in the browser
doc:
    cargo doc --no-deps --open

# send the sample campaign within this machine: no server, no password, nobody is written to
sandbox:
    cargo run --quiet -- send --sandbox --yes
    @echo "the letters and their ledger are under logs/sandbox"

# a real Postfix on loopback, in /tmp/undersigned-servers: `just postfix start`, `just postfix stop`
postfix action:
    sudo tests/servers/postfix.sh {{ action }} /tmp/undersigned-servers

# a real Dovecot beside it: `just dovecot start`, `just dovecot stop`
dovecot action:
    sudo tests/servers/dovecot.sh {{ action }} /tmp/undersigned-servers

# letters a second, beside smtp-source
bench *options:
    benches/throughput.sh {{ options }}

target := env("CARGO_TARGET_DIR", "target")

# what became slower since the build that was kept, by more than 5 %: under three minutes, and the build
bench-quick *options:
    cargo build --profile dist --locked
    benches/quick.py {{ options }}

# keep the build of now for `just bench-quick` to compare with: when a version is released
bench-keep:
    cargo build --profile dist --locked
    mkdir -p {{ target }}/bench
    cp {{ target }}/dist/undersigned {{ target }}/bench/last-release

# what is released, into a folder: archive, Debian package, source, bill of materials, checksums
dist *options="target/released":
    packaging/dist.sh {{ options }}

# whether the same commit gives the same bytes: built twice, in two folders
reproducible *options:
    packaging/reproducible.sh {{ options }}

# the Debian package of what was built, tried in a fresh Debian 12 and 13: as root
try-deb package:
    sudo packaging/try-deb.sh {{ package }} bookworm target/debian
    sudo packaging/try-deb.sh {{ package }} trixie target/debian
