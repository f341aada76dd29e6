//! The right to send a campaign.

use std::fmt;

use jiff::Timestamp;

use super::LastRun;
use crate::model::{CampaignId, Round};

/// Who holds a campaign's lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The process there.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
    /// Who runs it; unknown where an older version of the program does.
    pub person: Option<String>,
    /// Whether it is on this machine, which knows that it lives. Of another machine's run nobody can tell from here.
    pub is_here: bool,
}

/// The right to send a campaign: one run holds it at a time.
///
/// Its number goes up with each holder, so that a run that lost its lease without noticing is refused at its next
/// claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The campaign.
    pub campaign: CampaignId,
    /// The number of this holder.
    pub number: i64,
}

/// A run that sends a campaign at this moment, beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Where it is, whose, and since when.
    pub holder: Holder,
    /// Which round it sends, once it has planned.
    pub round: Option<Round>,
    /// How many letters it has on the wire.
    pub on_the_wire: u64,
    /// How many attempts of its ended in the last minute.
    pub last_minute: u64,
    /// How many attempts of its have ended.
    pub attempts: u64,
}

impl fmt::Display for Holder {
    /// What is known of it, as a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, pid, since, person, is_here } = self;
        if *is_here {
            return write!(
                f,
                "the campaign is being sent by process {pid} on {host} since {}",
                since.strftime("%F %T UTC")
            );
        }
        LastRun { host: host.clone(), person: person.clone(), began: *since, ended: None }.fmt(f)
    }
}
