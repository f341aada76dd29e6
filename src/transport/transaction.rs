//! The commands of one letter, in what groups they are written, and what each reply means. Pure: the connection does
//! the talking.

use std::fmt::Write;

use super::body;
use super::capabilities::Capabilities;
use super::dsn;
use super::letter::Letter;
use super::outcome::{Cause, Outcome, Stage, Unsendable};
use super::reply::Lines;
use super::untaken::{Untaken, is_full, is_out_of_order};
use crate::model::{EmailAddress, Reply};

/// How many commands go out before their replies are read: few enough that neither side waits for the other (RFC 2920,
/// 3.1).
const GROUP: usize = 50;

/// What the server is asked before it gets a message.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    asked: Vec<Asked<'a>>,
    /// Copies that this server cannot even be asked about, with a reply of our own.
    pub(super) refused_copies: Vec<(EmailAddress, Reply)>,
}

/// One command of a transaction.
#[derive(Debug)]
pub(super) enum Asked<'a> {
    Mail(String),
    To(String),
    Copy(&'a EmailAddress, String),
    Data,
}

/// Where a transaction stands in what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The first of a connection.
    First,
    /// After others.
    Later,
    /// Behind the message of another, in the same write.
    Ahead,
}

/// An outcome that ends an attempt, and what becomes of the connection.
#[derive(Debug)]
pub(super) enum End {
    /// The server said no and waits for the next command.
    Clean(Outcome),
    /// Replies may still come, or never will.
    Dropped(Outcome),
}

/// What keeps a letter from being handed over.
#[derive(Debug)]
pub(super) enum NotWelcome {
    /// Its attempt has ended.
    Ended(End),
    /// Nothing has ended but the connection.
    Untaken(Untaken),
}

impl From<End> for NotWelcome {
    fn from(end: End) -> Self {
        Self::Ended(end)
    }
}

impl End {
    pub(super) fn into_dropped(self) -> Self {
        match self {
            Self::Clean(outcome) | Self::Dropped(outcome) => Self::Dropped(outcome),
        }
    }
}

impl<'a> Transaction<'a> {
    /// Looks at a letter before anything is written.
    pub(super) fn prepare(letter: Letter<'a>, offered: &Capabilities) -> Result<Self, Unsendable> {
        let Letter { envelope, message } = letter;
        let size = body::size(message);
        if !offered.takes(size) {
            let limit = offered.size.unwrap_or_default();
            return Err(Unsendable::TooLarge { size, limit });
        }
        if !body::has_whole_line_breaks(message) {
            return Err(Unsendable::BareLineBreak);
        }
        for (address, unsendable) in [(&envelope.from, Unsendable::Sender), (&envelope.to, Unsendable::Recipient)] {
            if address.needs_smtputf8() && !offered.smtputf8 {
                return Err(unsendable);
            }
        }
        // Such an address stands in the header as it is (RFC 6532, 3.2), and the message is not one that the server
        // takes.
        if !message.is_ascii() && !offered.smtputf8 && envelope.copies.iter().any(EmailAddress::needs_smtputf8) {
            return Err(Unsendable::Copy);
        }
        if !message.is_ascii() && !offered.eight_bit_mime {
            return Err(Unsendable::EightBit);
        }
        let (copies, impossible): (Vec<_>, Vec<_>) =
            envelope.copies.iter().partition(|copy| offered.smtputf8 || !copy.needs_smtputf8());
        let mut mail = format!("MAIL FROM:<{}>", envelope.from.to_ascii());
        if offered.size.is_some() {
            // Writing to a string cannot fail.
            let _ = write!(mail, " SIZE={size}");
        }
        if !message.is_ascii() {
            mail.push_str(" BODY=8BITMIME");
        }
        let mut addresses = [&envelope.from, &envelope.to].into_iter().chain(copies.iter().copied());
        if addresses.any(EmailAddress::needs_smtputf8) {
            mail.push_str(" SMTPUTF8");
        }
        let id = envelope.id.as_ref().filter(|_| offered.dsn);
        if let Some(id) = id {
            mail.push_str(&dsn::of_mail(id));
        }
        let rcpt = |address: &EmailAddress| {
            let reports = id.map(|_| dsn::of_rcpt(address)).unwrap_or_default();
            format!("RCPT TO:<{}>{reports}", address.to_ascii())
        };
        let mut asked = vec![Asked::Mail(mail), Asked::To(rcpt(&envelope.to))];
        asked.extend(copies.into_iter().map(|copy| Asked::Copy(copy, rcpt(copy))));
        asked.push(Asked::Data);
        Ok(Self { asked, refused_copies: impossible.into_iter().map(not_offered).collect() })
    }

    /// The commands in the groups in which they are written; the replies to a group are read before the next one is
    /// written.
    ///
    /// With one recipient, everything goes at once. With copies, DATA goes alone: where the address that the letter is
    /// for is refused, none of the copies may be sent it.
    pub(super) fn groups(&self, offered: &Capabilities) -> Vec<&[Asked<'a>]> {
        if !offered.pipelining {
            return self.asked.chunks(1).collect();
        }
        let (addresses, data) = self.asked.split_at(self.asked.len() - 1);
        if addresses.len() == 2 {
            return vec![&self.asked];
        }
        addresses.chunks(GROUP).chain([data]).collect()
    }
}

/// RFC 6531, 3.5 and RFC 5248: 553 and 5.6.7, said by us in the server's place.
fn not_offered(copy: &EmailAddress) -> (EmailAddress, Reply) {
    let text = "5.6.7 not offered: the server has no SMTPUTF8, which this address needs";
    (copy.clone(), Reply::new(553, [text]))
}

impl Asked<'_> {
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Mail(_) => Stage::Mail,
            Self::To(_) | Self::Copy(..) => Stage::Rcpt,
            Self::Data => Stage::Data,
        }
    }

    /// What is written.
    pub(super) fn command(&self) -> String {
        match self {
            Self::Mail(line) | Self::To(line) | Self::Copy(_, line) => format!("{line}\r\n"),
            Self::Data => "DATA\r\n".to_owned(),
        }
    }

    /// Whether a reply says nothing of this letter, but of the connection or of the order of commands.
    pub(super) fn untaken(&self, lines: &Lines, standing: Standing) -> Option<Untaken> {
        let stage = self.stage();
        match standing {
            Standing::Later | Standing::Ahead if stage == Stage::Mail && is_full(lines) => {
                Some(Untaken::Full(lines.to_reply()))
            }
            Standing::Ahead if is_out_of_order(stage, lines) => Some(Untaken::Forgotten),
            _ => None,
        }
    }

    /// What a reply means for the transaction: 2xx lets MAIL and RCPT go on, 354 alone lets DATA go on. A refused copy
    /// is noted, and the letter goes on.
    pub(super) fn judge(&self, lines: &Lines, refused: &mut Vec<(EmailAddress, Reply)>) -> Result<(), End> {
        let goes_on = match self {
            Self::Data => lines.code == 354,
            _ => (200..300).contains(&lines.code),
        };
        if goes_on {
            return Ok(());
        }
        let (stage, reply) = (self.stage(), lines.to_reply());
        match (self, lines.code) {
            // The server closes the connection, whatever was asked (RFC 5321, 3.8).
            (_, 421) => Err(End::Dropped(Outcome::Refused { stage, reply })),
            (Self::Copy(address, _), 400..600) => {
                refused.push(((*address).clone(), reply));
                Ok(())
            }
            (_, 400..600) => Err(End::Clean(Outcome::Refused { stage, reply })),
            _ => {
                let cause = Cause::Unexpected(reply);
                Err(End::Dropped(Outcome::Broken { stage, cause }))
            }
        }
    }

    /// Whether the connection can go on after this reply to a command whose transaction was refused before: not where
    /// the server hangs up, and not where it waits for a message that nobody may be sent.
    pub(super) fn is_harmless(&self, lines: &Lines) -> bool {
        match self {
            Self::Data => lines.is_refusal() && lines.code != 421,
            _ => lines.code != 421,
        }
    }
}

/// The commands of a group as they are written.
pub(super) fn written(group: &[Asked<'_>]) -> String {
    group.iter().map(Asked::command).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CampaignId, Envelope, RecipientId, Round, Token, TokenKey};

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    fn token() -> Token {
        let campaign = CampaignId::parse("2027-03-delta").unwrap();
        Token::of(&TokenKey::new([7; 32]), &campaign, Round(0), &RecipientId::new("ana"))
    }

    fn groups(copies: usize, pipelining: bool) -> Vec<usize> {
        let envelope = Envelope {
            from: address("letters@coalition.example"),
            to: address("ana@example.org"),
            copies: (0..copies).map(|at| address(&format!("c{at}@example.net"))).collect(),
            id: None,
        };
        let offered = Capabilities { pipelining, ..Capabilities::default() };
        let transaction = Transaction::prepare(Letter { envelope: &envelope, message: b"" }, &offered).unwrap();
        transaction.groups(&offered).iter().map(|group| group.len()).collect()
    }

    #[test]
    fn data_goes_with_the_rest_only_where_there_is_one_recipient() {
        assert_eq!(groups(0, true), [3]);
        assert_eq!(groups(1, true), [3, 1]);
        assert_eq!(groups(48, true), [50, 1]);
        assert_eq!(groups(49, true), [50, 1, 1]);
        assert_eq!(groups(2, false), [1; 5]);
    }

    #[test]
    fn after_a_refusal_a_server_that_waits_for_the_message_is_left() {
        let said = |code| Lines { code, text: vec![] };
        for (asked, code, harmless) in [
            (&Asked::Data, 354, false),
            (&Asked::Data, 250, false),
            (&Asked::Data, 421, false),
            (&Asked::Data, 503, true),
            (&Asked::Data, 554, true),
            (&Asked::Mail(String::new()), 250, true),
            (&Asked::Mail(String::new()), 421, false),
        ] {
            assert_eq!(asked.is_harmless(&said(code)), harmless, "{asked:?} {code}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_an_address_can_stand_in_an_envelope(
            text in "[a-zé'’\u{301}\u{94d}क-ह가-각😀<> \\r\\n.]{1,9}@[a-zä.]{1,9}\\.example|\\PC{1,9}@\\PC{1,9}",
        ) {
            let Ok(to) = EmailAddress::parse(&text) else { return Ok(()) };
            let envelope = Envelope { from: to.clone(), copies: vec![to.clone()], id: Some(token()), to };
            let offered = Capabilities { smtputf8: true, dsn: true, ..Capabilities::default() };
            let letter = Letter { envelope: &envelope, message: b"a\r\n" };
            let transaction = Transaction::prepare(letter, &offered).unwrap();
            for command in transaction.asked.iter().map(Asked::command) {
                let line = command.strip_suffix("\r\n").unwrap();
                prop_assert!(!line.contains(|c: char| c.is_control() || c.is_whitespace() && c != ' '), "{command}");
                prop_assert!(line.matches(['<', '>']).count() <= 2, "{command}");
            }
            // Without SMTPUTF8, it is this recipient's letter alone that cannot go.
            let bare = Transaction::prepare(letter, &Capabilities::default());
            prop_assert_eq!(bare.is_err(), envelope.to.needs_smtputf8());
        }
    }

    #[test]
    fn a_parameter_that_is_not_offered_is_not_given() {
        let envelope = Envelope {
            id: Some(token()),
            from: address("letters@coalition.example"),
            to: address("ana@example.org"),
            copies: vec![],
        };
        let bare = Capabilities::default();
        let transaction = Transaction::prepare(Letter { envelope: &envelope, message: b"a\r\n" }, &bare).unwrap();
        let commands: Vec<_> = transaction.asked.iter().map(Asked::command).collect();
        assert_eq!(commands[0], "MAIL FROM:<letters@coalition.example>\r\n");
        assert_eq!(commands[1], "RCPT TO:<ana@example.org>\r\n");
    }

    #[test]
    fn a_server_that_reports_is_told_by_which_id_and_nothing_of_the_recipient_is_in_it() {
        let (to, copy) = (address("ana+press@example.org"), address("bo@example.net"));
        let from = address("bounces+x@coalition.example");
        let envelope = Envelope { id: Some(token()), from, to, copies: vec![copy] };
        let reports = Capabilities { dsn: true, pipelining: true, ..Capabilities::default() };
        let transaction = Transaction::prepare(Letter { envelope: &envelope, message: b"a\r\n" }, &reports).unwrap();
        let commands: Vec<_> = transaction.asked.iter().map(Asked::command).collect();
        assert_eq!(commands[0], format!("MAIL FROM:<bounces+x@coalition.example> RET=HDRS ENVID={}\r\n", token()));
        assert!(token().as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        let notify = "NOTIFY=FAILURE,DELAY ORCPT=rfc822;";
        assert_eq!(commands[1], format!("RCPT TO:<ana+press@example.org> {notify}ana+2Bpress@example.org\r\n"));
        assert_eq!(commands[2], format!("RCPT TO:<bo@example.net> {notify}bo@example.net\r\n"));
        // They go in the same writes as without.
        assert_eq!(transaction.groups(&reports).iter().map(|group| group.len()).collect::<Vec<_>>(), [3, 1]);
    }
}
