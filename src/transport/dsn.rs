//! What a server is asked to say in its reports (RFC 3461), where it offers DSN: of which letter, and of which address
//! as it was written to.

use std::fmt::Write as _;

use crate::model::{EmailAddress, Token};

/// The parameters of MAIL: the letter's header comes back and not its text (RFC 3461, 4.3), with an id by which a
/// report is known when nothing else of the letter is in it (4.4). The token tells a reader nothing, and has no
/// character that xtext would change.
pub(super) fn of_mail(id: &Token) -> String {
    format!(" RET=HDRS ENVID={id}")
}

/// The parameters of RCPT: a report on failure and on delay, and never on success (RFC 3461, 4.1), which names the
/// address that was written to (4.2), wherever the letter was passed on. An address that is not ASCII has another form
/// (RFC 6533), which few read: it is left out.
pub(super) fn of_rcpt(address: &EmailAddress) -> String {
    let notify = " NOTIFY=FAILURE,DELAY";
    let written = address.to_ascii();
    if written.is_ascii() { format!("{notify} ORCPT=rfc822;{}", xtext(&written)) } else { notify.to_owned() }
}

/// Text in which `+`, `=` and whatever is not printable ASCII stand as `+` and two digits (RFC 3461, 4).
fn xtext(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if matches!(byte, b'!'..=b'~') && !matches!(byte, b'+' | b'=') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "+{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_named_in_the_form_that_servers_want() {
        let of = |address: &str| of_rcpt(&EmailAddress::parse(address).unwrap());
        assert_eq!(of("ana@example.org"), " NOTIFY=FAILURE,DELAY ORCPT=rfc822;ana@example.org");
        assert_eq!(of("ana+b=c@exämple.org"), " NOTIFY=FAILURE,DELAY ORCPT=rfc822;ana+2Bb+3Dc@xn--exmple-cua.org");
        assert_eq!(of("änne@example.org"), " NOTIFY=FAILURE,DELAY");
        assert_eq!(xtext("a b\u{7f}"), "a+20b+7F");
    }
}
