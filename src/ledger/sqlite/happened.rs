//! An event, on its way into the ledger.

use jiff::Timestamp;

use crate::model::{RecipientId, Round};

/// Something that happened.
pub(super) struct Happened<'a, D: ?Sized> {
    pub(super) campaign: i64,
    pub(super) at: Timestamp,
    pub(super) delivery: Option<(Round, &'a RecipientId)>,
    pub(super) kind: &'a str,
    pub(super) source: &'a str,
    /// What becomes a JSON object.
    pub(super) detail: &'a D,
}

impl<'a, D: ?Sized> Happened<'a, D> {
    /// Something else that happened with it.
    pub(super) fn and<E: ?Sized>(&self, kind: &'a str, detail: &'a E) -> Happened<'a, E> {
        Happened { campaign: self.campaign, at: self.at, delivery: self.delivery, kind, source: self.source, detail }
    }
}
