//! The inbox on an IMAP server: every folder from where it was read last.

use super::LIMIT;
use super::intake::{Intake, Waiting};
use super::news::{News, Watch};
use crate::campaign::error::{Error, Result};
use crate::campaign::note::Note;
use crate::campaign::send::server::method;
use crate::config::{Imap, Secret};
use crate::ledger::{MailLedger, Uids};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{self, Session, Socket};
use crate::transport::{Login, Trust};

/// So many mails are fetched at once.
const FETCHED: usize = 16;

/// So many mails in a row may be out of reach before the server is given up.
const OUT_OF_REACH: usize = 10;

type Remote = Session<Box<dyn Socket>>;

/// A mail of the server, or why there is none.
type Fetched = (u32, Result<Vec<u8>, MailboxError>);

/// Reads all folders. What was read before an error is recorded. Where the server refuses a folder, the others are read
/// all the same.
pub(super) async fn read<L: MailLedger>(
    imap: &Imap,
    secret: Secret,
    intake: &mut Intake<'_, L>,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let server = imap::Server {
        host: imap.host.clone(),
        port: imap.port,
        start_tls: imap.start_tls,
        login: Login { user: imap.user.clone(), secret, auth: method(imap.auth) },
        trust: Trust::Platform,
    };
    let mut reader = Reader { imap, session: imap::open(&server, LIMIT).await?, server };
    let mut refused = None;
    for folder in &imap.folders {
        match reader.folder(folder, intake, watch).await {
            Ok(()) => {}
            Err(Error::Mailbox(source)) => {
                let is_refused = matches!(source, MailboxError::Refused { .. });
                let error = Error::MailFolder { folder: folder.clone(), source };
                if !is_refused {
                    return Err(error);
                }
                refused.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    reader.session.log_out().await;
    refused.map_or(Ok(()), Err)
}

/// Whoever reads, in a session that is opened anew where it breaks.
struct Reader<'a> {
    imap: &'a Imap,
    server: imap::Server,
    session: Remote,
}

impl Reader<'_> {
    async fn folder<L: MailLedger>(
        &mut self,
        folder: &str,
        intake: &mut Intake<'_, L>,
        watch: &mut Watch<'_>,
    ) -> Result<()> {
        let mailbox = self.imap.name(folder);
        let validity = self.session.examine(folder).await?;
        let known = intake.uids(&mailbox)?;
        if known.as_ref().is_some_and(|known| known.validity != validity) {
            watch(News::Note(Note::NumberedAnew(folder.to_owned())))?;
        }
        let last = known.filter(|known| known.validity == validity).map_or(0, |known| known.last);
        let uids = self.session.uids_from(last.saturating_add(1)).await?;
        let place = |uid| (format!("{mailbox}, mail {uid}"), Uids { mailbox: mailbox.clone(), validity, last: uid });
        // What is out of reach is recorded with the next mail that is not: until then the server itself may be what is
        // wrong.
        let mut out_of_reach: Vec<(u32, String)> = Vec::new();
        for uids in uids.chunks(FETCHED) {
            let mut waiting: Vec<Waiting> = Vec::new();
            for (uid, mail) in self.fetch(folder, validity, uids).await? {
                match mail {
                    Ok(bytes) => {
                        for (uid, why) in out_of_reach.drain(..) {
                            let (place, uids) = place(uid);
                            waiting.push(Waiting::missed(place, uids, &why));
                        }
                        let (place, uids) = place(uid);
                        waiting.extend(intake.look(&bytes, place, Some(uids))?);
                    }
                    Err(error) => {
                        let why = error.to_string();
                        watch(News::Note(Note::NotFetched { uid, folder: folder.to_owned(), why: why.clone() }))?;
                        out_of_reach.push((uid, why));
                        if out_of_reach.len() > OUT_OF_REACH {
                            intake.count(waiting, watch).await?;
                            return Err(error.into());
                        }
                    }
                }
            }
            intake.count(waiting, watch).await?;
        }
        Ok(())
    }

    /// Mails of the open folder. Where they break the session, or the server refuses them or says what cannot be read,
    /// which one it is is found by fetching one by one.
    async fn fetch(&mut self, folder: &str, validity: u32, uids: &[u32]) -> Result<Vec<Fetched>> {
        match self.session.fetch(uids, LIMIT).await {
            Ok(mails) if mails.iter().all(|(_, mail)| mail.is_some()) => {
                return Ok(mails.into_iter().map(readable).collect());
            }
            Ok(_) => {}
            Err(error) => self.mend(&error, folder, validity).await?,
        }
        let mut all = Vec::new();
        for uid in uids {
            let mut fetched = self.session.fetch(&[*uid], LIMIT).await;
            if let Err(error @ (MailboxError::Broken(_) | MailboxError::Protocol(_))) = &fetched {
                // A network that fails twice at the same mail is not what is wrong.
                self.mend(error, folder, validity).await?;
                fetched = self.session.fetch(&[*uid], LIMIT).await;
            }
            match fetched {
                Ok(mails) => all.extend(mails.into_iter().map(readable)),
                Err(error) => {
                    self.mend(&error, folder, validity).await?;
                    all.push((*uid, Err(error)));
                }
            }
        }
        Ok(all)
    }

    /// Opens the session anew, where this was its end.
    async fn mend(&mut self, error: &MailboxError, folder: &str, validity: u32) -> Result<()> {
        if matches!(error, MailboxError::Refused { .. }) {
            return Ok(());
        }
        self.session = imap::open(&self.server, LIMIT).await?;
        if self.session.examine(folder).await? != validity {
            return Err(MailboxError::Protocol("the server numbers it anew each time".to_owned()).into());
        }
        Ok(())
    }
}

fn readable((uid, mail): (u32, Option<Vec<u8>>)) -> Fetched {
    (uid, mail.ok_or_else(|| MailboxError::Protocol("what the server gives for it cannot be read".to_owned())))
}
