//! A mailbox on an IMAP server (RFC 9051, and RFC 3501 before it), read and never changed: `EXAMINE` and `BODY.PEEK[]`
//! only.

mod open;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use self::wire::{Response, Wire, late};
use super::MailboxError;
use crate::config::Redaction;
use crate::transport::AuthMethod;

pub use open::{Server, Socket, open};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A session with a server. It never changes a mailbox.
pub struct Session<S> {
    wire: Wire<S>,
    last_tag: u32,
    /// What is never repeated of what the server says.
    redaction: Redaction,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(wire: Wire<S>) -> Self {
        Self { wire, last_tag: 0, redaction: Redaction::default() }
    }

    /// Logs in.
    ///
    /// # Errors
    /// Where the server refuses it, does not offer the method, or the connection breaks.
    pub async fn log_in(&mut self, user: &str, secret: &SecretString, method: AuthMethod) -> Result<(), MailboxError> {
        self.redaction = Redaction::of(user, secret);
        let secret = secret.expose_secret();
        if user.chars().chain(secret.chars()).any(|c| matches!(c, '\0' | '\r' | '\n' | '\x01')) {
            let why = "the user or the password of [inbox] has a control character, which no login can carry";
            return Err(MailboxError::Protocol(why.to_owned()));
        }
        let offered = self.ask("CAPABILITY", Expects::lines("CAPABILITY")).await?;
        let offers = |word: &str| {
            offered.iter().any(|one| one.line.split(' ').any(|offered| offered.eq_ignore_ascii_case(word)))
        };
        let sasl = |mechanism: &str, text: String| {
            let text = Zeroizing::new(text);
            (format!("AUTHENTICATE {mechanism}"), Zeroizing::new(BASE64.encode(text.as_bytes())))
        };
        let plain = method == AuthMethod::Plain || (method == AuthMethod::Auto && offers("AUTH=PLAIN"));
        let done = if plain {
            let (command, answer) = sasl("PLAIN", format!("\0{user}\0{secret}"));
            self.ask(&command, Expects::more(&answer)).await
        } else if method == AuthMethod::Xoauth2 {
            let (command, answer) = sasl("XOAUTH2", format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
            self.ask(&command, Expects::more(&answer)).await
        } else if offers("LOGINDISABLED") {
            let why = "the server of [inbox] takes no password by PLAIN or LOGIN; with `auth = \"xoauth2\"`, an access token logs in";
            return Err(MailboxError::Protocol(why.to_owned()));
        } else {
            let command = Zeroizing::new(format!("LOGIN {} {}", quoted(user), quoted(secret)));
            self.ask(&command, Expects::NOTHING).await
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
        let command = format!("EXAMINE {}", quoted(&modified_utf7(folder)));
        let said = self.ask(&command, Expects::lines("OK")).await?;
        let validity = said.iter().find_map(|one| number_after(&one.line, "[UIDVALIDITY "));
        validity.ok_or_else(|| MailboxError::Protocol("the server does not say the folder's UIDVALIDITY".to_owned()))
    }

    /// The UIDs of the open folder from one on, in their order.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub async fn uids_from(&mut self, first: u32) -> Result<Vec<u32>, MailboxError> {
        let mut uids = self.search(&format!("{first}:*")).await?;
        // `*` is the last mail, even one before the first that was asked for.
        uids.retain(|uid| *uid >= first);
        Ok(uids)
    }

    async fn search(&mut self, set: &str) -> Result<Vec<u32>, MailboxError> {
        let said = self.ask(&format!("UID SEARCH UID {set}"), Expects::lines("SEARCH")).await?;
        let words = said.iter().flat_map(|one| one.line.split_whitespace().skip(2));
        let mut uids: Vec<u32> = words.filter_map(|uid| uid.parse().ok()).collect();
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The first bytes of mails of the open folder, each with its UID, in the order of these; `None` where what the
    /// server gives for one cannot be read. One that is gone meanwhile is left out.
    ///
    /// # Errors
    /// Where the server refuses them, or the connection breaks.
    pub async fn fetch(&mut self, uids: &[u32], limit: u64) -> Result<Vec<(u32, Option<Vec<u8>>)>, MailboxError> {
        let set = |uids: &[u32]| uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<0.{limit}>)", set(uids));
        let said = self.ask(&command, Expects::mails(uids.len())).await?;
        let mut mails: BTreeMap<u32, Option<Vec<u8>>> = BTreeMap::new();
        mails.extend(said.into_iter().filter_map(mail).filter(|(uid, _)| uids.contains(uid)));
        let missing: Vec<u32> = uids.iter().copied().filter(|uid| !mails.contains_key(uid)).collect();
        if !missing.is_empty() {
            let there = self.search(&set(&missing)).await?;
            mails.extend(there.into_iter().filter(|uid| missing.contains(uid)).map(|uid| (uid, None)));
        }
        Ok(mails.into_iter().collect())
    }

    /// Ends the session.
    pub async fn log_out(mut self) {
        // Nothing depends on it.
        let _ = self.ask("LOGOUT", Expects::NOTHING).await;
    }

    /// What the server says, as it may be repeated: without the login, and without what a terminal would obey.
    fn shown(&self, said: &str) -> String {
        self.redaction.shown(said).chars().take(500).collect()
    }

    /// Sends a command, waits for its end within its bounds, and gives the responses that matter. Whatever else the
    /// server says meanwhile is passed over.
    async fn ask(&mut self, command: &str, expects: Expects<'_>) -> Result<Vec<Response>, MailboxError> {
        let (time, room) = self.wire.bounds(expects.mails);
        let done = timeout(time, self.converse(command, expects, room)).await;
        done.unwrap_or_else(|_| Err(MailboxError::Broken(late())))
    }

    async fn converse(
        &mut self,
        command: &str,
        expects: Expects<'_>,
        mut room: usize,
    ) -> Result<Vec<Response>, MailboxError> {
        self.last_tag += 1;
        let tag = format!("a{}", self.last_tag);
        let line = Zeroizing::new(format!("{tag} {command}\r\n"));
        self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
        let mut answer = expects.answer;
        let mut kept = Vec::new();
        loop {
            let response = self.wire.read().await.map_err(MailboxError::Broken)?;
            if response.line.starts_with('+') {
                // A second time, what the server says is why it refuses, and it waits for an empty line.
                let line = Zeroizing::new(format!("{}\r\n", answer.take().unwrap_or_default()));
                self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
            } else if let Some(rest) = response.line.strip_prefix(&tag).and_then(|rest| rest.strip_prefix(' ')) {
                if rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK")) {
                    return Ok(kept);
                }
                let verb = command.split(' ').next().unwrap_or_default().to_owned();
                return Err(MailboxError::Refused { verb, said: self.shown(rest) });
            } else if response.is("BYE") && command != "LOGOUT" {
                let said = self.shown(&response.line);
                return Err(MailboxError::Protocol(format!("the server ended the session: {said}")));
            } else if response.is(expects.word) {
                room = room.checked_sub(response.size()).ok_or_else(|| {
                    MailboxError::Broken(io::Error::other("the server says more than it was asked for"))
                })?;
                kept.push(response);
            }
        }
    }
}

/// What a command is to be answered with.
#[derive(Debug, Clone, Copy)]
struct Expects<'a> {
    /// The responses that matter.
    word: &'a str,
    /// What the server gets where it asks for more.
    answer: Option<&'a str>,
    /// For how many mails it is asked.
    mails: usize,
}

impl<'a> Expects<'a> {
    const NOTHING: Self = Self { word: "", answer: None, mails: 0 };

    fn lines(word: &'a str) -> Self {
        Self { word, ..Self::NOTHING }
    }

    fn more(answer: &'a str) -> Self {
        Self { answer: Some(answer), ..Self::NOTHING }
    }

    fn mails(mails: usize) -> Self {
        Self { word: "FETCH", mails, ..Self::NOTHING }
    }
}

/// The UID and the text of a FETCH response; no text where none can be read. `None` where it is about something else: a
/// server also tells of changed flags.
fn mail(response: Response) -> Option<(u32, Option<Vec<u8>>)> {
    let line = &response.line;
    let (_, body) = line.split_once("BODY[]")?;
    let uid = number_after(line, "(UID ").or_else(|| number_after(line, " UID "))?;
    let is_empty = [" NIL", " \"\""].iter().any(|empty| body.trim_start_matches("<0>").starts_with(empty));
    let empty = is_empty.then(Vec::new);
    Some((uid, response.literals.into_iter().next().or(empty)))
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
