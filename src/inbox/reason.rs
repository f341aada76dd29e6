//! Why a letter was not delivered, in the vocabulary of Sisimai (<https://libsisimai.org/en/reason/>).

use super::Permanence;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why a letter was not delivered. The words are Sisimai's.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word of the interface.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

reasons! {
    /// There is no such recipient.
    UserUnknown = "userunknown",
    /// There is no such host or domain.
    HostUnknown = "hostunknown",
    /// The recipient has another address now.
    HasMoved = "hasmoved",
    /// The host or domain takes no mail at all.
    NotAccept = "notaccept",
    /// The recipient's mailbox is full.
    MailboxFull = "mailboxfull",
    /// The recipient's account is suspended or disabled.
    Suspend = "suspend",
    /// The recipient, or a filter of theirs, does not want it.
    Filtered = "filtered",
    /// The message is larger than this server takes.
    MesgTooBig = "mesgtoobig",
    /// The message is larger than this recipient may get.
    ExceedLimit = "exceedlimit",
    /// The sender's address is not wanted.
    Rejected = "rejected",
    /// The sending host is not wanted.
    Blocked = "blocked",
    /// The sending host has a bad reputation.
    BadReputation = "badreputation",
    /// The sending host has no name, or one that is not its own.
    RequirePtr = "requireptr",
    /// SPF, DKIM or DMARC say that the sender is another.
    AuthFailure = "authfailure",
    /// The server does not relay for the sender.
    NoRelaying = "norelaying",
    /// The letter looks like spam.
    SpamDetected = "spamdetected",
    /// The letter looks like a virus.
    VirusDetected = "virusdetected",
    /// The letter breaks a policy of the server.
    PolicyViolation = "policyviolation",
    /// Access is denied, or a login is wanted.
    SecurityError = "securityerror",
    /// The letter, or its header, is not what the standards ask for.
    NotCompliantRfc = "notcompliantrfc",
    /// The server cannot take such content.
    ContentError = "contenterror",
    /// Too many connections at once, or recipients of a letter.
    TooManyConn = "toomanyconn",
    /// More letters in a short time than a recipient or server takes.
    Speeding = "speeding",
    /// The name service, the route or the connection failed.
    NetworkError = "networkerror",
    /// The time for trying ran out.
    Expired = "expired",
    /// The program that delivers it failed.
    MailerError = "mailererror",
    /// The server failed.
    SystemError = "systemerror",
    /// The server has no room.
    SystemFull = "systemfull",
    /// A command was not understood.
    SyntaxError = "syntaxerror",
    /// There is not enough to tell.
    OnHold = "onhold",
    /// Nothing was said.
    Undefined = "undefined",
    /// It was delivered.
    Delivered = "delivered",
    /// Somebody complained.
    Feedback = "feedback",
    /// Somebody is away.
    Vacation = "vacation",
}

impl Reason {
    /// Whether it makes sense to write again, given the class of the status.
    ///
    /// Only an address that does not exist, or does no more, is hard. All else may be otherwise another day, or for
    /// another letter: a blocked sender says nothing about the recipient.
    #[must_use]
    pub fn permanence(self, class: Option<u8>) -> Option<Permanence> {
        match self {
            Self::Delivered | Self::Feedback | Self::Vacation => None,
            Self::UserUnknown | Self::HostUnknown | Self::HasMoved => Some(Permanence::Hard),
            Self::NotAccept if class != Some(4) => Some(Permanence::Hard),
            _ => Some(Permanence::Soft),
        }
    }
}
