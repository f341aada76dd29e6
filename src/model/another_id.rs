//! A row of the list whose letter the ledger has under another id: whoever it is about is counted by that letter.

/// How the reason ends for which such a row gets no letter.
pub const UNDER_ANOTHER_ID: &str = "under another id";

/// Whether a delivery that is skipped for this reason is such a row's.
#[must_use]
pub fn is_under_another_id(reason: Option<&str>) -> bool {
    reason.is_some_and(|reason| reason.ends_with(UNDER_ANOTHER_ID))
}
