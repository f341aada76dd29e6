//! Mailboxes on servers.

use std::collections::{BTreeMap, HashSet};
use std::future::Future;

use super::super::{HeaderDigest, MailboxLedger, MailboxRead, Result, Uids, Withheld};
use super::{MemoryLedger, lock};

/// What is known of one.
#[derive(Debug, Clone, Default)]
pub(super) struct Mailbox {
    uids: Option<Uids>,
    known: HashSet<HeaderDigest>,
    withheld: BTreeMap<u32, Withheld>,
}

impl Mailbox {
    fn learn(&mut self, read: MailboxRead) {
        let MailboxRead { uids, known, withheld, settled } = read;
        self.known.extend(known);
        self.withheld.retain(|uid, mail| mail.validity == uids.validity && !settled.contains(uid));
        for mail in withheld {
            let before = self.withheld.remove(&mail.uid).unwrap_or_else(|| mail.clone());
            let mail = Withheld {
                since: before.since,
                sender: mail.sender.or(before.sender),
                subject: mail.subject.or(before.subject),
                written_at: mail.written_at.or(before.written_at),
                size: mail.size.or(before.size),
                ..mail
            };
            self.withheld.insert(mail.uid, mail);
        }
        self.uids = Some(uids);
    }
}

impl MailboxLedger for MemoryLedger {
    fn uids(&self, mailbox: &str) -> Result<Option<Uids>> {
        Ok(lock(&self.disk).mailboxes.get(mailbox).and_then(|mailbox| mailbox.uids.clone()))
    }

    fn known_mails(&self, mailbox: &str) -> Result<HashSet<HeaderDigest>> {
        Ok(lock(&self.disk).mailboxes.get(mailbox).map(|mailbox| mailbox.known.clone()).unwrap_or_default())
    }

    fn withheld(&self) -> Result<Vec<Withheld>> {
        let disk = lock(&self.disk);
        let mut all: Vec<Withheld> =
            disk.mailboxes.values().flat_map(|mailbox| mailbox.withheld.values().cloned()).collect();
        all.sort_by(|a, b| (a.asked_at, &a.mailbox, a.uid).cmp(&(b.asked_at, &b.mailbox, b.uid)));
        Ok(all)
    }

    fn remember(&self, read: MailboxRead) -> impl Future<Output = Result<()>> + Send {
        self.ask(move |disk| {
            disk.mailboxes.entry(read.uids.mailbox.clone()).or_default().learn(read);
            Ok(())
        })
    }
}
