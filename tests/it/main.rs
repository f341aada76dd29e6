//! The program as its users meet it: the real binary, a workspace in a temporary folder, a server that plays a script.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addresses;
mod ahead;
mod answered;
mod architecture;
mod arrivals;
mod bad_input;
mod bad_letters;
mod browser;
mod cli;
mod columns;
mod commands;
mod copies;
#[cfg(unix)]
mod desk;
mod dovecot;
mod failed;
mod follow_up;
mod forged;
mod halted;
mod hand_over;
mod harness;
mod imap;
mod inbox;
mod kill;
mod languages;
mod leaks;
mod ledger;
mod mails;
mod mark;
mod office;
mod older;
mod open_files;
mod pdf;
mod pictures;
mod postfix;
mod preview;
mod proxy;
mod publish;
mod readers;
mod sending;
mod session;
mod shared;
mod signatories;
mod spamassassin;
mod spreadsheets;
mod starting;
mod stopping;
mod sync;
mod tls;
mod tokens;
mod wire;
mod witness;
