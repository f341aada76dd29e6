//! What happens to both ledgers.

use proptest::prelude::*;

use super::super::mails::{Says, says};
use super::super::*;
use crate::ledger::Resolution;
use crate::model::Answer;

pub(super) const SECOND: Round = Round(1);

/// The third has the address of the first.
pub(super) static RECIPIENTS: [&str; 3] = ["ana", "bo", "ana2"];

/// Something that a run, a second run, a person or a power cut does.
/// Where two of the recipients have their mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mailboxes {
    /// Each in a mailbox of their own.
    Own,
    /// In one, and each gets a letter.
    Shared,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Plans a round with these recipients of the three; those of the second list are skipped.
    Plan(Round, Vec<bool>, Vec<bool>, Mailboxes),
    Claim(Round, usize),
    /// Settles the oldest attempt that is under way, or else one that is over.
    Settle(DeliveryState),
    /// The same, of a letter with two copies, one of which was not taken along, and may go so many seconds later.
    SettleWithCopies(DeliveryState, DeliveryState, i64),
    /// Claims the first copy that is due.
    ClaimCopy,
    SettleCopy(DeliveryState),
    Renew,
    /// So many a minute.
    Limit(u32),
    /// The process dies, and another takes the lease.
    Restart,
    /// A process elsewhere tries to take the lease, and has it where its time is over and a person says so.
    Steal(bool),
    /// The ledger is handed over, with the lease given back, or while a run has it; and taken back.
    HandOver(bool),
    /// The run that lost its lease claims one, and settles what it had under way.
    LostClaim(Round, usize),
    LostSettle(DeliveryState),
    /// Says of the delivery whose attempt ended last what becomes of it.
    Rule(DeliveryState),
    LostRule(DeliveryState),
    /// With the lease given back, or while a run has it.
    Resolve(Round, usize, Resolution, bool),
    /// A person or a mail says something of a recipient.
    Mark(usize, Option<Answer>, Option<&'static str>, Voice),
    Suppress(&'static str, Option<&'static str>, Voice),
    Lift(&'static str),
    /// A mail by a number comes in, once or again.
    Mail(u32, Vec<Says>),
    /// What is known by old ids may pass.
    LetPass,
    /// A person confirms something by its number, or all of a mail.
    Confirm(u64),
    ConfirmAll(u64),
    /// A person takes back all that a mail did.
    TakeBackMail(u64),
    /// A person throws something away, lets it wait again, or doubts that they confirmed it.
    Dismiss(u64),
    LetWait(u64),
    Doubt(u64),
    /// Somebody agrees to the letter, or did not.
    Agree(bool),
    ReadInbox,
    Unbounce(usize),
    Stop(Option<&'static str>),
    Resume,
    Wait(i64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let flags = || proptest::collection::vec(proptest::bool::weighted(0.7), 3);
    let who = || 0..RECIPIENTS.len();
    let mailboxes =
        || proptest::bool::weighted(0.3).prop_map(|share| if share { Mailboxes::Shared } else { Mailboxes::Own });
    let round = || proptest::bool::weighted(0.3).prop_map(|follows| if follows { SECOND } else { FIRST });
    let state = || {
        use DeliveryState::{Accepted, Deferred, Failed, InDoubt, Planned};
        proptest::sample::select(vec![
            Accepted, Deferred, Deferred, Deferred, Failed, InDoubt, InDoubt, InDoubt, Planned,
        ])
    };
    let resolution = || proptest::sample::select(vec![Resolution::Accepted, Resolution::NotSent]);
    let voice = || {
        let (person, mail) = (Voice::Person("ana".to_owned()), Voice::Mail { id: "m@example.org".to_owned() });
        proptest::sample::select(vec![person, mail])
    };
    let answer = || proptest::option::weighted(0.8, proptest::sample::select(Answer::ALL.to_vec()));
    let text = || proptest::sample::select(vec![None, Some("by phone"), Some("")]);
    let target = || proptest::sample::select(vec!["bo@example.org", "ana@example.org", "@example.org"]);
    prop_oneof![
        1 => (round(), flags(), flags(), mailboxes()).prop_map(|(round, listed, sent, mailboxes)| {
            Step::Plan(round, listed, sent.iter().map(|sent| !sent).collect(), mailboxes)
        }),
        6 => (round(), who()).prop_map(|(round, who)| Step::Claim(round, who)),
        5 => state().prop_map(Step::Settle),
        4 => (state(), state(), proptest::sample::select(vec![0, 0, 30]))
            .prop_map(|(letter, copy, later)| Step::SettleWithCopies(letter, copy, later)),
        4 => Just(Step::ClaimCopy),
        3 => state().prop_map(Step::SettleCopy),
        1 => Just(Step::Renew),
        1 => (1..4_u32).prop_map(Step::Limit),
        1 => Just(Step::Restart),
        1 => proptest::bool::weighted(0.7).prop_map(Step::Steal),
        1 => proptest::bool::weighted(0.7).prop_map(Step::HandOver),
        1 => (round(), who()).prop_map(|(round, who)| Step::LostClaim(round, who)),
        1 => state().prop_map(Step::LostSettle),
        2 => state().prop_map(Step::Rule),
        1 => state().prop_map(Step::LostRule),
        3 => (round(), who(), resolution(), proptest::bool::weighted(0.8)).prop_map(|(round, who, word, alone)| Step::Resolve(round, who, word, alone)),
        3 => (who(), answer(), text(), voice()).prop_map(|(who, answer, note, by)| Step::Mark(who, answer, note, by)),
        1 => (target(), proptest::sample::select(vec![None, Some("asked")]), voice())
            .prop_map(|(target, reason, by)| Step::Suppress(target, reason, by)),
        1 => target().prop_map(Step::Lift),
        4 => (0..6_u32, proptest::collection::vec(says(&RECIPIENTS), 0..3)).prop_map(|(number, says)| Step::Mail(number, says)),
        1 => Just(Step::LetPass),
        2 => (1..20_u64).prop_map(Step::Confirm),
        1 => (1..12_u64).prop_map(Step::ConfirmAll),
        3 => (1..12_u64).prop_map(Step::TakeBackMail),
        2 => (1..12_u64).prop_map(Step::Dismiss),
        2 => (1..12_u64).prop_map(Step::LetWait),
        2 => (1..12_u64).prop_map(Step::Doubt),
        1 => any::<bool>().prop_map(Step::Agree),
        1 => Just(Step::ReadInbox),
        2 => who().prop_map(Step::Unbounce),
        1 => proptest::sample::select(vec![None, Some("the minister resigned")]).prop_map(Step::Stop),
        2 => Just(Step::Resume),
        4 => proptest::sample::select(vec![1, 20, 28, 40, 1_000, 1_000]).prop_map(Step::Wait),
    ]
}
