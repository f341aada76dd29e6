//! A campaign that a person stopped: nothing of it is sent until that is taken back.

use std::fmt;

use jiff::Timestamp;

/// That a person stopped a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: String,
    /// Why, where that was said.
    pub reason: Option<String>,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stopped by {} on {}", self.person, self.at.strftime("%F %T UTC"))?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}
