//! One folder, read to its end: the next mails are asked for while those that came are looked at.

use std::collections::VecDeque;

use super::super::intake::{Intake, Waiting};
use super::super::limit::LIMIT;
use super::super::news::{News, Watch};
use super::reader::Reader;
use crate::campaign::error::Result;
use crate::campaign::note::Note;
use crate::inbox;
use crate::ledger::{HeaderDigest, MailLedger, MailboxLedger, MailboxRead, Uids, Withheld};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{Folder, Given, Part};

/// So many mails are asked for at once.
const FETCHED: usize = 64;

/// So many questions are on their way at once.
const AHEAD: usize = 3;

/// So many mails are matched at once: for all of them together, the ledger's letters are gone through once.
const BATCH: usize = 500;

/// A folder that is being read.
pub(super) struct Reading<'r, 'i, 'a, 'w, L> {
    pub(super) reader: &'r mut Reader<'i>,
    pub(super) folder: &'r Folder,
    pub(super) intake: &'r mut Intake<'a, L>,
    pub(super) watch: &'r mut Watch<'w>,
    /// The name of the folder in the ledger.
    pub(super) mailbox: String,
    pub(super) validity: u32,
    /// Up to this number, all is recorded, or will be with what came.
    last: u32,
    /// Whether a mail has to be met again, so that nothing beyond it is taken for read.
    is_stuck: bool,
    /// What came, and is not recorded yet.
    came: Vec<Came>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) settled: Vec<u32>,
    /// Which mails this run has asked for alone.
    pub(super) asked_alone: Vec<u32>,
}

/// A mail that came.
struct Came {
    uid: u32,
    digest: HeaderDigest,
    /// Where it is new.
    waiting: Option<Waiting>,
}

/// A mail that did not come with others, and what was said of them.
pub(super) struct Missing {
    pub(super) uid: u32,
    pub(super) why: Option<String>,
}

impl<'r, 'i, 'a, 'w, L: MailLedger + MailboxLedger> Reading<'r, 'i, 'a, 'w, L> {
    /// Opens a folder.
    pub(super) async fn begin(
        reader: &'r mut Reader<'i>,
        folder: &'r Folder,
        intake: &'r mut Intake<'a, L>,
        watch: &'r mut Watch<'w>,
    ) -> Result<Self> {
        let validity = reader.session.examine(folder).await?;
        let mailbox = reader.imap.name(&folder.name);
        Ok(Self {
            reader,
            folder,
            intake,
            watch,
            mailbox,
            validity,
            last: 0,
            is_stuck: false,
            came: Vec::new(),
            withheld: Vec::new(),
            settled: Vec::new(),
            asked_alone: Vec::new(),
        })
    }

    /// Reads what is new, and asks again for what was withheld.
    pub(super) async fn finish(mut self) -> Result<()> {
        let known = self.intake.ledger().uids(&self.mailbox)?;
        let is_numbered_anew = known.as_ref().is_some_and(|known| known.validity != self.validity);
        self.last = known.filter(|known| known.validity == self.validity).map_or(0, |known| known.last);
        let mut uids = self.reader.session.uids_from(self.last.saturating_add(1)).await?;
        let end = uids.last().copied();
        if is_numbered_anew {
            (self.watch)(News::Note(Note::NumberedAnew(self.folder.name.clone())))?;
            uids = self.unknown(uids).await?;
        }
        let read = self.all(&uids).await;
        if read.is_ok() {
            self.reached(end.unwrap_or(0));
        }
        // What came before an error is recorded.
        self.record().await?;
        read?;
        self.ask_again().await?;
        self.record().await
    }

    async fn all(&mut self, uids: &[u32]) -> Result<()> {
        let mut chunks: VecDeque<Vec<u32>> = uids.chunks(FETCHED).map(<[u32]>::to_vec).collect();
        let mut asked: VecDeque<Vec<u32>> = VecDeque::new();
        let mut missing: Vec<Missing> = Vec::new();
        loop {
            while missing.is_empty()
                && asked.len() < AHEAD
                && let Some(chunk) = chunks.pop_front()
            {
                // Where this breaks the session, that shows when the answer is waited for.
                let _ = self.reader.session.ask_for(&chunk, Part::Whole(LIMIT)).await;
                asked.push_back(chunk);
            }
            let Some(chunk) = asked.pop_front() else {
                if missing.is_empty() {
                    return Ok(());
                }
                self.one_by_one(std::mem::take(&mut missing)).await?;
                continue;
            };
            let end = chunk.last().copied().unwrap_or(0);
            if !self.receive(chunk, &mut missing).await? {
                // What was asked for ahead is lost with the session.
                while let Some(chunk) = asked.pop_back() {
                    chunks.push_front(chunk);
                }
            }
            if missing.is_empty() {
                self.reached(end);
                if self.came.len() >= BATCH {
                    self.record().await?;
                }
            }
        }
    }

    /// Takes what comes of a question. Whether the session has lasted.
    async fn receive(&mut self, mut open: Vec<u32>, missing: &mut Vec<Missing>) -> Result<bool> {
        let (mut why, mut lasts) = (None, true);
        loop {
            match self.reader.session.next_mail().await {
                Ok(Some(given)) => {
                    open.retain(|uid| *uid != given.uid);
                    self.take(&given)?;
                }
                Ok(None) => break,
                Err(error) => {
                    lasts = error.leaves_the_session();
                    why = Some(self.reader.mend(error, self.folder, self.validity).await?.to_string());
                    break;
                }
            }
        }
        missing.extend(open.into_iter().map(|uid| Missing { uid, why: why.clone() }));
        Ok(lasts)
    }

    /// Looks at a mail that came.
    pub(super) fn take(&mut self, given: &Given) -> Result<()> {
        let place = format!("{}, mail {}", self.mailbox, given.uid);
        let waiting = self.intake.look(&given.bytes, place)?;
        // The server may say what a folder is for, whatever it is called (RFC 6154).
        let waiting = if self.folder.is_junk { waiting.map(Waiting::taken_for_junk) } else { waiting };
        let digest = inbox::header_digest(&given.bytes, given.size);
        self.came.push(Came { uid: given.uid, digest, waiting });
        Ok(())
    }

    /// Up to this number, all has come or is known not to be had.
    fn reached(&mut self, uid: u32) {
        if !self.is_stuck {
            self.last = self.last.max(uid);
        }
    }

    /// Counts what came, and remembers how far the folder is read.
    async fn record(&mut self) -> Result<()> {
        let (mut waiting, mut known) = (Vec::new(), Vec::new());
        let mut came = std::mem::take(&mut self.came);
        came.sort_by_key(|mail| mail.uid);
        let mut numbers = Vec::new();
        for Came { uid, digest, waiting: new } in came {
            if new.is_some() {
                numbers.push((uid, digest));
            } else {
                known.push(digest);
            }
            waiting.extend(new);
        }
        let too_early = self.intake.count(waiting, self.watch).await?;
        if let Some(first) = too_early.first().filter(|_| !self.is_stuck) {
            self.is_stuck = true;
            self.last = numbers[*first].0.saturating_sub(1);
        }
        let counted = numbers.iter().enumerate().filter(|(place, _)| !too_early.contains(place));
        known.extend(counted.map(|(_, (_, digest))| *digest));
        let uids = Uids { mailbox: self.mailbox.clone(), validity: self.validity, last: self.last };
        let withheld = std::mem::take(&mut self.withheld);
        let settled = std::mem::take(&mut self.settled);
        Ok(self.intake.ledger().remember(MailboxRead { uids, known, withheld, settled }).await?)
    }

    /// Waits for the session to be usable again after something went wrong with one mail.
    pub(super) async fn mend(&mut self, error: MailboxError) -> Result<MailboxError> {
        self.reader.mend(error, self.folder, self.validity).await
    }
}
