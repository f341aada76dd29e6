//! Mails of the open folder. Several questions may be on their way at once: the server goes on while an answer is read,
//! and one mail at a time is in memory.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::names::unquoted;
use super::wire::{Response, late};
use super::{Expects, Session};
use crate::mailbox::MailboxError;

/// What is asked of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it, up to so many bytes.
    Whole(u64),
    /// Its header.
    Header,
    /// Who it is from, its subject and its date.
    Summary,
}

/// A mail, or a part of it, as the server gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its number.
    pub uid: u32,
    /// How many bytes it has, where the server says so.
    pub size: Option<u64>,
    /// What was asked for.
    pub bytes: Vec<u8>,
}

/// A question that is on its way.
pub(super) struct Asked {
    tag: String,
    part: Part,
    /// Which mails have not come yet.
    open: BTreeSet<u32>,
    time: Duration,
}

impl Part {
    fn asked(self) -> String {
        match self {
            Self::Whole(most) => format!("BODY.PEEK[]<0.{most}>"),
            Self::Header => "BODY.PEEK[HEADER]".to_owned(),
            Self::Summary => "BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)]".to_owned(),
        }
    }

    /// How the answer names it.
    fn named(self) -> &'static str {
        match self {
            Self::Whole(_) => "BODY[]",
            Self::Header | Self::Summary => "BODY[HEADER",
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Asks for mails, and does not wait for them: [`Session::next_mail`] gives them. Nothing else may be asked before
    /// all of them have come.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub async fn ask_for(&mut self, uids: &[u32], part: Part) -> Result<(), MailboxError> {
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let tag = self.next_tag();
        let line = format!("{tag} UID FETCH {set} (UID RFC822.SIZE {})\r\n", part.asked());
        self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
        let (time, _) = self.wire.bounds(uids.len());
        self.asked.push_back(Asked { tag, part, open: uids.iter().copied().collect(), time });
        Ok(())
    }

    /// The next mail of those that were asked for first, in the server's order; `None` where all have come that the
    /// server gives for that question. What it does not give, or gives so that it cannot be read, is left out.
    ///
    /// # Errors
    /// Where the server refuses that question, or the connection breaks.
    pub async fn next_mail(&mut self) -> Result<Option<Given>, MailboxError> {
        let Some(mut asked) = self.asked.pop_front() else { return Ok(None) };
        let began = Instant::now();
        let come = timeout_at(began + asked.time, self.come(&mut asked)).await;
        let come = come.unwrap_or_else(|_| Err(MailboxError::Broken(late())))?;
        if come.is_some() {
            asked.time = asked.time.saturating_sub(began.elapsed());
            self.asked.push_front(asked);
        }
        Ok(come)
    }

    async fn come(&mut self, asked: &mut Asked) -> Result<Option<Given>, MailboxError> {
        loop {
            let response = self.hear().await?;
            if let Some(end) = self.end(&response, &asked.tag, "UID FETCH") {
                return end.map(|()| None);
            }
            if !response.is("FETCH") {
                continue;
            }
            if let Some(given) = given(response, asked.part).filter(|given| asked.open.remove(&given.uid)) {
                return Ok(Some(given));
            }
        }
    }

    /// Which of these mails are still in the open folder.
    ///
    /// # Errors
    /// Where the server refuses to say it, or the connection breaks.
    pub async fn still_there(&mut self, uids: &[u32]) -> Result<Vec<u32>, MailboxError> {
        // It is the time to tell of mails that are gone; a server that does not know the command does without.
        match self.ask("NOOP", Expects::NOTHING).await {
            Ok(_) | Err(MailboxError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let mut there = self.search(&set).await?;
        there.retain(|uid| uids.contains(uid));
        Ok(there)
    }
}

/// What a FETCH response gives of a mail. `None` where it is about something else (a server also tells of changed
/// flags), where no text can be read in it, and where it gives nothing of a mail that is not empty.
fn given(response: Response, part: Part) -> Option<Given> {
    let line = &response.line;
    let (_, after) = line.split_once(part.named())?;
    let (_, after) = if part == Part::Header || part == Part::Summary { after.split_once(']')? } else { ("", after) };
    let uid = number_after(line, "(UID ").or_else(|| number_after(line, " UID "))?;
    let size = number_after(line, "RFC822.SIZE ").map(u64::from);
    let text = after.split_once(' ').filter(|(origin, _)| origin.is_empty() || origin.starts_with('<'))?.1;
    let bytes = match unquoted(text) {
        Some((text, _)) => text.into_bytes(),
        None if text.starts_with("NIL") => Vec::new(),
        None => response.literals.into_iter().next()?,
    };
    let is_empty = bytes.is_empty() && part != Part::Summary && size != Some(0);
    (!is_empty && !is_invented(&bytes)).then_some(Given { uid, size, bytes })
}

/// Whether this is of the mail that Courier gives in the place of one that it cannot read: words of its own, and
/// nothing of the mail that lies there.
fn is_invented(bytes: &[u8]) -> bool {
    let subject = b"\nSubject: message unavailable";
    bytes.len() < 300
        && bytes.starts_with(b"From: System Administrator <root@localhost>")
        && bytes.windows(subject.len()).any(|window| window == subject)
}

fn number_after(line: &str, word: &str) -> Option<u32> {
    let (_, rest) = line.split_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
