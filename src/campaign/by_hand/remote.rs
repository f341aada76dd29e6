//! The headers of the mails in a folder on the server of the inbox.

use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::inbox_server::inbox_server;
use crate::campaign::sign_in;
use crate::config::Inbox;
use crate::inbox::{SentByHand, sent_by_hand};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{self, Part};

/// So many mails are asked for at once.
const FETCHED: usize = 64;

/// Reads the header of each mail of a folder. The folder is read, and nothing in it changes.
pub(super) async fn read(folder: &Folder, name: &str) -> Result<Vec<SentByHand>> {
    let settings = &folder.settings;
    let Some(Inbox::Imap(inbox)) = &settings.inbox else { return Err(Error::NoInbox(settings.file.clone())) };
    let secret = sign_in::secret(folder, &inbox.user, inbox.auth, inbox.password.as_ref())?;
    let server = inbox_server(inbox, secret);
    let in_folder = |source: MailboxError| Error::MailFolder { folder: name.to_owned(), source };
    let mut session = imap::open(&server, super::HEADER, &mut Vec::new()).await?;
    let found = session.folders(&[name.to_owned()]).await?.into_iter().next();
    let found = found.unwrap_or(Err(MailboxError::Withheld)).map_err(in_folder)?;
    session.examine(&found).await.map_err(in_folder)?;
    let mut mails = Vec::new();
    for chunk in session.uids_from(1).await?.chunks(FETCHED) {
        session.ask_for(chunk, Part::Header).await?;
        let mut given = 0;
        while let Some(mail) = session.next_mail().await? {
            given += 1;
            mails.push(sent_by_hand(&mail.bytes));
        }
        if given < chunk.len() {
            // What cannot be read may be a letter: nobody is to get it again in silence.
            return Err(in_folder(MailboxError::Withheld));
        }
    }
    session.log_out().await;
    Ok(mails)
}
