//! What an enhanced status code means (RFC 3463, and IANA's registry "SMTP Enhanced Status Codes" with RFC 5248).

use super::Reason;
use crate::model::EnhancedStatus;

/// How much a code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It has one meaning, which servers keep to.
    Sure(Reason),
    /// It is used for several things: the server's words come first.
    Likely(Reason),
}

/// What a code means, if anything. The class says only whether it may change.
pub(super) fn meaning(status: EnhancedStatus) -> Option<Meaning> {
    use Meaning::{Likely, Sure};
    let meaning = match (status.subject, status.detail) {
        // One meaning each: moved, mailbox full, too large for this recipient, too large for this system; RFC 3463.
        (1, 6) => Sure(Reason::HasMoved),
        (2, 2) => Sure(Reason::MailboxFull),
        (2, 3) => Sure(Reason::ExceedLimit),
        (3, 4) => Sure(Reason::MesgTooBig),
        // A directory server failed, which no other code says.
        (4, 3) => Sure(Reason::SystemError),
        // RFC 4954 (X.7.13 is IANA's "user account disabled"), RFC 7372 (reverse name).
        (7, 13) => Sure(Reason::Suspend),
        (7, 25) => Sure(Reason::RequirePtr),
        // Addresses of recipients and senders.
        (1, 0 | 1 | 3) => Likely(Reason::UserUnknown),
        (1, 2) => Likely(Reason::HostUnknown),
        (1, 4) | (2, 0 | 1 | 4) => Likely(Reason::Filtered),
        (1, 7 | 8) | (7, 27) => Likely(Reason::Rejected),
        // RFC 7505: a null MX at the recipient's domain; a system that takes no mail; "unable to route": the domain is
        // there, and nobody takes its mail.
        (1, 10) | (3, 2) | (4, 4) => Likely(Reason::NotAccept),
        // RFC 7293: the address has another owner now.
        (7, 17) => Likely(Reason::HasMoved),
        // The mail system, the network, the protocol, the content.
        (3, 0 | 3 | 5) => Likely(Reason::SystemError),
        (3, 1) => Likely(Reason::SystemFull),
        (4, 1 | 7) => Likely(Reason::Expired),
        (4, 0 | 2 | 6 | 8..) => Likely(Reason::NetworkError),
        (4, 5) | (5, 3) | (7, 28) => Likely(Reason::TooManyConn),
        (5, 1 | 2 | 4 | 5) => Likely(Reason::SyntaxError),
        (6, _) => Likely(Reason::ContentError),
        // Policy; RFC 7372 for DKIM, SPF, and several of them.
        (7, 9) => Likely(Reason::PolicyViolation),
        (7, 20..=24 | 26) => Likely(Reason::AuthFailure),
        (7, _) => Likely(Reason::SecurityError),
        _ => return None,
    };
    Some(meaning)
}

/// Which of the codes that a report gives says most. `reply_code` is the server's: a code of another class is not its
/// own.
///
/// Exim says `Status: 5.0.0` beside a server's `552 5.2.2`: a code with a detail comes before one without, and one of
/// the server's class before one of the report's.
pub(super) fn most_specific(
    codes: impl IntoIterator<Item = EnhancedStatus>,
    reply_code: Option<u16>,
) -> Option<EnhancedStatus> {
    let class = reply_code.and_then(|code| u8::try_from(code / 100).ok());
    let mut best: Option<(u8, EnhancedStatus)> = None;
    for code in codes {
        let detail = match (code.subject, code.detail) {
            (0, _) => 0,
            (_, 0) => 2,
            _ => 4,
        };
        let weight = detail + u8::from(class.is_none_or(|class| class == code.class));
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, code));
        }
    }
    best.map(|(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(codes: &[&str], reply: Option<u16>) -> String {
        most_specific(codes.iter().map(|code| code.parse().unwrap()), reply).unwrap().to_string()
    }

    #[test]
    fn the_more_specific_code_wins_and_the_server_s_class_among_equals() {
        assert_eq!(best(&["5.0.0", "5.2.2"], Some(552)), "5.2.2");
        assert_eq!(best(&["5.1.1", "5.0.0"], Some(550)), "5.1.1");
        assert_eq!(best(&["4.5.0", "5.5.0"], Some(550)), "5.5.0");
        assert_eq!(best(&["5.1.1", "5.7.1"], None), "5.1.1");
    }
}
