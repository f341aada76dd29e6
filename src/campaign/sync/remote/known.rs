//! Where a server numbers a folder anew, the mails that were read are known again by their headers. Courier does so
//! each time, as long as no mail program has opened the folder.

use super::folder::Reading;
use crate::campaign::error::Result;
use crate::inbox;
use crate::ledger::{MailLedger, MailboxLedger};
use crate::mailbox::imap::Part;

/// So many headers are asked for at once.
const HEADERS: usize = 200;

impl<L: MailLedger + MailboxLedger> Reading<'_, '_, '_, '_, L> {
    /// Those of these mails that were not read under another number. Where a header cannot be had, its mail is one of
    /// them: nothing counts twice.
    pub(super) async fn unknown(&mut self, uids: Vec<u32>) -> Result<Vec<u32>> {
        let known = self.intake.ledger().known_mails(&self.mailbox)?;
        if known.is_empty() {
            return Ok(uids);
        }
        let mut new = uids;
        let chunks: Vec<Vec<u32>> = new.chunks(HEADERS).map(<[u32]>::to_vec).collect();
        let mut met = Vec::new();
        let mut ahead = chunks.iter();
        for place in 0..chunks.len() {
            let wanted = if place == 0 { 2 } else { 1 };
            for chunk in ahead.by_ref().take(wanted) {
                // Where this breaks the session, that shows when the answer is waited for.
                let _ = self.reader.session.ask_for(chunk, Part::Header).await;
            }
            loop {
                match self.reader.session.next_mail().await {
                    Ok(Some(header)) if known.contains(&inbox::header_digest(&header.bytes, header.size)) => {
                        met.push(header.uid);
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(error) if error.leaves_the_session() => break,
                    Err(error) => {
                        self.mend(error).await?;
                        return Ok(self.without(new, met));
                    }
                }
            }
        }
        new = self.without(new, met);
        Ok(new)
    }

    fn without(&mut self, mut uids: Vec<u32>, mut met: Vec<u32>) -> Vec<u32> {
        met.sort_unstable();
        uids.retain(|uid| met.binary_search(uid).is_err());
        self.intake.met_again(met.len() as u64);
        uids
    }
}
