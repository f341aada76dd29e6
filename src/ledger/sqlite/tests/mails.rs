//! Mail: each counts once, and in whatever order they are read, the same stands in the ledger.

use proptest::prelude::*;

use super::*;
use crate::ledger::{Counted, Hold, MailLedger, Mailed, Mark, Mention, Outcome, Recorded, Suggested, ToConfirm};
use crate::model::{Answer, Effect, Statement, Suppression, Target, Tie};

/// What a mail says of a delivery.
#[derive(Debug, Clone)]
pub(super) struct Says {
    pub(super) round: Round,
    pub(super) recipient: &'static str,
    pub(super) effect: Effect,
    /// Whom not to write to any more.
    pub(super) stop: Option<&'static str>,
    pub(super) returns_on: Option<&'static str>,
    pub(super) surely: Surely,
}

/// How surely it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surely {
    Tied(Tie),
    Suggested,
}

impl Says {
    fn mention(&self) -> Mention {
        Mention {
            campaign: campaign(),
            round: self.round,
            recipient: RecipientId::new(self.recipient),
            effect: self.effect,
            reason: (self.effect == Effect::Bounced).then(|| {
                // What bounced for the account's quota can be sent again.
                let is_quota = self.stop.is_none() && self.returns_on.is_none();
                if is_quota { "550 5.7.1 sending limit exceeded" } else { "userunknown, 5.1.1" }.to_owned()
            }),
            note: self.returns_on.map(|day| format!("moved on {day}")),
            suppress: self.stop.map(|address| Suppression {
                target: Target::Address(address.to_owned()),
                reason: Some("gone".to_owned()),
            }),
            statement: Statement {
                by: "thread".into(),
                returns_on: self.returns_on.map(|day| day.parse().unwrap()),
                ..Statement::default()
            },
            tie: if self.surely == Surely::Tied(Tie::OldId) { Tie::OldId } else { Tie::Sure },
        }
    }
}

/// Something that a mail can say of one of these recipients.
pub(super) fn says(recipients: &'static [&'static str]) -> impl Strategy<Value = Says> {
    let answers = Answer::ALL.into_iter().skip(1).map(Effect::Answered);
    let effects: Vec<Effect> = answers.chain([Effect::Noted, Effect::Bounced, Effect::Bounced]).collect();
    let stops = vec![None, None, Some("ana@example.org"), Some("bo@example.org"), Some("desk@example.org")];
    let sure = Surely::Tied(Tie::Sure);
    let days = vec![None, None, Some("2024-07-01"), Some("2024-06-20")];
    (
        proptest::bool::weighted(0.3),
        proptest::sample::select(recipients),
        proptest::sample::select(effects),
        proptest::sample::select(stops),
        proptest::sample::select(days),
        proptest::sample::select(vec![sure, sure, sure, Surely::Tied(Tie::OldId), Surely::Suggested]),
    )
        .prop_map(|(follows, recipient, effect, stop, returns_on, surely)| {
            let round = if follows { Round(1) } else { FIRST };
            // Only who opts out, or does not exist, is not to be written to.
            let may_stop = matches!(effect, Effect::Bounced | Effect::Answered(Answer::OptedOut));
            Says { round, recipient, effect, stop: stop.filter(|_| may_stop), returns_on, surely }
        })
}

/// A mail by a number, which says so much; one that says nothing is about no letter.
pub(super) fn mail(number: u32, says: &[Says], second: i64) -> Mailed {
    let (tied, suggested): (Vec<&Says>, Vec<&Says>) = says.iter().partition(|says| says.surely != Surely::Suggested);
    let suggested = suggested.into_iter().map(|says| Suggested { mention: says.mention(), why: "address".to_owned() });
    Mailed {
        fingerprint: format!("mail {number}"),
        name: format!("{number}@example.org"),
        place: "mail/new/1".to_owned(),
        at: at(second),
        said_at: at(i64::from(number)),
        kind: "message".to_owned(),
        sender: Some("ana@example.org".to_owned()),
        subject: Some("Re: A letter".to_owned()),
        first_line: Some("Yes.".to_owned()),
        mentions: tied.into_iter().map(Says::mention).collect(),
        suggestions: suggested.collect(),
        reason: says.is_empty().then(|| "it is about no letter of ours".to_owned()),
    }
}

fn answer(recipient: &'static str, answer: Answer) -> Says {
    Says {
        round: FIRST,
        recipient,
        effect: Effect::Answered(answer),
        stop: None,
        returns_on: None,
        surely: Surely::Tied(Tie::Sure),
    }
}

fn bounce(recipient: &'static str, stop: Option<&'static str>) -> Says {
    Says { round: FIRST, recipient, effect: Effect::Bounced, stop, returns_on: None, surely: Surely::Tied(Tie::Sure) }
}

impl Bench {
    /// Both rounds were sent to all of these.
    async fn sent(ids: &[&str]) -> Self {
        let (bench, lease) = Self::planned(ids).await;
        for round in [FIRST, Round(1)] {
            if round > FIRST {
                bench.plan_rows(&lease, round, ids.iter().map(|id| row(id)).collect()).await.unwrap();
            }
            for delivery in bench.deliveries(&Selection { round: Some(round), ..Selection::default() }) {
                let claimed = bench.ledger.claim(&lease, claim(delivery.id, 1)).await.unwrap();
                let Claimed::Yes(attempt) = claimed else { panic!("{claimed:?}") };
                let settled = settlement((delivery.id, attempt), 2, DeliveryState::Accepted);
                bench.ledger.settle(&lease, settled).await.unwrap();
            }
        }
        bench.ledger.release(&lease, at(3)).await.unwrap();
        bench
    }

    async fn count(&self, mail: Mailed) -> Counted {
        self.ledger.count(mail).await.unwrap()
    }

    /// What became of each thing that a new mail says.
    async fn outcomes(&self, mail: Mailed) -> Vec<Outcome> {
        match self.count(mail).await {
            Counted::New(Recorded { outcomes, .. }) => outcomes,
            other => panic!("{other:?}"),
        }
    }

    fn first(&self, id: &str) -> Delivery {
        let recipient = Some(id.to_owned());
        self.deliveries(&Selection { round: Some(FIRST), recipient, ..Selection::default() }).remove(0)
    }

    /// What must be the same in whatever order mails were read: but for the words of the first report, and who said it
    /// first.
    fn outcome(&self) -> Vec<String> {
        let mut outcome: Vec<String> = (self.deliveries(&Selection::default()).into_iter())
            .map(|it| format!("{} {} {} {} {:?}", it.round, it.recipient, it.state, it.answer, it.answered_at))
            .collect();
        let lifted = "SELECT json_group_array(json_array(key, delivery IS NULL) ORDER BY key) FROM suppression";
        let back = "SELECT json_group_array(json_array(recipient, round, returns_on) ORDER BY id) FROM delivery";
        let kinds = "SELECT count(*) FROM event WHERE kind IN ('suppressed', 'bounced')";
        let events = "SELECT count(*) FROM event";
        outcome.extend([lifted, back].map(|sql| self.sql().query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()));
        outcome.extend(
            [kinds, events].map(|sql| self.sql().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap().to_string()),
        );
        outcome
    }
}

#[tokio::test]
async fn a_report_that_names_a_recipient_twice_bounces_one_letter() {
    let bench = Bench::sent(&["ana", "bo"]).await;
    let counted = bench.outcomes(mail(1, &[bounce("ana", None), bounce("ana", None)], 10)).await;
    assert_eq!(counted, [Outcome::Done, Outcome::Noted]);
    assert_eq!(bench.first("ana").state, DeliveryState::Bounced);
    bench.check_tally_of(FIRST);
}

#[tokio::test]
async fn an_answer_after_a_bounce_and_a_bounce_after_an_answer_are_both_kept() {
    let bench = Bench::sent(&["ana", "bo"]).await;
    for (number, says) in
        [bounce("ana", None), answer("ana", Answer::Replied), answer("bo", Answer::Replied)].iter().enumerate()
    {
        bench.count(mail(u32::try_from(number).unwrap(), std::slice::from_ref(says), 10)).await;
    }
    bench.count(mail(9, &[bounce("bo", None)], 10)).await;
    for id in ["ana", "bo"] {
        let first = bench.first(id);
        assert_eq!((first.state, first.answer), (DeliveryState::Bounced, Answer::Replied), "{id}");
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_stays_suppressed_whatever_its_owner_answers() {
    let bench = Bench::sent(&["ana"]).await;
    let mut opted_out = answer("ana", Answer::OptedOut);
    opted_out.stop = Some("ana@example.org");
    bench.count(mail(1, &[opted_out.clone()], 10)).await;
    bench.count(mail(2, &[bounce("ana", Some("ana@example.org"))], 11)).await;
    let says = Mark { answer: Some(Answer::Replied), note: None, said_at: at(12) };
    let recipient = RecipientId::new("ana");
    bench.ledger.mark(&recipient, says, &word(at(12))).await.unwrap();
    let stands: Vec<Target> = bench.ledger.suppressions().unwrap().into_iter().map(|known| known.target).collect();
    assert_eq!(stands, [Target::Address("ana@example.org".to_owned())]);
}

#[tokio::test]
async fn all_who_opted_out_of_a_letter_may_be_written_to_again_when_a_person_corrects_that() {
    let bench = Bench::sent(&["ana"]).await;
    for (number, address) in [(1, "ana@example.org"), (2, "desk@example.org")] {
        let opted_out = Says { round: Round(1), stop: Some(address), ..answer("ana", Answer::OptedOut) };
        bench.count(mail(number, &[opted_out], 10)).await;
    }
    assert_eq!(bench.ledger.suppressions().unwrap().len(), 2);
    // Another answer is no wish to be written to again. Once it is taken back, what the mails say stands again; that none
    // of it was so, is such a wish.
    for (says, suppressed) in [(Answer::Acknowledged, 2), (Answer::None, 2), (Answer::None, 0)] {
        let says = Mark { answer: Some(says), note: None, said_at: at(12) };
        bench.ledger.mark(&RecipientId::new("ana"), says, &word(at(12))).await.unwrap();
        assert_eq!(bench.ledger.suppressions().unwrap().len(), suppressed);
    }
}

#[tokio::test]
async fn what_a_person_said_of_a_letter_holds_for_that_and_the_earlier_ones() {
    let bench = Bench::sent(&["ana", "bo"]).await;
    let acknowledged = Mark { answer: Some(Answer::Acknowledged), note: None, said_at: at(12) };
    bench.ledger.mark(&RecipientId::new("ana"), acknowledged, &word(at(12))).await.unwrap();
    let early = bench.outcomes(mail(1, &[answer("ana", Answer::Replied)], 13)).await;
    assert_eq!(early, [Outcome::PersonSaid(Answer::Acknowledged)]);
    // A person spoke of Bo's first letter; what comes to the second is new.
    bench
        .sql()
        .execute(
            "UPDATE delivery SET answer = 'acknowledged', answer_by = 'person' WHERE recipient = 'bo' AND round = 0",
            [],
        )
        .unwrap();
    let late = Says { round: Round(1), ..answer("bo", Answer::Replied) };
    assert_eq!(bench.outcomes(mail(2, &[late], 13)).await, [Outcome::Done]);
    assert_eq!(bench.first("bo").answer, Answer::Acknowledged);
}

#[tokio::test]
async fn the_mail_that_waits_for_a_letter_on_the_wire_leaves_nothing_behind() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    let started = bench.start(&lease, "ana", 3).await;
    let report = || mail(1, &[bounce("bo", Some("bo@example.org")), bounce("ana", None)], 4);
    let before = bench.outcome();
    assert_eq!(bench.count(report()).await, Counted::TooEarly);
    assert_eq!(bench.outcome(), before);
    bench.ledger.settle(&lease, settlement(started, 5, DeliveryState::Accepted)).await.unwrap();
    assert_eq!(bench.outcomes(report()).await, [Outcome::Done, Outcome::Done]);
}

/// A bench to which five were written, and a mail that says of all of them that they bounced.
async fn flooded() -> (Bench, Vec<Outcome>) {
    let bench = Bench::sent(&["ana", "bo", "cy", "di", "eve"]).await;
    let says = ["ana", "bo", "cy", "di", "eve"].map(|id| bounce(id, None));
    let outcomes = bench.outcomes(mail(1, &says, 10)).await;
    (bench, outcomes)
}

#[tokio::test]
async fn what_one_mail_says_of_many_letters_waits_until_a_person_confirms_it() {
    let (bench, outcomes) = flooded().await;
    let numbers: Vec<u64> = (2..=6).collect();
    let waits = |number: &u64| Outcome::Waits(*number, Hold::ManyLetters);
    assert_eq!(outcomes, numbers.iter().map(waits).collect::<Vec<_>>());
    assert_eq!(bench.first("ana").state, DeliveryState::Accepted);
    let held = bench.ledger.held().unwrap();
    assert_eq!((held.len(), held[0].mail, held[0].letters), (1, 1, 5));
    assert_eq!(bench.ledger.unmatched().next().unwrap().unwrap().suggestions.len(), 5);
    let one = ToConfirm { numbers: vec![3], ..ToConfirm::default() };
    assert_eq!(bench.ledger.confirm(one.clone(), &word(at(11))).await.unwrap()[0].outcome, Outcome::Done);
    assert_eq!(bench.first("bo").state, DeliveryState::Bounced);
    assert!(bench.ledger.confirm(one, &word(at(12))).await.is_err(), "it waits no more");
    let all = ToConfirm { all_of: vec![1], ..ToConfirm::default() };
    assert_eq!(bench.ledger.confirm(all, &word(at(13))).await.unwrap().len(), 4);
    assert!(bench.ledger.held().unwrap().is_empty());
    assert!(bench.ledger.unmatched().next().is_none());
    bench.check_tally_of(FIRST);
    bench.ledger.take_back_mail(1, &word(at(14))).await.unwrap();
    for id in ["ana", "bo", "cy", "di", "eve"] {
        assert_eq!(bench.first(id).state, DeliveryState::Accepted, "{id}");
    }
    bench.check_tally_of(FIRST);
}

#[tokio::test]
async fn a_mail_that_is_thrown_away_is_asked_about_no_more() {
    let (bench, _) = flooded().await;
    let taken_back = bench.ledger.take_back_mail(1, &word(at(11))).await.unwrap();
    assert_eq!((taken_back.dismissed, taken_back.deliveries.len()), (5, 0));
    assert!(bench.ledger.held().unwrap().is_empty());
    let all = ToConfirm { all_of: vec![1], ..ToConfirm::default() };
    assert!(bench.ledger.confirm(all, &word(at(12))).await.is_err());
    assert!(bench.ledger.take_back_mail(1, &word(at(13))).await.is_err(), "there is nothing left");
    assert!(bench.ledger.take_back_mail(9, &word(at(13))).await.is_err(), "there is no such mail");
}

#[tokio::test]
async fn what_is_known_by_old_ids_passes_where_it_is_little() {
    let old = |id| Says { surely: Surely::Tied(Tie::OldId), ..bounce(id, None) };
    let ids = ["ana", "bo", "cy", "di", "eve", "fay"];
    let bench = Bench::sent(&ids).await;
    for (number, id) in (1..).zip(&ids[..5]) {
        assert_eq!(
            bench.outcomes(mail(number, &[old(id)], 10)).await,
            [Outcome::Waits(u64::from(number) * 2, Hold::OldId)]
        );
    }
    let passed = bench.ledger.let_pass(at(11)).await.unwrap();
    assert_eq!(passed, (1..=5).map(|number| (number * 2, Outcome::Done)).collect::<Vec<_>>());
    let bench = Bench::sent(&ids).await;
    for (number, id) in (1..).zip(ids) {
        bench.count(mail(number, &[old(id)], 10)).await;
    }
    assert_eq!(bench.ledger.let_pass(at(11)).await.unwrap(), []);
    assert_eq!(bench.ledger.held().unwrap().len(), 6);
}

#[tokio::test]
async fn a_delivery_stands_as_if_a_mail_had_never_come() {
    let bench = Bench::sent(&["ana"]).await;
    bench.count(mail(1, &[answer("ana", Answer::Replied)], 10)).await;
    let stop = Some("ana@example.org");
    bench.count(mail(2, &[Says { stop, ..answer("ana", Answer::OptedOut) }], 11)).await;
    bench.count(mail(3, &[Says { stop, ..bounce("ana", None) }], 12)).await;
    let shown = || {
        let ana = bench.first("ana");
        (ana.answer, ana.state, bench.ledger.suppressions().unwrap().len())
    };
    assert_eq!(shown(), (Answer::OptedOut, DeliveryState::Bounced, 1));
    bench.ledger.take_back_mail(5, &word(at(13))).await.unwrap();
    assert_eq!(shown(), (Answer::OptedOut, DeliveryState::Accepted, 1), "who opted out is suppressed still");
    let taken_back = bench.ledger.take_back_mail(3, &word(at(14))).await.unwrap();
    assert_eq!(taken_back.lifted, ["ana@example.org"]);
    assert_eq!(shown(), (Answer::Replied, DeliveryState::Accepted, 0), "the answer before it stands");
    bench.check_tally_of(Round(1));
}

#[tokio::test]
async fn a_suggestion_does_nothing_before_it_is_confirmed() {
    let bench = Bench::sent(&["ana"]).await;
    let suggested = Says { surely: Surely::Suggested, stop: Some("ana@example.org"), ..bounce("ana", None) };
    let counted = bench.count(mail(1, &[suggested], 10)).await;
    assert_eq!(counted, Counted::New(Recorded { mail: 1, outcomes: Vec::new(), suggestions: vec![2] }));
    assert_eq!((bench.first("ana").state, bench.ledger.suppressions().unwrap().len()), (DeliveryState::Accepted, 0));
    assert!(bench.ledger.held().unwrap().is_empty(), "it is not tied to a letter");
    let one = ToConfirm { numbers: vec![2], ..ToConfirm::default() };
    bench.ledger.confirm(one, &word(at(11))).await.unwrap();
    assert_eq!((bench.first("ana").state, bench.ledger.suppressions().unwrap().len()), (DeliveryState::Bounced, 1));
    // As a report that was believed at once, a person may say that it was wrong.
    bench.ledger.unbounce(&RecipientId::new("ana"), &word(at(12))).await.unwrap();
    assert_eq!((bench.first("ana").state, bench.ledger.suppressions().unwrap().len()), (DeliveryState::Accepted, 0));
}

#[tokio::test]
async fn a_late_answer_counts_after_a_persons_acknowledgement() {
    let bench = Bench::sent(&["ana"]).await;
    let acknowledged = Mark { answer: Some(Answer::Acknowledged), note: None, said_at: at(5) };
    bench.ledger.mark(&RecipientId::new("ana"), acknowledged, &word(at(5))).await.unwrap();
    assert_eq!(
        bench.outcomes(mail(4, &[answer("ana", Answer::Replied)], 10)).await,
        [Outcome::PersonSaid(Answer::Acknowledged)]
    );
    assert_eq!(bench.outcomes(mail(6, &[answer("ana", Answer::Replied)], 10)).await, [Outcome::Done]);
    assert_eq!(bench.first("ana").answer, Answer::Replied);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_mails_in_any_order_and_any_number_of_runs_end_alike(
        (mails, order) in proptest::collection::vec(proptest::collection::vec(says(&["ana", "bo"]), 0..4), 1..8).prop_flat_map(|mails| {
            let all: Vec<usize> = (0..mails.len()).chain(0..mails.len()).collect();
            (Just(mails), Just(all).prop_shuffle())
        }),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (one, other) = (Bench::sent(&["ana", "bo"]).await, Bench::sent(&["ana", "bo"]).await);
            let number = |n: usize| u32::try_from(n).unwrap();
            for (n, says) in mails.iter().enumerate() {
                one.count(mail(number(n), says, 100)).await;
            }
            for n in order {
                other.count(mail(number(n), &mails[n], 100)).await;
            }
            for bench in [&one, &other] {
                bench.ledger.let_pass(at(101)).await.unwrap();
            }
            assert_eq!(one.outcome(), other.outcome());
            other.check_tally_of(FIRST);
            other.check_tally_of(Round(1));
        });
    }
}
