//! The names of the rules that decide what a mail is. They are part of the interface and do not change.

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// A rule that decided, or helped to decide, what a mail is. Each says where it comes from.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])* $name,)*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name of the interface.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What it says, and its source.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),*).trim_ascii(),)*
                }
            }
        }
    };
}

rules! {
    /// The fields of a delivery report, in a part of their own (RFC 3464, RFC 6522; RFC 6533 for its internationalised
    /// form).
    DeliveryStatus = "rfc3464",
    /// The fields of a delivery report, standing in a text: what is left where a list or a gateway took the structure
    /// off (RFC 3464, 2).
    DeliveryStatusInText = "rfc3464-in-text",
    /// The address that the letter was sent to, since the report's last one is no address (RFC 3464, 2.3.1).
    OriginalRecipient = "original-recipient",
    /// The addresses in `X-Failed-Recipients` (Exim's manual, "Bounce messages"; Google's reports have it too).
    FailedRecipients = "x-failed-recipients",
    /// A text by a mail system that introduces the addresses it could not deliver to, as programs did before RFC 3464
    /// and some do still: `QSBMF` (<https://cr.yp.to/proto/qsbmf.txt>), sendmail, Exim, Exchange, Notes, `GroupWise`
    /// and others.
    FailureText = "failure-text",
    /// A text by a mail system that says that it goes on trying (RFC 3464, 2.3.3, in its own words).
    DelayText = "delay-text",
    /// A refusal and its address in one line, as in a transcript of SMTP (RFC 5321, 4.2).
    ReplyLine = "reply-line",
    /// A few words that say that a mail was refused, filtered out or not delivered, and name nobody: what filters and
    /// gateways write from addresses of their own.
    RefusalText = "refusal-text",
    /// Nobody is named but in the returned letter: whom it was addressed to (RFC 3462).
    ReturnedLetter = "returned-letter",
    /// The time for trying ran out: no server refused the recipient, and the sending system has given up (RFC 5321,
    /// 4.5.4.1).
    TimeRanOut = "time-ran-out",
    /// A notification of Amazon SES in JSON (its Developer Guide, "Amazon SNS notification contents").
    SesNotification = "ses-notification",
    /// The fields of an abuse report (RFC 5965).
    FeedbackReport = "rfc5965",
    /// A letter returned as a complaint without such fields: "Email Feedback Report for IP …", as Microsoft's programme
    /// writes it.
    FeedbackText = "feedback-text",
    /// The fields of a report that is no complaint, such as `not-spam` (RFC 6430) or `auth-failure` (RFC 6591).
    FeedbackNoComplaint = "rfc6430",
    /// A report on the mail of a whole domain, of DMARC (RFC 7489, 7.2) or TLS (RFC 8460, 5.3): it is about no letter.
    AggregateReport = "aggregate-report",
    /// The fields of a read receipt (RFC 8098).
    Disposition = "rfc8098",
    /// A read receipt in words: "Read: …", "was deleted without being read", as Outlook and Exchange write it where no
    /// fields of RFC 8098 are left.
    ReceiptText = "receipt-text",
    /// `Auto-Submitted: auto-replied` (RFC 3834, 5).
    AutoSubmitted = "auto-submitted",
    /// A header field in which a program says that it answers: `X-Autoreply`, `X-Autorespond`, `X-Mail-Autoreply` …
    /// (RFC 3834, appendix, names them as earlier practice).
    AutoReplyHeader = "auto-reply-header",
    /// `Precedence: auto_reply`, which vacation programs write (RFC 3834, 3.1.8 on `Precedence`).
    Precedence = "precedence",
    /// A subject that vacation programs write, in one of the languages of the European Union or a few others.
    VacationSubject = "vacation-subject",
    /// An empty return path, which a person's mail never has (RFC 5321, 4.5.5; RFC 3834, 3.3), on a mail that is no
    /// report.
    NullReturnPath = "null-return-path",
    /// A text that says that a letter was received, with a reference to it.
    ReceivedWithReference = "received-with-reference",
    /// A text of a ticket system, or one that says that nobody wrote it, that a letter was received.
    ReceivedByProgram = "received-by-program",
    /// A text that says that a letter was received and is looked at or passed on, and nothing else, whoever wrote it.
    ReceivedAlone = "received-alone",
    /// A ticket system says that a ticket is resolved or closed, and nothing that a person would say.
    TicketClosed = "ticket-closed",
    /// A text that says that it was made by a program, or that nobody reads what is sent to its address.
    SaysAutomatic = "says-automatic",
    /// A system marks all its mail as automatic (Redmine, GitLab, Jira), and this one has words of a person: look at it
    /// yourself.
    MarkedAutomatic = "marked-automatic",
    /// A few words that say that somebody is away, in a mail that names none that it answers: vacation programs that
    /// set no field of their own.
    AwayText = "away-text",
    /// A filter asks whoever wrote to prove that they are a person: do what it says, or the letter is not delivered.
    Challenge = "challenge",
    /// A list keeps the letter until its moderator has looked at it.
    ListHolds = "list-holds",
    /// A list or a ticket system takes no mail from the sender, and returns the letter.
    ListRefuses = "list-refuses",
    /// A program that manages a list wrote it, in whatever words.
    ListManager = "list-manager",
    /// A refusal by a filter of the recipient, in the form of a read receipt (RFC 5429, 2.1.2).
    SieveReject = "sieve-reject",
    /// The letter itself, passed on to somebody or back to its sender: no answer.
    PassedOn = "passed-on",
    /// The mail of a button in a mail program: Apple Mail's, Gmail's, Outlook's.
    UnsubscribeButton = "unsubscribe-button",
    /// A ticket's number in the subject, on a mail by a program.
    TicketSubject = "ticket-subject",
    /// A header field of a ticket system: `X-RT-Ticket`, `X-OTRS-Loop`, `X-Zendesk-Ticket` …
    TicketHeader = "ticket-header",
    /// A text or subject in which somebody asks not to be written to: "unsubscribe", "remove me" …
    OptOut = "opt-out",
    /// None of the others: a person wrote it.
    Person = "person",
    /// There is no header.
    NoHeader = "no-header",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_different_and_explained() {
        for (place, rule) in Rule::ALL.iter().enumerate() {
            let name = rule.as_str();
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
            assert!(Rule::ALL[..place].iter().all(|other| other.as_str() != name), "{name} twice");
            assert!(rule.explanation().len() > 10, "{name}");
        }
    }
}
