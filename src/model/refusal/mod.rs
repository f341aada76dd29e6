//! What a refusal is about: the recipient, the account that sends, the letter, or nothing that can be told.
//!
//! A status of the standard's (RFC 3463 and its registry) or of a large provider's counts first, then the words, by
//! what they speak of and not by whole sentences: servers word the same thing in a hundred ways.

mod kinds;
mod wait;
mod words;

pub use wait::wait_of;

use self::kinds::{
    CONNECTION, CREDENTIAL, GREYLISTING, LATER, LETTER, LIMIT, LOGIN, QUOTA, RECEIVING, RECIPIENT, RESTRICTED, SENDER,
    SIZE,
};
use self::words::Words;
use super::{EnhancedStatus, Reply};

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matter {
    /// The recipient: it does not exist, its mailbox is full or closed.
    Recipient,
    /// The login of the account: there was none, or it is not enough.
    Login,
    /// The sender's address, domain or machine, or an account that is blocked.
    Sender,
    /// How many letters, or recipients, the account sends in some time.
    Quota,
    /// The size of the letter.
    Size,
    /// What one connection takes, or how many there are at once.
    Connection,
    /// What stands in the letter.
    Letter,
    /// Nothing but patience: a letter that is tried again is taken.
    Greylisting,
}

/// What a refusal is about, as far as its status and its words say so; whatever command it answers.
#[must_use]
pub fn matter_of(reply: &Reply) -> Option<Matter> {
    let words = Words::of(&reply.text);
    let status = reply.enhanced.or_else(|| status_at_end(&reply.text)).map(|it| (it.class, it.subject, it.detail));
    if reply.is_transient() { transient(reply.code, status, &words) } else { permanent(reply.code, status, &words) }
}

/// Whether a report of failure speaks of what an account may send, and not of a recipient: the sender's own system let
/// the letter go no further.
#[must_use]
pub fn is_about_quota(text: &str) -> bool {
    let words = Words::of(text);
    in_words(&words) == Some(Matter::Quota) && words.have(QUOTA)
}

type Status = Option<(u8, u16, u16)>;

fn permanent(code: u16, status: Status, words: &Words) -> Option<Matter> {
    match (code, status) {
        // RFC 4954, 6.
        (530 | 534 | 535 | 538, _) => return Some(Matter::Login),
        // RFC 1870, 6.1.
        (523, _) => return Some(Matter::Size),
        _ => {}
    }
    match status {
        // RFC 3463, 3.2; RFC 7505.
        Some((5, 1, 1 | 2 | 3 | 6 | 10)) => Some(Matter::Recipient),
        Some((5, 2, detail)) => Some(of_mailbox(detail, words)),
        Some((5, 3, 4)) if words.have(&["recipient*|mailbox|user|users|inbox"]) => Some(Matter::Recipient),
        Some((5, 3, 4)) => Some(Matter::Size),
        Some(status) => match of_provider(status, words) {
            Meaning::Sure(matter) => Some(matter),
            Meaning::Nothing => None,
            Meaning::InWords => in_words(words),
        },
        None => in_words(words),
    }
}

/// 5.2.x is the mailbox's, but providers use it also for what an account may send.
fn of_mailbox(detail: u16, words: &Words) -> Matter {
    match in_words(words) {
        Some(Matter::Quota) if words.have(QUOTA) => Matter::Quota,
        Some(Matter::Sender) if words.have(&["send as", "submission"]) => Matter::Sender,
        Some(Matter::Letter) if detail == 0 && !words.have(&["recipient*|user*|mailbox*"]) => Matter::Letter,
        _ => Matter::Recipient,
    }
}

/// What a status says.
enum Meaning {
    /// This, and nothing else.
    Sure(Matter),
    /// Nothing of whose it is, whatever the words are.
    Nothing,
    /// What the words say.
    InWords,
}

/// Statuses with one meaning at the providers that use them, and in the registry of RFC 5248.
fn of_provider(status: (u8, u16, u16), words: &Words) -> Meaning {
    match status {
        // Google Workspace; Exchange Online.
        (5, 4, 5) | (5, 1, 90) | (5, 7, 28 | 232 | 233 | 508 | 705) => Meaning::Sure(Matter::Quota),
        // RFC 5248's registry; Exchange Online.
        (5, 7, 8 | 9 | 11 | 57 | 64 | 139) => Meaning::Sure(Matter::Login),
        // RFC 3463, 3.2; RFC 7372; Exchange Online. 700 to 750 are a tenant's.
        (5, 1, 7 | 8) | (5, 7, 20..=27 | 60 | 501..=503 | 506 | 509 | 511 | 512 | 515 | 606..=649 | 700..=750) => {
            Meaning::Sure(Matter::Sender)
        }
        (5, 7, 504 | 505) => Meaning::Sure(Matter::Recipient),
        // Exchange Online looks recipients up at its edge.
        (5, 4, 1) if words.have(&["recipient address rejected access denied"]) => Meaning::Sure(Matter::Recipient),
        // Exchange: who may write to this recipient is restricted. The next letter is to another.
        (5, 7, 12 | 13 | 124 | 133..=136 | 193 | 507 | 510 | 513) => Meaning::Nothing,
        _ => Meaning::InWords,
    }
}

/// By its words alone, a refusal for good. What is said of the account counts more than a recipient that is named
/// beside: whoever answers RCPT names the recipient anyway.
fn in_words(words: &Words) -> Option<Matter> {
    let is = |kind: &[&str]| words.have(kind);
    if is(RESTRICTED) {
        None
    } else if is(RECEIVING) {
        Some(Matter::Recipient)
    } else if is(CONNECTION) {
        Some(Matter::Connection)
    } else if is(QUOTA) {
        Some(Matter::Quota)
    } else if is(SIZE) {
        Some(if is(&["mailbox size", "mailbox exceed*", "mailbox .. size"]) { Matter::Recipient } else { Matter::Size })
    } else if is(CREDENTIAL) {
        Some(Matter::Sender)
    } else if is(LOGIN) {
        Some(Matter::Login)
    } else if is(SENDER) {
        Some(Matter::Sender)
    } else if is(RECIPIENT) {
        Some(Matter::Recipient)
    } else if is(LIMIT) {
        Some(Matter::Quota)
    } else if is(LETTER) {
        Some(Matter::Letter)
    } else {
        None
    }
}

/// What is refused for now.
fn transient(code: u16, status: Status, words: &Words) -> Option<Matter> {
    let is = |kind: &[&str]| words.have(kind);
    if is(GREYLISTING) {
        return Some(Matter::Greylisting);
    }
    match (in_words(words), status) {
        (Some(Matter::Connection), _) => Some(Matter::Connection),
        (_, Some((4, 7, 28))) => Some(Matter::Quota),
        (Some(Matter::Quota), status) if is(QUOTA) || !matches!(status, Some((4, 2, _))) => Some(Matter::Quota),
        (_, Some((4, 1, 7 | 8))) => Some(Matter::Sender),
        (_, Some((4, 1, 1..=3 | 6 | 10) | (4, 2, 1 | 2))) => Some(Matter::Recipient),
        // A server that goes away says 421 (RFC 5321, 3.8); one that is in trouble of its own says X.3.X or X.4.X.
        (None, None | Some((4, 7 | 0, _) | (4, 2, 0))) if code != 421 && is(LATER) => Some(Matter::Greylisting),
        // Postscreen's answer after its tests.
        (None, Some((4, 3, 2))) if code == 450 => Some(Matter::Greylisting),
        (matter, _) => matter,
    }
}

/// The status that qmail and what descends from it put at the end: `(#5.1.1)`.
fn status_at_end(text: &str) -> Option<EnhancedStatus> {
    let (_, after) = text.rsplit_once("(#")?;
    after.split([')', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_about_a_quota_where_it_speaks_of_sending() {
        for text in [
            "speeding, 5.7.1, 550 5.7.1 sending limit exceeded",
            "Domain coalition.example has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded.",
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
            "550 5.4.5 Daily user sending limit exceeded",
        ] {
            assert!(is_about_quota(text), "{text}");
        }
        for text in [
            "mailboxfull, 5.2.2, 552 5.2.2 Mailbox quota exceeded",
            "userunknown, 5.1.1, no such user",
            "speeding, 5.2.1, The user you are trying to contact is receiving mail at a rate that prevents more",
            "mesgtoobig, 5.3.4, message size limit exceeded",
            "",
        ] {
            assert!(!is_about_quota(text), "{text}");
        }
    }

    #[test]
    fn the_status_that_qmail_puts_at_the_end_counts() {
        let matter = |text| matter_of(&Reply::new(550, [text]));
        assert_eq!(matter("no (#5.1.1)"), Some(Matter::Recipient));
        assert_eq!(matter("no (#5.5.3 - chkuser)"), None);
        assert_eq!(matter("no (5/5 (100%))"), None);
    }
}
