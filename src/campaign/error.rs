//! Why something cannot be done with a campaign.

use std::io;
use std::path::PathBuf;

use super::past::Withdrawn;
use super::person::Nobody;
use super::realm::Realm;
use super::start::TextError;
use crate::config::SecretError;
use crate::dispatch::LetterError;
use crate::ledger::{Halt, LedgerError};
use crate::mailbox::MailboxError;
use crate::message::{ComposeError, DkimError};
use crate::model::{CampaignId, DeliveryState, Faults, RecipientId, Round, names_in_words};
use crate::oauth::SignInError;
use crate::pdf::ABSENT;
use crate::plan::Alike;
use crate::report::counted;
use crate::workspace::PathError;

/// What is done with a campaign, or why it was not.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something cannot be done with a campaign. Every variant says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Its files have faults, each with its place.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// The ledger cannot be read or written, or refuses.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A path leads out of the folder, or to nothing.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The sender cannot stand in a header, or a message cannot be written.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// Two rows of a list are alike by chance.
    #[error(transparent)]
    Alike(#[from] Alike),
    /// A file or a folder cannot be read or written.
    #[error("{doing}")]
    File {
        /// What could not be done, with the file's name.
        doing: String,
        /// Why.
        source: io::Error,
    },
    /// The ledger does not have the first letter, which a follow-up is to quote.
    #[error(
        "the ledger does not have the first letter of {campaign} as it was sent, which a follow-up is to quote{}; take `quote` out of \
         `[[follow_up]]`",
        if faults.is_empty() { String::new() } else { format!(": {faults}") }
    )]
    NothingToQuote {
        /// Whose first letter.
        campaign: CampaignId,
        /// What is wrong with what the ledger has.
        faults: Faults,
    },
    /// A follow-up would name again who has withdrawn.
    #[error(transparent)]
    Withdrawn(#[from] Withdrawn),
    /// A list as an earlier letter was sent with it cannot be read.
    #[error("{list}, as round {round} of {campaign} was sent with it, cannot be read")]
    UnreadablePast {
        /// The list.
        list: String,
        /// Whose letter.
        campaign: CampaignId,
        /// Which one.
        round: Round,
        /// What is wrong with it.
        #[source]
        faults: Faults,
    },
    /// The log of the last run knows of letters that the ledger does not know.
    #[error(
        "{}: the ledger does not know of {}, of which {log} tells: it was lost, or is a copy from before. Nothing was written. Put the \
         right one back (after a run that lost it, it is `{}.saved-…`); or let `undersigned adopt --witness` take for sent what is known of \
         these letters; to begin anew, move {log} away",
        ledger.display(),
        counted(*letters as u64, "letter that left", "letters that left"),
        ledger.file_name().unwrap_or_default().to_string_lossy(),
        log = contacted.display(),
    )]
    OlderLedger {
        /// The ledger's file.
        ledger: PathBuf,
        /// The log.
        contacted: PathBuf,
        /// How many letters the ledger does not know of.
        letters: usize,
    },
    /// Witnesses know of letters, and nobody knows to whom these went.
    #[error(
        "{} of {campaign}, of which the logs of sent letters tell, went to addresses that stand neither in {list}, nor in contacted.csv, nor \
         in the ledger; nothing was written; put the list back that they were sent with, or do this in the folder of that campaign, and run the \
         command again",
        counted(*letters as u64, "letter", "letters"),
    )]
    WitnessedNobody {
        /// Of which campaign.
        campaign: CampaignId,
        /// How many.
        letters: usize,
        /// The campaign's list.
        list: String,
    },
    /// What was asked for cannot be written.
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
    /// There is no `[smtp]` in the campaign's file.
    #[error("{0}: there is no [smtp]; say through which server to send, or try `send --sandbox`")]
    NoServer(String),
    /// A test letter is to go to something that is no address.
    #[error("`{address}` is not an email address; {why}")]
    NoTestAddress {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// A test letter is to go to a recipient.
    #[error("`{address}` is in the list, as `{id}`: a test letter goes to somebody else; name an address of your own")]
    TestToRecipient {
        /// The address.
        address: String,
        /// Whose it is.
        id: RecipientId,
    },
    /// A test letter is to go to somebody who is not to be written to.
    #[error("`{0}` is suppressed: nothing goes there; name another address of your own")]
    TestToSuppressed(String),
    /// Nobody logs in anywhere.
    #[error("{0}: there is no server to sign in to; say in [smtp] through which server to send")]
    NoSignIn(String),
    /// Nobody registered an application.
    #[error(
        "{0}: `client_id` in [oauth] is to be that of the application that your organisation registered at the provider; docs/account.md \
         says how"
    )]
    NoApplication(String),
    /// Signing in did not work.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// There is no keyring.
    #[error(
        "this machine has no keyring that can be used ({0}); say in campaign.toml where the secret is instead: `{{ command = […] }}`, \
         `{{ env = \"NAME\" }}` or `{{ file = \"path\" }}`"
    )]
    NoKeyring(String),
    /// The system has no place for what a program keeps.
    #[error("this machine has no folder for what programs keep; set HOME or XDG_STATE_HOME")]
    NoPlaceOnThisMachine,
    /// A password cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The password for the ledger's server cannot be had.
    #[error("{}", .0.told_for("[ledger]"))]
    LedgerPassword(SecretError),
    /// Whatever reads a list broke down before its end.
    #[error("{0}: it was not read to its end; nothing was sent; run the command again")]
    ListCutShort(String),
    /// A person has stopped the campaign.
    #[error("the campaign was {halt}; nothing was sent; {}", realm.lets_go_on())]
    Halted {
        /// When, and by whom.
        halt: Halt,
        /// Which campaign: the real one, or the sandbox's.
        realm: Realm,
    },
    /// Files changed since the first letter left.
    #[error(
        "changed since the first letter left: {}. Go on with the new text for the rest by `--accept-changes`, or put the old one back; if \
         this is another campaign, give it an `id` of its own",
        .0.join(", ")
    )]
    Changed(Vec<String>),
    /// Something else is planned than a person agreed to.
    #[error(
        "the plan of {campaign} changed while you looked at it: {} were to be sent, {found} are now; nothing was sent; look again, and \
         agree to that",
        counted(*agreed, "letter", "letters")
    )]
    AnotherPlan {
        /// Whose plan.
        campaign: CampaignId,
        /// How many letters were agreed to.
        agreed: u64,
        /// How many would be sent now; it may be as many, to others.
        found: u64,
    },
    /// Nobody in the list has the id or address.
    #[error("`--only {0}`: no recipient has this id or address; `undersigned plan` lists them")]
    OnlyNobody(String),
    /// A letter is larger than the server takes.
    #[error(
        "the largest message has about {largest} bytes, and the server takes {size}; make the attachments smaller, or link to them"
    )]
    TooLarge {
        /// The largest message, in bytes.
        largest: u64,
        /// What the server takes, in bytes.
        size: u64,
    },
    /// No letter could be made.
    #[error("{} could not be made: {why}", counted(*.count, "letter", "letters"))]
    Unmade {
        /// How many.
        count: u64,
        /// Why the first of them.
        why: String,
    },
    /// The campaign has no follow-up.
    #[error("{0}: there is no `[[follow_up]]`; write one, with `after` and `template`")]
    NoFollowUp(String),
    /// The first letter was not sent yet.
    #[error("nothing was sent yet: a follow-up comes after the first letter, which `undersigned send` sends")]
    NothingToFollow,
    /// The ledger has no delivery that is named so.
    #[error("{0}")]
    NoDelivery(Nobody),
    /// Somebody is to have answered on a day to come.
    #[error("nobody has answered on {0} yet: that day is to come")]
    DayToCome(jiff::civil::Date),
    /// No delivery that can be sent again has a word in its reason or reply.
    #[error(
        "no {state} delivery that can be sent again has `{word}` in its reason or reply: `undersigned log --state {state}` lists them"
    )]
    NoneToResolve {
        /// In which state it was looked for.
        state: DeliveryState,
        /// The word.
        word: String,
    },
    /// The address is that of several recipients.
    #[error(
        "`{address}` is the address of several recipients: {}; say which one by its id",
        names_in_words(recipients)
    )]
    SeveralRecipients {
        /// The address.
        address: String,
        /// Who they are.
        recipients: Vec<RecipientId>,
    },
    /// Deliveries of several rounds are in doubt.
    #[error("`{0}` is in doubt in several rounds; say which one by `--round N`")]
    InDoubtTwice(String),
    /// Nobody has stopped the campaign.
    #[error("the campaign is not stopped: `undersigned send` and `undersigned follow-up` go on with it")]
    NotStopped,
    /// Neither an address nor a domain.
    #[error("`{text}` is neither an email address nor `@domain`; {why}")]
    NoTarget {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// Whoever has the address was forgotten.
    #[error("`{0}` asked to be forgotten: nobody writes to it any more, and nothing but a keyed hash of it is kept")]
    Forgotten(String),
    /// Nobody said that they are not to be written to.
    #[error("`{0}` is not suppressed; `undersigned suppress` lists who is")]
    NotSuppressed(String),
    /// It is the campaign's own list that says so.
    #[error("`{shown}` stands in {list}, not in the ledger; take its row out there")]
    OnlyListed {
        /// Who is not to be written to, as people read it.
        shown: String,
        /// The list.
        list: String,
    },
    /// There is no `[inbox]` in the campaign's file.
    #[error("{0}: there is no [inbox]; say where mail arrives, or use --maildir or --mbox")]
    NoInbox(String),
    /// Mail cannot be read.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    /// A folder of the inbox cannot be read.
    #[error("the folder `{folder}`")]
    MailFolder {
        /// The folder.
        folder: String,
        /// Why.
        source: MailboxError,
    },
    /// The servers of an account are not known.
    #[error("{0}")]
    NoAccount(String),
    /// The key of `[sender.dkim]` is none.
    #[error("[sender.dkim]: {0}")]
    Dkim(DkimError),
    /// Several mails may be the letter to a recipient.
    #[error(
        "nothing was adopted: several mails may be the letter to {}; `--subject` says which they are, by words of their subject",
        .0.join("; to ")
    )]
    SeveralLetters(Vec<String>),
    /// Nothing was sent yet, where something must have been.
    #[error("`{0}` does not exist: nothing was sent yet; `undersigned send` sends the letter")]
    NoLedger(String),
    /// Nobody in the list has the id or address.
    #[error("no recipient has the id or address `{0}`; `undersigned plan` lists them")]
    NoSuchRecipient(String),
    /// The plan has no letter that could be shown.
    #[error("nobody gets a letter; `undersigned plan` says why")]
    NobodyGetsOne,
    /// A PDF was asked for, and this program makes none.
    #[error("{ABSENT}")]
    NoPdf,
    /// No list that was sent to has a column.
    #[error("{list}: there is no column `{column}`; {advice}")]
    NoColumn {
        /// The column that was asked for.
        column: String,
        /// The list.
        list: String,
        /// The nearest column, or all.
        advice: String,
    },
    /// A column that says who somebody is cannot stand in what everybody reads.
    #[error(
        "`--by {0}` would put names or addresses on a page that everybody may read; choose a column that puts people together, such as `country`"
    )]
    PrivateColumn(String),
    /// Nobody noted that somebody agreed.
    #[error("nobody noted that `{0}` agreed; `undersigned status` shows who did")]
    NotApproved(String),
    /// A sheet has no room for all rows.
    #[error(
        "a spreadsheet has no room for {0} rows; choose some by `--where` or `--state`, or write a CSV with `--format csv`"
    )]
    TooManyForASheet(u64),
    /// The rows of different lists cannot stand under one header.
    #[error("the rounds were sent to lists with different columns; choose one of them by `--round N`")]
    OtherColumns,
    /// Something stands in a public folder that `publish` did not write, or that was changed since.
    #[error(
        "{} has {} that `publish` did not write, or that changed since; move it away, or name another folder with `--out`",
        folder.display(),
        files.join(", ")
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The files in it.
        files: Vec<String>,
    },
    /// A workspace cannot be started where one is.
    #[error("{} has {} already; nothing was written; name another folder", folder.display(), files.join(", "))]
    Standing {
        /// The folder.
        folder: PathBuf,
        /// The files in it.
        files: Vec<String>,
    },
    /// A text cannot be the letter of a new campaign.
    #[error("{} cannot be the letter", path.display())]
    NoLetter {
        /// The text's file.
        path: PathBuf,
        /// Why.
        source: TextError,
    },
}

impl Error {
    /// A file or a folder could not be read or written; `doing` says what could not be done.
    pub(super) fn file(doing: impl Into<String>, source: io::Error) -> Self {
        Self::File { doing: doing.into(), source }
    }

    /// What went wrong, with what lies behind it.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            text.extend([": ", &inner.to_string()]);
            cause = inner.source();
        }
        text
    }
}

impl From<LetterError> for Error {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Faults(faults) => Self::Faults(faults),
            LetterError::Compose(error) => Self::Compose(error),
        }
    }
}
