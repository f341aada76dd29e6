//! Sends a joint public letter to everyone it is addressed to, exactly once, and knows who has answered.
//!
//! ```text
//! campaign.toml ─┐
//! templates/ ────┼─▶ plan ─▶ message ─▶ dispatch ─▶ transport ─▶ SMTP
//! lists/ ────────┘     ▲                   │ claim, settle
//!                      │ history           ▼
//!                      └────────────────  ledger ◀─ inbox ◀─ mailbox
//!                                          │                    ▲
//!                                          ▼                    │
//!                       report, log, status, web      IMAP, Maildir, mbox
//! ```
//!
//! The code stands on floors: `command` is the terminal, `web` the browser, `campaign` is what is done with a campaign,
//! and below them are the engine and the plain values. `FLOORS` and `ARROWS` in `tests/it/architecture.rs` say what may
//! use what, and the tests there fail on anything else.

#[cfg(test)]
extern crate self as undersigned;

pub mod attachment;
pub mod campaign;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod dispatch;
pub mod dns;
pub mod https;
pub mod import;
pub mod inbox;
pub mod ledger;
pub mod letter;
pub mod lists;
pub mod mailbox;
pub mod message;
pub mod model;
pub mod oauth;
pub mod page;
pub mod pdf;
pub mod picture;
pub mod plan;
pub mod publish;
pub mod report;
pub mod transport;
pub mod web;
pub mod workspace;
