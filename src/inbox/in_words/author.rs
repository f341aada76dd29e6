//! Who wrote a mail, as far as its header shows it.

use super::cues;
use crate::inbox::structure::Mail;
use crate::inbox::{acknowledgement, address, auto_reply};

/// Who wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// A mail system, by its name or address.
    MailSystem,
    /// Somebody with an empty return path, as reports have it.
    NullPath,
    /// An address that nobody reads.
    NoReply,
    /// Anybody else.
    Somebody,
}

impl Author {
    /// The author of a mail with this `From`.
    pub(super) fn of(mail: &Mail<'_>, from: Option<&str>) -> Self {
        if is_mail_system(mail, from) {
            Self::MailSystem
        } else if auto_reply::has_null_return_path(mail) {
            Self::NullPath
        } else if acknowledgement::is_no_reply(from) {
            Self::NoReply
        } else {
            Self::Somebody
        }
    }
}

/// Whether its author is a mail system: RFC 5321 (4.5.1) and RFC 3464 (2) name `postmaster` and the empty path; the
/// rest is custom.
fn is_mail_system(mail: &Mail<'_>, from: Option<&str>) -> bool {
    let headers = &mail.headers;
    let senders = headers.addresses("sender");
    if from.into_iter().chain(senders.iter().map(String::as_str)).any(address::is_of_mail_system) {
        return true;
    }
    let names = ["from", "sender"].into_iter().filter_map(|name| headers.raw(name));
    names.map(|name| name.to_lowercase()).any(|name| cues::is_name_of_mail_system(&name))
}
