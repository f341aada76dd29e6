//! Mail: each counts once, and in whatever order they are read, the same stands in the ledger.

use proptest::prelude::*;

use super::*;
use crate::ledger::{Counted, MailLedger, Mailed, Mark, Mention, Outcome};
use crate::model::{Answer, Effect, Statement, Suppression, Target};

/// What a mail says of a delivery.
#[derive(Debug, Clone)]
pub(super) struct Says {
    pub(super) round: Round,
    pub(super) recipient: &'static str,
    pub(super) effect: Effect,
    /// Whom not to write to any more.
    pub(super) stop: Option<&'static str>,
    pub(super) returns_on: Option<&'static str>,
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
                by: "thread",
                returns_on: self.returns_on.map(|day| day.parse().unwrap()),
                ..Statement::default()
            },
        }
    }
}

/// Something that a mail can say of one of these recipients.
pub(super) fn says(recipients: &'static [&'static str]) -> impl Strategy<Value = Says> {
    let answers = Answer::ALL.into_iter().skip(1).map(Effect::Answered);
    let effects: Vec<Effect> = answers.chain([Effect::Noted, Effect::Bounced, Effect::Bounced]).collect();
    let stops = vec![None, None, Some("ana@example.org"), Some("bo@example.org"), Some("desk@example.org")];
    let days = vec![None, None, Some("2024-07-01"), Some("2024-06-20")];
    (
        proptest::bool::weighted(0.3),
        proptest::sample::select(recipients),
        proptest::sample::select(effects),
        proptest::sample::select(stops),
        proptest::sample::select(days),
    )
        .prop_map(|(follows, recipient, effect, stop, returns_on)| {
            let round = if follows { Round(1) } else { FIRST };
            // Only who opts out, or does not exist, is not to be written to.
            let may_stop = matches!(effect, Effect::Bounced | Effect::Answered(Answer::OptedOut));
            Says { round, recipient, effect, stop: stop.filter(|_| may_stop), returns_on }
        })
}

/// A mail by a number, which says so much; one that says nothing is about no letter.
pub(super) fn mail(number: u32, says: &[Says], second: i64) -> Mailed {
    Mailed {
        fingerprint: format!("mail {number}"),
        name: format!("{number}@example.org"),
        place: "mail/new/1".to_owned(),
        at: at(second),
        said_at: at(i64::from(number)),
        kind: "message".to_owned(),
        sender: Some("ana@example.org".to_owned()),
        subject: Some("Re: A letter".to_owned()),
        mentions: says.iter().map(Says::mention).collect(),
        suggestions: Vec::new(),
        reason: says.is_empty().then(|| "it is about no letter of ours".to_owned()),
    }
}

fn answer(recipient: &'static str, answer: Answer) -> Says {
    Says { round: FIRST, recipient, effect: Effect::Answered(answer), stop: None, returns_on: None }
}

fn bounce(recipient: &'static str, stop: Option<&'static str>) -> Says {
    Says { round: FIRST, recipient, effect: Effect::Bounced, stop, returns_on: None }
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
    let counted = bench.count(mail(1, &[bounce("ana", None), bounce("ana", None)], 10)).await;
    assert_eq!(counted, Counted::New(vec![Outcome::Done, Outcome::Noted]));
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
    let says = Mark { answer: Some(Answer::Acknowledged), note: None, said_at: at(12) };
    bench.ledger.mark(&RecipientId::new("ana"), says, &word(at(12))).await.unwrap();
    assert_eq!(bench.ledger.suppressions().unwrap(), []);
}

#[tokio::test]
async fn what_a_person_said_of_a_letter_holds_for_that_and_the_earlier_ones() {
    let bench = Bench::sent(&["ana", "bo"]).await;
    let acknowledged = Mark { answer: Some(Answer::Acknowledged), note: None, said_at: at(12) };
    bench.ledger.mark(&RecipientId::new("ana"), acknowledged, &word(at(12))).await.unwrap();
    let early = bench.count(mail(1, &[answer("ana", Answer::Replied)], 13)).await;
    assert_eq!(early, Counted::New(vec![Outcome::PersonSaid(Answer::Acknowledged)]));
    // A person spoke of Bo's first letter; what comes to the second is new.
    bench
        .sql()
        .execute(
            "UPDATE delivery SET answer = 'acknowledged', answer_by = 'person' WHERE recipient = 'bo' AND round = 0",
            [],
        )
        .unwrap();
    let late = Says { round: Round(1), ..answer("bo", Answer::Replied) };
    assert_eq!(bench.count(mail(2, &[late], 13)).await, Counted::New(vec![Outcome::Done]));
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
    assert_eq!(bench.count(report()).await, Counted::New(vec![Outcome::Done, Outcome::Done]));
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
            assert_eq!(one.outcome(), other.outcome());
            other.check_tally_of(FIRST);
            other.check_tally_of(Round(1));
        });
    }
}
