//! The inbox on an IMAP server: every folder from where it was read last, and the mails that the server withheld.

mod folder;
mod known;
mod reader;
mod withheld;

use std::collections::BTreeSet;

use self::folder::Reading;
use self::reader::Reader;
use super::intake::Intake;
use super::news::Watch;
use crate::campaign::error::{Error, Result};
use crate::campaign::inbox_server::inbox_server;
use crate::config::{Imap, Secret};
use crate::ledger::{MailLedger, MailboxLedger, Withheld};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::Folder;

/// So often a folder is begun again that the server numbers anew while it is read.
const NUMBERINGS: usize = 3;

/// Reads all folders; gives the mails of these that the server withholds. What was read before an error is recorded.
/// Where the server refuses a folder, the others are read all the same. The first thing that went wrong is what is
/// said.
pub(super) async fn read<L: MailLedger + MailboxLedger>(
    imap: &Imap,
    secret: Secret,
    intake: &mut Intake<'_, L>,
    watch: &mut Watch<'_>,
) -> Result<Vec<Withheld>> {
    let server = inbox_server(imap, secret);
    let mut reader = Reader::open(imap, server, watch).await?;
    let read = folders(&mut reader, intake, watch).await;
    reader.show_alerts(watch)?;
    let read = read?;
    reader.session.log_out().await;
    let mut withheld = intake.ledger().withheld()?;
    withheld.retain(|mail| read.contains(&mail.mailbox));
    Ok(withheld)
}

/// Gives the names of the folders in the ledger.
async fn folders<L: MailLedger + MailboxLedger>(
    reader: &mut Reader<'_>,
    intake: &mut Intake<'_, L>,
    watch: &mut Watch<'_>,
) -> Result<BTreeSet<String>> {
    let found = reader.session.folders(&reader.imap.folders).await?;
    let mut first: Option<Error> = None;
    let mut read = BTreeSet::new();
    for (name, found) in reader.imap.folders.iter().zip(found) {
        let done = match found {
            // Two names may mean one folder.
            Ok(found) if !read.insert(reader.imap.name(&found.name)) => Ok(()),
            Ok(found) => folder(reader, &found, intake, watch).await,
            Err(error) => Err(error.into()),
        };
        reader.show_alerts(watch)?;
        let Err(Error::Mailbox(source)) = done else {
            done?;
            continue;
        };
        let goes_on = source.leaves_the_session();
        let error = Error::MailFolder { folder: name.clone(), source };
        match &first {
            Some(_) => tracing::debug!("{}", error.in_full()),
            None => first = Some(error),
        }
        if !goes_on {
            break;
        }
    }
    first.map_or(Ok(read), Err)
}

async fn folder<L: MailLedger + MailboxLedger>(
    reader: &mut Reader<'_>,
    wanted: &Folder,
    intake: &mut Intake<'_, L>,
    watch: &mut Watch<'_>,
) -> Result<()> {
    for _ in 1..NUMBERINGS {
        match Reading::begin(reader, wanted, intake, watch).await?.finish().await {
            Err(Error::Mailbox(MailboxError::NumberedAnew)) => {}
            done => return done,
        }
    }
    Reading::begin(reader, wanted, intake, watch).await?.finish().await
}
