//! The inbox on an IMAP server: every folder from where it was read last.

use anyhow::{Context as _, Result};
use secrecy::SecretString;

use super::intake::Intake;
use super::shown::Shown;
use super::{LIMIT, count};
use crate::command::terminal::warn;
use crate::config::{Imap, ImapAuth};
use crate::ledger::{MailLedger, Uids};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{self, Method, Session, Socket};
use crate::transport::Trust;

/// So many mails are fetched at once.
const FETCHED: usize = 16;

/// So many mails that break the session are left out, before the server is given up.
const BROKEN: usize = 10;

type Remote = Session<Box<dyn Socket>>;

/// Reads all folders. What was read before an error is recorded.
pub(super) async fn read<L: MailLedger>(
    imap: &Imap,
    secret: &SecretString,
    ledger: &L,
    intake: &mut Intake<'_, L>,
    shown: &mut Shown,
) -> Result<()> {
    let mut session = connect(imap, secret).await?;
    let mut broken = 0;
    for folder in &imap.folders {
        let mailbox = imap.name(folder);
        let validity = session.examine(folder).await.with_context(|| format!("the folder `{folder}`"))?;
        let known = ledger.uids(&mailbox)?;
        if known.as_ref().is_some_and(|known| known.validity != validity) {
            warn(format_args!(
                "the server has numbered the folder `{folder}` anew: it is read from its beginning, and nothing counts twice"
            ));
        }
        let last = known.filter(|known| known.validity == validity).map_or(0, |known| known.last);
        let mut left = session.uids_from(last.saturating_add(1)).await?;
        let mut at_once = FETCHED;
        while !left.is_empty() {
            let uids: Vec<u32> = left.iter().copied().take(at_once).collect();
            let mails = match session.fetch(&uids, LIMIT).await {
                Ok(mails) => mails,
                // One of them breaks the session: which, is found by fetching one by one.
                Err(error @ (MailboxError::Broken(_) | MailboxError::Protocol(_))) => {
                    if at_once == 1 {
                        broken += 1;
                        warn(format_args!(
                            "mail {} of the folder `{folder}` cannot be fetched and is left out: {error}",
                            uids[0]
                        ));
                        left.remove(0);
                    }
                    if broken > BROKEN {
                        return Err(error.into());
                    }
                    at_once = 1;
                    session = connect(imap, secret).await?;
                    if session.examine(folder).await? != validity {
                        return Err(error.into());
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let mut waiting = Vec::new();
            for (uid, bytes) in mails {
                let uids = Uids { mailbox: mailbox.clone(), validity, last: uid };
                waiting.extend(intake.look(&bytes, format!("{mailbox}, mail {uid}"), Some(uids))?);
            }
            if !count(waiting, intake, shown).await? {
                break;
            }
            left.drain(..uids.len());
        }
    }
    session.log_out().await;
    Ok(())
}

async fn connect(imap: &Imap, secret: &SecretString) -> Result<Remote, MailboxError> {
    let mut session = imap::open(&imap.host, imap.port, imap.start_tls, LIMIT, &Trust::Platform).await?;
    let method = match imap.auth {
        ImapAuth::Auto => Method::Auto,
        ImapAuth::Plain => Method::Plain,
        ImapAuth::Login => Method::Login,
        ImapAuth::Xoauth2 => Method::Xoauth2,
    };
    session.log_in(&imap.user, secret, method).await?;
    Ok(session)
}
