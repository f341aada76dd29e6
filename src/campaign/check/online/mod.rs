//! What can be known before sending only by asking: where the recipients' mail goes, what the sender's domain
//! publishes, whether the servers can be reached, log in and take the letters. Nothing is sent: MAIL, then RSET.

mod inbox;
mod provider;
mod recipients;
mod sender;
mod server;

use std::net::SocketAddr;

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::config::Sender;
use crate::dns::Dns;
use crate::model::{EmailAddress, Token};
use crate::report::{Discovery, Weight, Who};

/// What the servers are asked with: facts that `examine` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// The largest message, in bytes.
    pub largest: u64,
    /// The server of names; the machine's own, where it is not given.
    pub names: Option<SocketAddr>,
}

/// Looks for everything that can be known by asking. The passwords are fetched, which may ask a person at the terminal.
///
/// # Errors
/// Where the recipients list cannot be read.
pub async fn look_online(folder: &Folder, asking: Asking) -> Result<Vec<Discovery>> {
    let domains = recipients::domains(folder)?;
    let mut found = match Dns::new(asking.names) {
        Err(error) => vec![unknown("DNS", &error.to_string())],
        Ok(dns) => {
            let (mut of_recipients, of_sender) =
                tokio::join!(recipients::look(&dns, &domains), sender::look(&dns, folder));
            of_recipients.extend(of_sender);
            of_recipients
        }
    };
    found.extend(server::look(folder, asking.largest, domains.needs_smtputf8).await);
    found.extend(inbox::look(folder).await);
    found.sort_by_key(|one| one.weight);
    Ok(found)
}

/// The address to which reports come back: MAIL gives it, and SPF is about its domain.
fn envelope(sender: &Sender) -> EmailAddress {
    let token = Token::from_text("abcdefghijklmnop");
    sender.bounce_to.as_ref().and_then(|pattern| pattern.with(&token)).unwrap_or_else(|| sender.address.clone())
}

fn fine(about: &str, found: impl Into<String>) -> Discovery {
    Discovery {
        weight: Weight::Fine,
        about: about.to_owned(),
        found: found.into(),
        who: Who::Nobody,
        advice: String::new(),
    }
}

fn warning(about: &str, found: impl Into<String>, who: Who, advice: impl Into<String>) -> Discovery {
    Discovery { weight: Weight::Warning, about: about.to_owned(), found: found.into(), who, advice: advice.into() }
}

fn error(about: &str, found: impl Into<String>, who: Who, advice: impl Into<String>) -> Discovery {
    Discovery { weight: Weight::Error, about: about.to_owned(), found: found.into(), who, advice: advice.into() }
}

/// What could not be asked is said, and taken for nothing.
fn unknown(about: &str, why: &str) -> Discovery {
    warning(about, format!("not known: {why}"), Who::Coordinator, "check the network, and run it again")
}
