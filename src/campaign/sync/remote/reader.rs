//! A session with a server that is opened anew where it breaks.

use std::collections::BTreeSet;

use super::super::limit::LIMIT;
use super::super::news::{News, Watch};
use crate::campaign::error::Result;
use crate::campaign::note::Note;
use crate::config::Imap;
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{self, Folder, Session, Socket};

type Remote = Session<Box<dyn Socket>>;

/// Whoever reads, in a session that is opened anew where it breaks.
pub(super) struct Reader<'a> {
    pub(super) imap: &'a Imap,
    server: imap::Server,
    pub(super) session: Remote,
    /// What the server wants people to see, and what of it they have seen.
    alerts: Vec<String>,
    shown: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    /// Opens the session.
    pub(super) async fn open(imap: &'a Imap, server: imap::Server, watch: &mut Watch<'_>) -> Result<Self> {
        let mut alerts = Vec::new();
        let opened = imap::open(&server, LIMIT, &mut alerts).await;
        let mut shown = BTreeSet::new();
        show(&mut alerts, &mut shown, watch)?;
        Ok(Self { imap, session: opened?, server, alerts, shown })
    }

    /// Shows what the server wanted people to see since.
    pub(super) fn show_alerts(&mut self, watch: &mut Watch<'_>) -> Result<()> {
        self.alerts.extend(self.session.take_alerts());
        show(&mut self.alerts, &mut self.shown, watch)
    }

    /// Opens the session anew, where this was its end.
    pub(super) async fn mend(&mut self, error: MailboxError, folder: &Folder, validity: u32) -> Result<MailboxError> {
        if error.leaves_the_session() {
            return Ok(error);
        }
        self.alerts.extend(self.session.take_alerts());
        match self.reopen(folder).await {
            Ok(now) if now == validity => Ok(error),
            Ok(_) => Err(MailboxError::NumberedAnew.into()),
            Err(then) => Err(MailboxError::NotMended { first: Box::new(error), then: Box::new(then) }.into()),
        }
    }

    async fn reopen(&mut self, folder: &Folder) -> std::result::Result<u32, MailboxError> {
        self.session = imap::open(&self.server, LIMIT, &mut self.alerts).await?;
        self.session.examine(folder).await
    }
}

/// Shows what the server wants people to see, each thing once.
fn show(alerts: &mut Vec<String>, shown: &mut BTreeSet<String>, watch: &mut Watch<'_>) -> Result<()> {
    for alert in alerts.drain(..) {
        if shown.insert(alert.clone()) {
            watch(News::Note(Note::Alert(alert)))?;
        }
    }
    Ok(())
}
