//! A letter that a person sent with a mail program: what its header says of it.

use jiff::Timestamp;
use mail_parser::{Address, MessageParser};

/// So many addresses of a letter are read at the most.
const MOST: usize = 2_000;

/// What the header of a letter says that was sent by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentByHand {
    /// The addresses that it is from.
    pub from: Vec<String>,
    /// The addresses that it went to: To, Cc and Bcc.
    pub to: Vec<String>,
    /// When it was sent, as it says.
    pub at: Option<Timestamp>,
    /// Its subject, or nothing.
    pub subject: String,
    /// Its Message-ID without angle brackets.
    pub message_id: Option<String>,
}

/// Reads the header of a mail, or of what there is of it.
#[must_use]
pub fn sent_by_hand(mail: &[u8]) -> SentByHand {
    let Some(read) = MessageParser::default().parse_headers(mail) else { return SentByHand::default() };
    let addresses = |field: Option<&Address<'_>>| {
        let all = field.into_iter().flat_map(Address::iter);
        all.filter_map(|one| one.address().map(|text| text.trim().to_owned())).collect::<Vec<_>>()
    };
    let mut to = [addresses(read.to()), addresses(read.cc()), addresses(read.bcc())].concat();
    to.truncate(MOST);
    SentByHand {
        from: addresses(read.from()),
        to,
        at: read
            .date()
            .filter(|date| date.is_valid())
            .and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        subject: read.subject().unwrap_or_default().trim().to_owned(),
        message_id: read.message_id().filter(|id| !id.is_empty()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_letter_went_to_and_when_is_read_in_its_header() {
        let mail =
            b"From: Maria <maria@coalition.example>\r\nTo: \"Ana, Office\" <Ana@example.org>,\r\n bo@example.org\r\n\
            Bcc: Team: cy@example.org;\r\nSubject: =?utf-8?q?Der_Fl=C3=BCsse_wegen?=\r\n\
            Date: Mon, 5 Jun 2023 10:00:00 +0200\r\nMessage-ID: <a1@outlook.example>\r\n\r\nDear all\r\n";
        let read = sent_by_hand(mail);
        assert_eq!(read.from, ["maria@coalition.example"]);
        assert_eq!(read.to, ["Ana@example.org", "bo@example.org", "cy@example.org"]);
        assert_eq!(read.at.unwrap().to_string(), "2023-06-05T08:00:00Z");
        assert_eq!(
            (read.subject.as_str(), read.message_id.as_deref()),
            ("Der Flüsse wegen", Some("a1@outlook.example"))
        );
        assert_eq!(sent_by_hand(b""), SentByHand::default());
    }
}
