//! Hands letters to a server: bytes in, outcome out. It never decides who is written to or when, and never tries again
//! by itself.
//!
//! [`Connection`] is the client, over a stream of our own under lettre's; [`Outcome`] is what was seen on the wire and
//! [`verdict()`] what it means; [`sandbox`] is a server inside the program.

mod body;
mod capabilities;
mod connection;
mod dsn;
mod letter;
mod limits;
mod login;
mod login_refusal;
#[cfg(test)]
pub(crate) mod memory;
mod open;
mod open_error;
mod outcome;
pub mod reply;
pub mod sandbox;
mod server;
mod stop;
mod strain;
mod stream;
#[cfg(test)]
mod tests;
mod tls;
mod token;
mod transaction;
mod untaken;
mod verdict;
mod wire;

pub use capabilities::Capabilities;
pub use connection::{Ahead, Connection};
pub use letter::{Letter, Offered};
pub use limits::Limits;
pub use login_refusal::{Switch, TokenRefusal};
pub use open_error::{CertificateFlaw, OpenError, Step};
pub use outcome::{Attempt, Cause, Outcome, Stage, Unsendable};
pub use server::{AuthMethod, Login, Security, Server, Trust};
pub use stop::StopReason;
pub use strain::{Strain, strain};
pub use tls::{WarmUp, handshake};
pub use token::TokenForm;
pub use untaken::{Untaken, names_a_limit};
pub use verdict::{Verdict, is_unknown_recipient, verdict};
