//! A mail is put into a folder: the one thing that is ever written to a mailbox.

use std::io;

use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::names::quoted;
use super::wire::late;
use super::{Expects, Folder, Session};
use crate::mailbox::MailboxError;

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Whether a mail with this Message-ID lies in the open folder (RFC 9051, 6.4.4: `HEADER`). `id` is without its
    /// angle brackets.
    ///
    /// # Errors
    /// Where the server refuses to look, or the connection breaks.
    pub async fn has_message(&mut self, id: &str) -> Result<bool, MailboxError> {
        // A search finds what holds the text: with its brackets, that is this id and no longer one.
        let command = format!("UID SEARCH HEADER MESSAGE-ID {}", quoted(&format!("<{id}>")));
        let said = self.ask(&command, Expects::lines("SEARCH")).await?;
        let mut words = said.iter().flat_map(|one| one.line.split_whitespace().skip(2));
        Ok(words.any(|uid| uid.parse::<u32>().is_ok()))
    }

    /// Puts a mail into a folder (RFC 9051, 6.3.12), as read, with the time at which it was sent.
    ///
    /// # Errors
    /// Where the server refuses it, or the connection breaks: then nobody knows whether it lies there.
    pub async fn append(&mut self, folder: &Folder, mail: &[u8], at: Timestamp) -> Result<(), MailboxError> {
        let (time, _) = self.wire.bounds(1);
        let done = timeout(time, self.put(folder, mail, at)).await;
        done.unwrap_or_else(|_| Err(MailboxError::Broken(late())))
    }

    async fn put(&mut self, folder: &Folder, mail: &[u8], at: Timestamp) -> Result<(), MailboxError> {
        let tag = self.next_tag();
        let date = at.strftime("%d-%b-%Y %H:%M:%S +0000");
        let line = format!("{tag} APPEND {} (\\Seen) \"{date}\" {{{}}}\r\n", quoted(folder.wire()), mail.len());
        self.wire.write(line.as_bytes()).await.map_err(MailboxError::Broken)?;
        let mut is_asked_for = false;
        loop {
            let response = self.hear().await?;
            if response.line.starts_with('+') && !is_asked_for {
                is_asked_for = true;
                self.wire.write(mail).await.map_err(MailboxError::Broken)?;
                self.wire.write(b"\r\n").await.map_err(MailboxError::Broken)?;
            } else if let Some(end) = self.end(&response, &tag, "APPEND") {
                if end.is_ok() && !is_asked_for {
                    let why = "the server took a mail that it was not given";
                    return Err(MailboxError::Broken(io::Error::other(why)));
                }
                return end;
            }
        }
    }
}
