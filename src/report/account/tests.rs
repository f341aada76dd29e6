use super::*;
use crate::ledger::DeliveryId;
use crate::model::{MessageId, RecipientId, Reply};

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
}

fn delivery(recipient: &str, round: u32, state: DeliveryState, answer: Answer) -> Delivery {
    let day = i64::from(round) * 10;
    let accepted = matches!(state, DeliveryState::Accepted | DeliveryState::Bounced).then(|| at(day));
    Delivery {
        id: DeliveryId(1),
        round: Round(round),
        recipient: RecipientId::new(recipient),
        email: format!("{recipient}@example.org"),
        name: String::new(),
        organisation: String::new(),
        state,
        reason: (state == DeliveryState::Skipped).then(|| "suppressed: by telephone".to_owned()),
        attempts: 1,
        first_attempt_at: accepted,
        last_attempt_at: accepted,
        accepted_at: accepted,
        reply: (state == DeliveryState::Failed).then(|| Reply::new(550, ["5.1.1 no such user"])),
        message_id: Some(MessageId::from_text("x@example.org")),
        answer,
        answered_at: (answer != Answer::None).then(|| at(day + 3)),
        next_attempt_at: None,
        note: None,
    }
}

fn account(deliveries: &[Delivery]) -> Account {
    let mut account = Account::default();
    for delivery in deliveries {
        let by = if delivery.recipient.as_str() < "c" { "FR" } else { "BE" };
        account.add(delivery, Some(by), None);
    }
    account
}

#[test]
fn a_person_counts_once_however_many_letters_went() {
    use DeliveryState::{Accepted, Bounced, Failed, InDoubt, Skipped};
    let account = account(&[
        delivery("ana", 0, Accepted, Answer::None),
        delivery("bo", 0, Failed, Answer::None),
        delivery("cy", 0, Accepted, Answer::Replied),
        delivery("di", 0, Accepted, Answer::AutoReply),
        delivery("ed", 0, InDoubt, Answer::None),
        delivery("fa", 0, Skipped, Answer::None),
        delivery("ana", 1, Accepted, Answer::Declined),
        delivery("bo", 1, Skipped, Answer::None),
        delivery("cy", 1, Skipped, Answer::None),
        delivery("di", 1, Bounced, Answer::None),
    ]);
    assert_eq!(account.all, Numbers { people: 6, sent: 2, answered: 2 });
    let groups =
        [("FR", Numbers { people: 2, sent: 1, answered: 1 }), ("BE", Numbers { people: 4, sent: 1, answered: 1 })];
    assert_eq!(account.groups, groups.map(|(name, numbers)| (name.to_owned(), numbers)));
    let standing: Vec<(Open, u64)> = account.standing.iter().map(|(open, count)| (*open, *count)).collect();
    assert_eq!(standing, [(Open::InDoubt, 1), (Open::NotDelivered, 2), (Open::LeftOut, 1)]);
    assert_eq!(account.answers[&Answer::AutoReply], 1);
    assert_eq!(account.answers[&Answer::Replied] + account.answers[&Answer::Declined], 2);
    assert_eq!(account.as_of, Some(at(13)));
    let ana = &account.people[0];
    assert_eq!(
        (ana.sent_at, ana.answer, ana.answered_at, ana.by.as_str()),
        (Some(at(0)), Answer::Declined, Some(at(13)), "FR")
    );
    // All of them together are everybody.
    assert_eq!(account.all.sent + account.standing.values().sum::<u64>(), account.all.people);
}

#[test]
fn the_first_thousand_are_told_one_by_one_and_all_are_counted() {
    let all: Vec<Delivery> =
        (0..1_500).map(|n| delivery(&format!("r{n:05}"), 0, DeliveryState::Accepted, Answer::None)).collect();
    let account = account(&all);
    assert_eq!((account.people.len(), account.all.people, account.all.sent), (SHOWN, 1_500, 1_500));
    assert_eq!(account.people[999].last.recipient.as_str(), "r00999");
}

#[test]
fn what_is_open_is_counted_by_person_and_only_where_they_stand_now() {
    use DeliveryState::{Accepted, Bounced, Failed, Skipped};
    let account = account(&[
        delivery("ana", 0, Accepted, Answer::None),
        delivery("bo", 0, Failed, Answer::None),
        delivery("cy", 0, Accepted, Answer::Replied),
        delivery("di", 0, Failed, Answer::None),
        delivery("fa", 0, Skipped, Answer::None),
        delivery("ana", 1, Bounced, Answer::None),
        delivery("bo", 1, Skipped, Answer::None),
        delivery("cy", 1, Skipped, Answer::None),
        delivery("di", 1, Accepted, Answer::None),
        delivery("fa", 1, Skipped, Answer::None),
    ]);
    let mut open: Vec<(Open, String, u64)> =
        account.open().map(|(open, why, count)| (open, format!("{:?}", why.cause.unwrap()), count)).collect();
    open.sort();
    assert_eq!(
        open,
        [
            (Open::NotDelivered, "CameBack".to_owned(), 1),
            (Open::NotDelivered, "NoSuchAddress".to_owned(), 1),
            (Open::LeftOut, "Suppressed".to_owned(), 1),
        ]
    );
    let counted: u64 = account.open().map(|(.., count)| count).sum();
    assert_eq!(counted + account.all.sent, account.all.people);
}

#[test]
fn somebody_with_another_id_is_the_same_person() {
    use DeliveryState::{Accepted, Skipped};
    let renamed = |mut delivery: Delivery| {
        delivery.recipient = RecipientId::new(&delivery.email);
        delivery
    };
    let mut skipped = renamed(delivery("ana", 0, Skipped, Answer::None));
    skipped.reason = Some("accepted before, under another id".to_owned());
    let account = account(&[
        delivery("ana", 0, Accepted, Answer::None),
        skipped,
        delivery("bo", 0, Accepted, Answer::None),
        renamed(delivery("ana", 1, Accepted, Answer::None)),
        renamed(delivery("ana", 2, Accepted, Answer::Replied)),
    ]);
    assert_eq!(account.all, Numbers { people: 2, sent: 2, answered: 1 });
    assert_eq!(account.rounds[&Round(0)].total(), 2);
}

#[test]
fn whoever_asks_not_to_be_written_to_has_not_answered_and_what_came_back_was_not_sent() {
    use DeliveryState::{Accepted, Bounced};
    let account = account(&[
        delivery("ana", 0, Accepted, Answer::OptedOut),
        delivery("bo", 0, Bounced, Answer::None),
        delivery("cy", 0, Accepted, Answer::Declined),
    ]);
    assert_eq!(account.all, Numbers { people: 3, sent: 2, answered: 1 });
    assert_eq!(account.answers[&Answer::OptedOut], 1);
    let mut course = Course::default();
    course.sent(at(0));
    course.sent(at(0));
    course.answered(at(3));
    assert_eq!(account.course, course);
}
