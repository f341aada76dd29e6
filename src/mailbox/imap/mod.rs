//! A mailbox on an IMAP server (RFC 9051, and RFC 3501 before it), read and never changed: `EXAMINE` and `BODY.PEEK[]` only.

mod open;
#[cfg(test)]
mod tests;
mod wire;

use std::time::Duration;

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};

use self::wire::{Response, Wire};
use super::MailboxError;

pub use open::{Socket, open};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// PLAIN where the server offers it, and LOGIN where it does not.
    Auto,
    /// AUTHENTICATE PLAIN (RFC 4616).
    Plain,
    /// LOGIN (RFC 9051, 6.2.3).
    Login,
    /// AUTHENTICATE XOAUTH2: the secret is an access token.
    Xoauth2,
}

/// A session with a server. It never changes a mailbox.
pub struct Session<S> {
    wire: Wire<S>,
    last_tag: u32,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(wire: Wire<S>) -> Self {
        Self { wire, last_tag: 0 }
    }

    /// Logs in.
    ///
    /// # Errors
    /// Where the server refuses it, does not offer the method, or the connection breaks.
    pub async fn log_in(&mut self, user: &str, secret: &SecretString, method: Method) -> Result<(), MailboxError> {
        let secret = secret.expose_secret();
        if user.chars().chain(secret.chars()).any(|c| matches!(c, '\0' | '\r' | '\n' | '\x01')) {
            return Err(MailboxError::Login("the user or the password has a control character".to_owned()));
        }
        let (_, untagged) = self.ask("CAPABILITY", None).await?;
        let offers = |word: &str| {
            let mut lines = untagged.iter().filter(|one| one.line.starts_with("* CAPABILITY"));
            lines.any(|one| one.line.split(' ').any(|offered| offered.eq_ignore_ascii_case(word)))
        };
        let sasl = |mechanism: &str, text: String| {
            let text = Zeroizing::new(text);
            (format!("AUTHENTICATE {mechanism}"), Zeroizing::new(BASE64.encode(text.as_bytes())))
        };
        let plain = method == Method::Plain || (method == Method::Auto && offers("AUTH=PLAIN"));
        let done = if plain {
            let (command, answer) = sasl("PLAIN", format!("\0{user}\0{secret}"));
            self.ask(&command, Some(&answer)).await
        } else if method == Method::Xoauth2 {
            let (command, answer) = sasl("XOAUTH2", format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
            self.ask(&command, Some(&answer)).await
        } else if offers("LOGINDISABLED") {
            return Err(MailboxError::Login(
                "the server offers neither PLAIN nor LOGIN; set `auth` in [inbox]".to_owned(),
            ));
        } else {
            let command = Zeroizing::new(format!("LOGIN {} {}", quoted(user), quoted(secret)));
            self.ask(&command, None).await
        };
        done.map(|_| ()).map_err(|error| match error {
            MailboxError::Refused { said, .. } => MailboxError::Login(said),
            other => other,
        })
    }

    /// Opens a folder for reading alone; gives its UIDVALIDITY.
    ///
    /// # Errors
    /// Where there is no such folder, or the connection breaks.
    pub async fn examine(&mut self, folder: &str) -> Result<u32, MailboxError> {
        let (_, untagged) = self.ask(&format!("EXAMINE {}", quoted(&modified_utf7(folder))), None).await?;
        let validity = untagged.iter().find_map(|one| number_after(&one.line, "[UIDVALIDITY "));
        validity.ok_or_else(|| MailboxError::Protocol("the server does not say the folder's UIDVALIDITY".to_owned()))
    }

    /// The UIDs of the open folder from one on, in their order.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub async fn uids_from(&mut self, first: u32) -> Result<Vec<u32>, MailboxError> {
        let (_, untagged) = self.ask(&format!("UID SEARCH UID {first}:*"), None).await?;
        let lines = untagged.iter().filter_map(|one| one.line.strip_prefix("* SEARCH"));
        // `*` is the last mail, also where that is before the first that was asked for.
        let mut uids: Vec<u32> = lines
            .flat_map(str::split_whitespace)
            .filter_map(|uid| uid.parse().ok())
            .filter(|uid| *uid >= first)
            .collect();
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The first bytes of mails of the open folder, each with its UID, as far as they are there.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub async fn fetch(&mut self, uids: &[u32], limit: u64) -> Result<Vec<(u32, Vec<u8>)>, MailboxError> {
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<0.{limit}>)", set.join(","));
        let (_, untagged) = self.ask(&command, None).await?;
        Ok(untagged.into_iter().filter_map(mail).filter(|(uid, _)| uids.contains(uid)).collect())
    }

    /// Ends the session.
    pub async fn log_out(mut self) {
        // Nothing depends on it.
        let _ = self.ask("LOGOUT", None).await;
    }

    /// A command and all responses to it. `answer` is what the server gets where it asks for more; then once more, nothing.
    async fn ask(&mut self, command: &str, answer: Option<&str>) -> Result<(Response, Vec<Response>), MailboxError> {
        self.last_tag += 1;
        let tag = format!("a{}", self.last_tag);
        let line = Zeroizing::new(format!("{tag} {command}\r\n"));
        self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
        let mut answer = answer;
        let mut untagged = Vec::new();
        loop {
            let response = self.wire.read().await.map_err(MailboxError::Broken)?;
            if response.line.starts_with('+') {
                let line = Zeroizing::new(format!("{}\r\n", answer.take().unwrap_or_default()));
                self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
            } else if let Some(rest) = response.line.strip_prefix(&tag).and_then(|rest| rest.strip_prefix(' ')) {
                if rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK")) {
                    return Ok((response, untagged));
                }
                let verb = command.split(' ').next().unwrap_or_default().to_owned();
                return Err(MailboxError::Refused { verb, said: printable(rest) });
            } else if response.line.starts_with("* BYE") && command != "LOGOUT" {
                return Err(MailboxError::Protocol(format!(
                    "the server ended the session: {}",
                    printable(&response.line)
                )));
            } else {
                untagged.push(response);
            }
        }
    }
}

/// The UID and the literal of a FETCH response.
fn mail(response: Response) -> Option<(u32, Vec<u8>)> {
    let line = &response.line;
    let is_fetch = line.split(' ').nth(2).is_some_and(|word| word.eq_ignore_ascii_case("FETCH"));
    let uid = number_after(line, "(UID ").or_else(|| number_after(line, " UID "))?;
    let bytes = response.literals.into_iter().next()?;
    is_fetch.then_some((uid, bytes))
}

fn number_after(line: &str, word: &str) -> Option<u32> {
    let (_, rest) = line.split_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A quoted string (RFC 9051, 4.3).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder's name as it is on the wire (RFC 3501, 5.1.3).
fn modified_utf7(name: &str) -> String {
    let mut encoded = String::new();
    let mut others: Vec<u8> = Vec::new();
    for c in name.chars().map(Some).chain([None]) {
        let is_plain = c.is_none_or(|c| (' '..='~').contains(&c));
        if is_plain && !others.is_empty() {
            let text = data_encoding::BASE64_NOPAD.encode(&std::mem::take(&mut others)).replace('/', ",");
            encoded.extend(["&", &text, "-"]);
        }
        match c {
            Some('&') => encoded.push_str("&-"),
            Some(c) if is_plain => encoded.push(c),
            Some(c) => others.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes())),
            None => {}
        }
    }
    encoded
}

/// What a server says, without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().take(500).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
