//! A mailbox on an IMAP server (RFC 9051, and RFC 3501 before it). It is read and never changed (`EXAMINE`,
//! `BODY.PEEK[]`), but for letters of our own that [`Session::append`] puts into the Sent folder.

mod append;
mod fetch;
mod folders;
mod login;
mod names;
mod open;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use self::fetch::Asked;
use self::names::quoted;
use self::wire::{Response, Wire, late};
use super::MailboxError;
use crate::config::Redaction;
use crate::transport::TokenForm;

pub use fetch::{Given, Part};
pub use folders::Folder;
pub use open::{Server, Socket, open};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// So many different alerts of a session are shown at the most.
const MOST_ALERTS: usize = 5;

/// A session with a server.
pub struct Session<S> {
    wire: Wire<S>,
    last_tag: u32,
    /// What is never repeated of what the server says.
    redaction: Redaction,
    /// What the server wants people to see.
    alerts: Vec<String>,
    /// The questions for mails that are on their way, in their order.
    asked: VecDeque<Asked>,
    /// Why a login was refused, as the server put it before it did so.
    challenge: Option<String>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// A session over a stream that is open, where the server has greeted and nobody has to sign in. Each step may take
    /// so long, and a mail have so many bytes.
    pub fn over(stream: S, patience: Duration, longest_mail: usize) -> Self {
        Self::new(Wire::new(stream, patience, longest_mail))
    }

    fn new(wire: Wire<S>) -> Self {
        Self {
            wire,
            last_tag: 0,
            redaction: Redaction::default(),
            alerts: Vec::new(),
            asked: VecDeque::new(),
            challenge: None,
        }
    }

    /// Opens a folder for reading alone; gives its UIDVALIDITY.
    ///
    /// # Errors
    /// Where there is no such folder, or the connection breaks.
    pub async fn examine(&mut self, folder: &Folder) -> Result<u32, MailboxError> {
        let command = format!("EXAMINE {}", quoted(folder.wire()));
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
        let (time, room) = self.wire.bounds(0);
        let done = timeout(time, self.converse(command, expects, room)).await;
        done.unwrap_or_else(|_| Err(MailboxError::Broken(late())))
    }

    async fn converse(
        &mut self,
        command: &str,
        expects: Expects<'_>,
        mut room: usize,
    ) -> Result<Vec<Response>, MailboxError> {
        let tag = self.next_tag();
        let line = Zeroizing::new(format!("{tag} {command}\r\n"));
        self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
        let verb = command.split(' ').next().unwrap_or_default();
        let mut answer = expects.answer;
        let mut kept = Vec::new();
        loop {
            let response = self.hear().await?;
            if response.line.starts_with('+') {
                // A second time, what the server says is why it refuses, and it waits for the end of that.
                if expects.answer.is_some() && answer.is_none() {
                    self.challenge = response.line.get(1..).map(|said| said.trim().to_owned());
                }
                let line = Zeroizing::new(format!("{}\r\n", answer.take().unwrap_or(expects.at_last)));
                self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
            } else if let Some(end) = self.end(&response, &tag, verb) {
                return end.map(|()| kept);
            } else if response.is(expects.word) {
                room = room.checked_sub(response.size()).ok_or_else(|| {
                    MailboxError::Broken(io::Error::other("the server says more than it was asked for"))
                })?;
                kept.push(response);
            }
        }
    }

    fn next_tag(&mut self) -> String {
        self.last_tag += 1;
        format!("a{}", self.last_tag)
    }

    /// The next thing that the server says. What it wants people to see is kept (RFC 9051, 7.1: `ALERT`).
    async fn hear(&mut self) -> Result<Response, MailboxError> {
        let response = self.wire.read().await.map_err(MailboxError::Broken)?;
        let alert = response.line.splitn(3, ' ').nth(2).and_then(|said| {
            said.get(..7).filter(|code| code.eq_ignore_ascii_case("[ALERT]")).map(|_| said[7..].trim())
        });
        if let Some(alert) = alert.map(|said| self.shown(said)).filter(|said| !said.is_empty())
            && self.alerts.len() < MOST_ALERTS
            && !self.alerts.contains(&alert)
        {
            self.alerts.push(alert);
        }
        Ok(response)
    }

    /// Whether this is the end of a command, and how it ended; or the end of the session.
    fn end(&self, response: &Response, tag: &str, verb: &str) -> Option<Result<(), MailboxError>> {
        if let Some(rest) = response.line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
            let is_done = rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("OK"));
            let refused = || MailboxError::Refused { verb: verb.to_owned(), said: self.shown(rest) };
            return Some(if is_done { Ok(()) } else { Err(refused()) });
        }
        (response.is("BYE") && verb != "LOGOUT").then(|| {
            let said = self.shown(&response.line);
            Err(MailboxError::Protocol(format!("the server ended the session: {said}")))
        })
    }

    /// What the server wants people to see, as far as it was not taken yet.
    pub fn take_alerts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.alerts)
    }
}

/// What a command is to be answered with.
#[derive(Debug, Clone, Copy)]
struct Expects<'a> {
    /// The responses that matter.
    word: &'a str,
    /// What the server gets where it asks for more.
    answer: Option<&'a str>,
    /// What it gets where it asks once more: a login's challenge that holds the error.
    at_last: &'a str,
}

impl<'a> Expects<'a> {
    const NOTHING: Self = Self { word: "", answer: None, at_last: "" };

    fn lines(word: &'a str) -> Self {
        Self { word, ..Self::NOTHING }
    }

    fn more(answer: &'a str) -> Self {
        Self { answer: Some(answer), ..Self::NOTHING }
    }

    fn token(answer: &'a str, form: TokenForm) -> Self {
        Self { answer: Some(answer), at_last: form.after_the_error(), ..Self::NOTHING }
    }
}

fn number_after(line: &str, word: &str) -> Option<u32> {
    let (_, rest) = line.split_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
