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
        if is_mail_system(mail) {
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
fn is_mail_system(mail: &Mail<'_>) -> bool {
    let headers = &mail.headers;
    if ["from", "sender"].iter().any(|name| headers.addresses(name).iter().any(|from| address::is_of_mail_system(from)))
    {
        return true;
    }
    ["from", "sender"].iter().any(|name| cues::is_name_of_mail_system(&headers.lower(name)))
}
