//! A copy of each letter that was accepted is put into the sender's own Sent folder (`[inbox] sent_folder`). The ledger
//! keeps the letter until the copy is known to lie there, and the folder is searched before anything is put into it: it
//! lies there once, whatever happens to the process. Whatever goes wrong here befalls no letter.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;

use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::inbox_server::inbox_server;
use super::note::Note;
use super::realm::Realm;
use super::sign_in;
use crate::config::{Inbox, Smtp};
use crate::dispatch::{Drain, DrainHandle};
use crate::ledger::{DeliveryId, FilingLedger as _, Unfiled};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{self, Session, Socket};
use crate::model::CampaignId;

/// While a run sends, copies are put there this often: each time takes a login.
const PAUSE: Duration = Duration::from_mins(1);

/// So many letters are read from the ledger at once.
const BATCH: usize = 50;

/// Of what the server says, no literal is longer.
const LIMIT: u64 = 64 * 1024;

/// Who puts copies of letters into the Sent folder.
#[derive(Debug, Clone)]
pub struct Filer {
    server: imap::Server,
    folder: String,
    campaign: CampaignId,
}

impl Filer {
    /// The one of a campaign; `None` where no copies are wanted, where the server of `[smtp]` files by itself, and in
    /// the sandbox.
    ///
    /// # Errors
    /// Where the secret of `[inbox]` cannot be had.
    pub(super) fn of(folder: &Folder) -> Result<Option<Self>> {
        let settings = &folder.settings;
        let (Realm::Real, Some(Inbox::Imap(imap))) = (folder.realm, &settings.inbox) else { return Ok(None) };
        let files_by_itself = settings.smtp.as_ref().is_some_and(Smtp::files_by_itself);
        let Some(sent_folder) = imap.sent_folder.clone().filter(|_| !files_by_itself) else { return Ok(None) };
        let secret = sign_in::secret(folder, &imap.user, imap.auth, imap.password.as_ref())?;
        let server = inbox_server(imap, secret);
        Ok(Some(Self { server, folder: sent_folder, campaign: settings.id.clone() }))
    }

    /// Puts copies there while letters are sent, and once more when that is over. Says what is left, where anything is.
    pub(super) async fn beside<T>(&self, sending: impl Future<Output = T>, ledger: &Ledger) -> (T, Option<Note>) {
        let (handle, over) = DrainHandle::new();
        let sending = async {
            let sent = sending.await;
            handle.drain();
            sent
        };
        tokio::join!(sending, Box::pin(self.keep_up(ledger, over)))
    }

    async fn keep_up(&self, ledger: &Ledger, mut over: Drain) -> Option<Note> {
        loop {
            let is_last = over.is_told();
            let filed = self.file(ledger).await;
            if is_last {
                return self.left(ledger, filed).await;
            }
            // It is not broken off in the middle: the server may have taken a copy that nobody heard of.
            let _ = timeout(PAUSE, over.told()).await;
        }
    }

    /// What is left and why, where anything is.
    async fn left(&self, ledger: &Ledger, filed: Result<()>) -> Option<Note> {
        let why = filed.err()?.in_full();
        // Where that cannot be counted either, the run has said so already.
        let letters = ledger.count_unfiled(&self.campaign).await.ok().filter(|letters| *letters > 0)?;
        Some(Note::Unfiled { letters, folder: self.folder.clone(), why })
    }

    /// Puts all copies there that are to be there.
    async fn file(&self, ledger: &Ledger) -> Result<()> {
        let mut open: Option<(Session<Box<dyn Socket>>, imap::Folder)> = None;
        loop {
            let unfiled = ledger.unfiled(&self.campaign, BATCH).await?;
            if unfiled.is_empty() {
                break;
            }
            let (session, folder) = match &mut open {
                Some(open) => open,
                None => open.insert(self.open().await.map_err(|source| self.told(source))?),
            };
            let mut filed = Vec::new();
            let done = file_all(session, folder, unfiled, &mut filed).await;
            ledger.filed(filed).await?;
            done.map_err(|source| self.told(source))?;
        }
        if let Some((session, _)) = open {
            session.log_out().await;
        }
        Ok(())
    }

    async fn open(&self) -> std::result::Result<(Session<Box<dyn Socket>>, imap::Folder), MailboxError> {
        let mut session = imap::open(&self.server, LIMIT, &mut Vec::new()).await?;
        let found = session.folders(std::slice::from_ref(&self.folder)).await?;
        let folder = found.into_iter().next().unwrap_or(Err(MailboxError::Withheld))?;
        session.examine(&folder).await?;
        Ok((session, folder))
    }

    fn told(&self, source: MailboxError) -> Error {
        Error::MailFolder { folder: self.folder.clone(), source }
    }
}

/// Puts copies into the open folder where they do not lie yet; `filed` has those that do now.
async fn file_all(
    session: &mut Session<Box<dyn Socket>>,
    folder: &imap::Folder,
    unfiled: Vec<Unfiled>,
    filed: &mut Vec<DeliveryId>,
) -> std::result::Result<(), MailboxError> {
    for letter in unfiled {
        if !session.has_message(letter.message_id.as_str()).await? {
            session.append(folder, &letter.message, letter.accepted_at).await?;
        }
        filed.push(letter.delivery);
    }
    Ok(())
}

/// Puts copies there that a run has left. Says what is left still, where anything is.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) async fn file_left(folder: &Folder, ledger: &Ledger) -> Result<Option<Note>> {
    if ledger.count_unfiled(&folder.settings.id).await? == 0 {
        return Ok(None);
    }
    let Some(filer) = Filer::of(folder)? else { return Ok(None) };
    let filed = filer.file(ledger).await;
    Ok(filer.left(ledger, filed).await)
}
