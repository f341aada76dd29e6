//! What can go wrong with a ledger.

use std::path::PathBuf;

use super::{Elsewhere, Expired, Halt, HandOver, Holder, Lost};
use crate::model::CampaignId;

/// Why a ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Another run sends the campaign.
    #[error("{}{}", .0, what_to_do(.0))]
    Held(Holder),
    /// Another run sends the round, and would not send the same.
    #[error(
        "{holder}, with another {what}: several runs share a round where all of them send the same; use what that run has, or wait until it \
         has ended"
    )]
    SendsAnother {
        /// Who runs it.
        holder: Holder,
        /// What differs.
        what: &'static str,
    },
    /// The ledger was handed over, and is locked here.
    #[error(
        "the ledger was {0}: nothing is sent or recorded from here. Whoever goes on with the copy runs `undersigned send` or `undersigned \
         follow-up` there; `undersigned hand-over --undo` takes it back here"
    )]
    HandedOver(HandOver),
    /// The ledger was moved, and is closed here.
    #[error("the ledger was moved, and is {0} now: write that as `url` in `[ledger]`")]
    Moved(String),
    /// The ledger is a copy that was never finished.
    #[error("this ledger is a copy that broke off; run `undersigned ledger copy` again where it comes from")]
    Unfinished,
    /// There is a ledger already where one is to be moved to.
    #[error("{}: there is another ledger already; nothing was moved", .0.display())]
    Occupied(PathBuf),
    /// This is not the ledger that was handed over.
    #[error("{}", .0.as_ref().map_or_else(|| "the ledger is not handed over: there is nothing to take back".to_owned(), |copy| format!(
        "the ledger was {copy}, and this is its copy: `undersigned send` and `undersigned follow-up` go on with it here by `--take-over`"
    )))]
    NotHandedOver(Option<HandOver>),
    /// A run begins on another machine than the last one, and nobody said that it may.
    #[error("{}; {}", .0, .0.what_to_do())]
    Elsewhere(Elsewhere),
    /// Another run has taken the lease.
    #[error("another run has taken over this campaign")]
    LeaseLost,
    /// A person has stopped the campaign.
    #[error("the campaign was {0}")]
    Halted(Halt),
    /// The campaign's people were erased: it is over for good.
    #[error(
        "{0}: nothing is sent or recorded in it any more. A letter to these people is another campaign: give it an `id` of its own in campaign.toml"
    )]
    Expired(Expired),
    /// A campaign cannot be erased, or not yet.
    #[error("the campaign `{campaign}` is not erased: {why}")]
    Kept {
        /// Which.
        campaign: CampaignId,
        /// Why, and what to do.
        why: String,
    },
    /// Made by a newer version of the program.
    #[error("{path}: the ledger is of version {found}, and this program knows {known}; use a newer undersigned", path = .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// A database, but not a ledger; or a damaged one.
    #[error("{path}: {what}", path = .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// The server of the ledger is gone, or cannot be reached.
    #[error("{path}: the server cannot be reached ({what}); what was recorded is there still: go on when it is back", path = .path.display())]
    Gone {
        /// What the ledger is called.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The disk is full: what was recorded stays recorded.
    #[error("{path}: the disk is full; nothing that was accepted is lost, make room and go on", path = .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// A file of the ledger was removed or replaced while a run had it open.
    #[error(
        "{path}: the file was removed or replaced during the run; send nothing more before {copy}, which has everything that was recorded, is put in the ledger's place",
        path = .path.display(), copy = .copy.display()
    )]
    Displaced {
        /// The file.
        path: PathBuf,
        /// Where a copy of the ledger is saved once the run has ended.
        copy: PathBuf,
    },
    /// A witness knows of what the ledger does not.
    #[error("{0}")]
    Lost(Lost),
    /// There is no such delivery.
    #[error("no delivery of `{0}` is in the ledger")]
    NoSuchDelivery(String),
    /// A person spoke of a delivery that is not in doubt.
    #[error("the delivery of `{recipient}` is {state}, not in-doubt")]
    NotInDoubt {
        /// The recipient's id.
        recipient: String,
        /// Where the delivery stands.
        state: crate::model::DeliveryState,
    },
    /// A person says that a letter was not sent, and its recipient, or a machine of theirs, has answered it.
    #[error(
        "`{recipient}` has answered that letter (`{answer}`): it arrived, and would go there twice; `undersigned resolve {recipient} \
         --accepted` says so. Where the answer is to something else, `undersigned mark {recipient} --undo` takes it back first"
    )]
    AnsweredAlready {
        /// The recipient's id.
        recipient: String,
        /// What came back.
        answer: crate::model::Answer,
    },
    /// A letter that failed is to be tried again, and another letter of the round goes to its address.
    #[error("the address of `{recipient}` is that of the letter to `{other}` now")]
    AddressTaken {
        /// The recipient's id.
        recipient: String,
        /// The other recipient's.
        other: String,
    },
    /// A person confirms what waits no more, or never did.
    #[error(
        "nothing waits under the number {0}; `undersigned sync --unmatched` lists what does, and where it is the number of a mail, \
         `undersigned confirm --all-of {0}` takes all that the mail says"
    )]
    NothingWaits(u64),
    /// A person takes back what a mail did, and it did nothing, or there is none.
    #[error("mail {0} did nothing that can be taken back; `undersigned log --events` tells what mails did")]
    NoSuchMail(u64),
    /// The writer has stopped.
    #[error("the ledger's writer has stopped: {0}")]
    Stopped(String),
    /// Anything else the store says.
    #[error("{path}: {what}", path = .path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What the store said.
        what: String,
    },
}

/// What to do about a run that has the lease.
fn what_to_do(holder: &Holder) -> &'static str {
    if holder.is_here {
        "; wait until it is done, or stop it"
    } else {
        " and may be sending still; see that it has stopped there, and run this again in half a minute"
    }
}
