//! Who signed an earlier letter, and may not be named by a quotation of it any more.

use std::collections::BTreeSet;

use crate::model::{CampaignId, Fault, Place, Signatory, names_in_words, printable};

/// The first letter, which a follow-up is to quote, names somebody who has withdrawn.
#[derive(Debug, thiserror::Error)]
#[error(
    "the first letter of {campaign}, which a follow-up is to quote, names {}, who {} `publish` at `no` in {list} now: nobody is named \
     again who has withdrawn; take `quote` out of `[[follow_up]]`",
    names_in_words(names),
    if names.len() == 1 { "has" } else { "have" }
)]
pub struct Withdrawn {
    /// Whose first letter.
    pub(super) campaign: CampaignId,
    /// The list of those who sign.
    pub(super) list: String,
    /// Who is named there, and agrees no more.
    pub(super) names: BTreeSet<String>,
}

/// Whom a letter that these signed names, and the list of now does not have under that name as somebody who agrees:
/// first those who stand there and agree no more, then those who do not stand there.
pub(super) fn no_longer_named(then: &[Signatory], now: &[Signatory]) -> (BTreeSet<String>, BTreeSet<String>) {
    let stands = |name: &str| now.iter().any(|signatory| signatory.name == name);
    let agrees = |name: &str| now.iter().any(|signatory| signatory.publish && signatory.name == name);
    let named = then.iter().filter(|signatory| signatory.publish).map(|signatory| signatory.name.as_str());
    let (withdrawn, gone): (Vec<&str>, Vec<&str>) = named.filter(|name| !agrees(name)).partition(|name| stands(name));
    let shown = |names: Vec<&str>| names.into_iter().map(|name| printable(name).into_owned()).collect();
    (shown(withdrawn), shown(gone))
}

/// What is said of quotations that name somebody who is not in the list of those who sign any more.
pub(crate) fn names_gone(list: &str, gone: &BTreeSet<String>) -> Option<Fault> {
    let message = format!(
        "the first letter, which follow-ups quote, names {}: not in this list any more; if they do not agree to be named again, take \
         `quote` out of `[[follow_up]]`",
        names_in_words(gone)
    );
    (!gone.is_empty()).then(|| Fault::warning(Place::file(list), message))
}
