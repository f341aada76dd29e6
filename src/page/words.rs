//! The words of our pages that show what became of a campaign, in the campaign's language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Language;

/// The words of one language. They are labels: each stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The language's name for itself.
    pub own_name: String,
    /// "Languages": the name of the links to the other pages, for those who do not see them.
    pub languages: String,
    /// "Signatories".
    pub signatories: String,
    /// "Report".
    pub report: String,
    /// "The letter".
    pub letter: String,
    /// "Status as of", before a date.
    pub as_of: String,
    /// "Countries".
    pub countries: String,
    /// "Signed later".
    pub signed_later: String,
    /// "Recipients".
    pub recipients: String,
    /// "Sent".
    pub sent: String,
    /// "Answered".
    pub answered: String,
    /// "Sent and answered over time".
    pub over_time: String,
    /// "Still open".
    pub open: String,
    /// "Total".
    pub total: String,
    /// "Date".
    pub date: String,
    /// "First letter".
    pub first_letter: String,
    /// "Follow-up".
    pub follow_up: String,
    /// "Not delivered".
    pub not_delivered: String,
    /// "In doubt".
    pub in_doubt: String,
    /// "Still to be sent".
    pub to_send: String,
    /// "Not written to".
    pub left_out: String,
    /// "Name".
    pub name: String,
    /// "Organisation".
    pub organisation: String,
    /// "Country".
    pub country: String,
    /// "Email".
    pub email: String,
    /// "State".
    pub state: String,
    /// "Answer".
    pub answer: String,
    /// "Note".
    pub note: String,
    /// "Reason".
    pub why: String,
    /// "Others".
    pub others: String,
    /// "Not given": for an empty cell.
    pub not_given: String,
    /// "Rows shown".
    pub rows_shown: String,
    /// Of an answer: `replied`.
    pub replied: String,
    /// Of an answer: `declined`.
    pub declined: String,
    /// Of an answer: `opted-out`.
    pub opted_out: String,
    /// Of an answer: `acknowledged`.
    pub acknowledged: String,
    /// Of an answer: `auto-reply`.
    pub auto_reply: String,
    /// "To be agreed before sending".
    pub approval: String,
    /// "Agreed", before names.
    pub agreed: String,
    /// "Letters sent".
    pub letters_sent: String,
    /// "Address does not exist": why somebody got no letter, as the others below.
    pub no_such_address: String,
    /// "Mailbox full".
    pub mailbox_full: String,
    /// "Address has changed".
    pub has_moved: String,
    /// "Refused by the server".
    pub refused: String,
    /// "Trouble at the server or on the way".
    pub trouble: String,
    /// "Server asks to try later".
    pub later: String,
    /// "Server did not say what became of it".
    pub no_reply: String,
    /// "Given up after several tries".
    pub given_up: String,
    /// "Came back".
    pub came_back: String,
    /// "No address in the list".
    pub no_address: String,
    /// "Not to be written to".
    pub suppressed: String,
    /// "Address is in another row too".
    pub same_address: String,
    /// "Has answered already".
    pub has_answered: String,
    /// "The letter before was not delivered".
    pub earlier_undelivered: String,
    /// "Not due yet".
    pub not_due_yet: String,
}

/// By language.
static WORDS: LazyLock<BTreeMap<String, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).unwrap_or_default());

impl Words {
    /// The words of a language, the less exact tag for the more exact one; `None` where they are not known.
    #[must_use]
    pub fn of(language: &Language) -> Option<&'static Self> {
        language.fallbacks().find_map(|tag| WORDS.get(tag.as_ref()))
    }

    /// The tags of the languages whose words are known.
    pub fn known() -> impl Iterator<Item = &'static str> {
        WORDS.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word() {
        let words: BTreeMap<String, Words> = toml::from_str(include_str!("words.toml")).unwrap();
        let raw: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(include_str!("words.toml")).unwrap();
        assert_eq!(words.len(), 38);
        for (language, words) in raw {
            assert!(words.values().all(|word| !word.trim().is_empty() && word.trim() == word), "{language}");
        }
        assert_eq!(Words::of(&"fr-BE".parse().unwrap()).unwrap().answered, "Réponses");
        assert_eq!(Words::of(&"eo".parse().unwrap()), None);
    }

    #[test]
    fn a_language_without_a_word_is_no_language() {
        let short = "[en]\nreport = \"Report\"\n";
        assert!(toml::from_str::<BTreeMap<String, Words>>(short).is_err());
    }
}
