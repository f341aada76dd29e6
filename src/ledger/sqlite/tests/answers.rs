//! What people and mails say of recipients, and who must not be written to.

use super::*;
use crate::ledger::{AddressChange, Hearing, LedgerError, Mark, Marked};
use crate::model::{Answer, Suppression, Target};

fn person() -> Voice {
    Voice::Person("ana".to_owned())
}

fn mail() -> Voice {
    Voice::Mail { id: "7f3a@example.org".to_owned() }
}

fn said(answer: Answer, by: Voice, second: i64) -> (Mark, Word) {
    (Mark { answer: Some(answer), note: None, said_at: at(second - 5) }, word_by(by, at(second)))
}

impl Bench {
    async fn mark(&self, recipient: &str, (mark, word): (Mark, Word)) -> Marked {
        self.ledger.mark(&RecipientId::new(recipient), mark, &word).await.unwrap()
    }

    fn suppressed(&self) -> Vec<String> {
        self.ledger.suppressions().unwrap().into_iter().map(|known| known.target.as_key()).collect()
    }
}

#[tokio::test]
async fn what_a_person_said_is_never_changed_by_a_mail() {
    let (bench, lease) = Bench::planned(&["bo"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    assert_eq!(bench.mark("bo", said(Answer::Replied, mail(), 10)).await.hearing, Some(Hearing::Counts));
    let corrected = bench.mark("bo", said(Answer::Acknowledged, person(), 20)).await;
    assert_eq!((corrected.before, corrected.answer), (Answer::Replied, Answer::Acknowledged));
    let later = bench.mark("bo", said(Answer::Declined, mail(), 30)).await;
    assert_eq!((later.hearing, later.answer), (Some(Hearing::PersonSaidOtherwise), Answer::Acknowledged));
    let delivery = bench.delivery("bo");
    assert_eq!((delivery.answer, delivery.answered_at), (Answer::Acknowledged, Some(at(15))));
    let told: Vec<_> = bench.events().into_iter().filter(|event| event.kind == "answer").collect();
    assert_eq!(told.len(), 3, "what did not count is told too");
    assert_eq!(told[1].source, "person ana");
    assert_eq!(told[2].source, "mail 7f3a@example.org");
    assert_eq!(told[2].detail["said"], "declined");
    assert_eq!(told[2].detail["answer"], "acknowledged");
}

#[tokio::test]
async fn an_answer_that_is_confirmed_keeps_its_time_and_becomes_the_persons() {
    let (bench, _lease) = Bench::planned(&["bo"]).await;
    bench.mark("bo", said(Answer::Replied, mail(), 10)).await;
    bench.mark("bo", said(Answer::Replied, person(), 20)).await;
    assert_eq!(bench.delivery("bo").answered_at, Some(at(5)));
    let later = bench.mark("bo", said(Answer::OptedOut, mail(), 30)).await;
    assert_eq!(later.hearing, Some(Hearing::PersonSaidOtherwise));
    assert_eq!(bench.suppressed(), ["bo@example.org"], "whoever asks not to be written to is not");
}

#[tokio::test]
async fn an_answer_that_is_taken_back_leaves_room_for_what_comes() {
    let (bench, _lease) = Bench::planned(&["bo"]).await;
    bench.mark("bo", said(Answer::Replied, person(), 10)).await;
    bench.mark("bo", said(Answer::None, person(), 20)).await;
    assert_eq!((bench.delivery("bo").answer, bench.delivery("bo").answered_at), (Answer::None, None));
    assert_eq!(bench.mark("bo", said(Answer::Replied, mail(), 30)).await.answer, Answer::Replied);
}

#[tokio::test]
async fn a_mark_goes_to_the_latest_letter_that_may_have_left() {
    let (bench, lease) = Bench::planned(&["bo", "cy"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    bench.plan_rows(&lease, Round(1), vec![row("bo"), row("cy")]).await.unwrap();
    assert_eq!(bench.mark("bo", said(Answer::Replied, person(), 10)).await.round, Round(0));
    assert_eq!(bench.mark("cy", said(Answer::Replied, person(), 10)).await.round, Round(1), "none has left");
    assert_eq!(bench.ledger.answers(&campaign(), Round(0)).unwrap(), [(Answer::Replied, 1)]);
    let nobody = RecipientId::new("eve");
    let (mark, word) = said(Answer::Replied, person(), 10);
    let refused = bench.ledger.mark(&nobody, mark, &word).await;
    assert!(matches!(refused, Err(LedgerError::NoSuchDelivery(id)) if id == "eve"));
}

#[tokio::test]
async fn a_mark_made_while_a_run_has_the_lease_stops_its_next_claim() {
    let (bench, lease) = Bench::planned(&["bo", "cy", "di"]).await;
    let elsewhere = open_elsewhere(&bench.path());
    for (id, answer) in [("bo", Answer::Declined), ("cy", Answer::Acknowledged)] {
        let (mark, word) = said(answer, person(), 1);
        elsewhere.mark(&RecipientId::new(id), mark, &word).await.unwrap();
    }
    assert_eq!(bench.claim(&lease, "bo", 2).await.unwrap(), Claimed::No(DeliveryState::Skipped));
    assert_eq!(bench.delivery("bo").reason.unwrap(), "answered: declined");
    assert!(matches!(bench.claim(&lease, "cy", 2).await.unwrap(), Claimed::Yes(_)));
    let everybody = Suppression { target: Target::Domain("example.org".to_owned()), reason: None };
    elsewhere.suppress(everybody, &word(at(3))).await.unwrap();
    assert_eq!(bench.claim(&lease, "di", 4).await.unwrap(), Claimed::No(DeliveryState::Skipped));
}

#[tokio::test]
async fn whoever_opts_out_is_suppressed_in_every_campaign_until_that_is_put_right() {
    let (bench, _lease) = Bench::planned(&["bo"]).await;
    let out = bench.mark("bo", said(Answer::OptedOut, person(), 10)).await;
    assert_eq!(out.address, AddressChange::Suppressed);
    let other = CampaignId::parse("another").unwrap();
    let (lease, _) = bench.ledger.take_lease(&other, &clock(11)).await.unwrap();
    bench.plan(&lease, &["bo"]).await;
    let planned = bench.ledger.deliveries(&other, &Selection::default()).next().unwrap().unwrap();
    let refused = bench.ledger.claim(&lease, claim(planned.id, 12)).await.unwrap();
    assert_eq!(refused, Claimed::No(DeliveryState::Skipped));

    // They say something else, too: that is no wish to be written to again.
    let replied = bench.mark("bo", said(Answer::Replied, person(), 19)).await;
    assert_eq!((replied.address, bench.suppressed().len()), (AddressChange::AsBefore, 1));
    let put_right = bench.mark("bo", said(Answer::None, person(), 20)).await;
    assert_eq!(put_right.address, AddressChange::Lifted);
    assert_eq!(bench.suppressed(), [""; 0]);
    let told: Vec<_> =
        bench.story().into_iter().filter(|it| it.starts_with("suppressed") || it.starts_with("lifted")).collect();
    assert_eq!(told, ["suppressed bo", "lifted bo"]);
}

#[tokio::test]
async fn an_address_stays_suppressed_while_anybody_else_wants_it_to_be() {
    let (bench, lease) = Bench::planned(&["bo", "bo2"]).await;
    let shared = |id: &str, skip: Option<&str>| PlannedRow {
        email: Some(EmailAddress::parse("office@example.org").unwrap()),
        skip: skip.map(str::to_owned),
        ..row(id)
    };
    bench.plan_rows(&lease, FIRST, vec![shared("bo", None), shared("bo2", Some("duplicate"))]).await.unwrap();
    bench.mark("bo", said(Answer::OptedOut, person(), 10)).await;
    bench.mark("bo2", said(Answer::OptedOut, mail(), 11)).await;
    let put_right = bench.mark("bo", said(Answer::None, person(), 20)).await;
    assert_eq!(put_right.address, AddressChange::AsBefore, "the other row's recipient opted out too");
    assert_eq!(bench.mark("bo2", said(Answer::None, person(), 21)).await.address, AddressChange::Lifted);

    bench.mark("bo", said(Answer::OptedOut, person(), 30)).await;
    let asked = Suppression { target: Target::Address("office@example.org".to_owned()), reason: Some("asked".into()) };
    bench.ledger.suppress(asked.clone(), &word(at(31))).await.unwrap();
    bench.mark("bo", said(Answer::Replied, person(), 32)).await;
    assert_eq!(bench.ledger.suppressions().unwrap(), [asked], "somebody suppressed it as such");
}

#[tokio::test]
async fn a_mails_suppression_changes_nothing_that_stands_and_a_person_lifts_either() {
    let bench = Bench::new();
    let target = Target::Address("bo@example.org".to_owned());
    let with = |reason: Option<&str>| Suppression { target: target.clone(), reason: reason.map(str::to_owned) };
    let suppress = async |reason, by| bench.ledger.suppress(with(reason), &word_by(by, at(1))).await;
    assert_eq!(suppress(Some("asked by phone"), person()).await.unwrap(), None);
    assert_eq!(suppress(Some("bounced"), mail()).await.unwrap(), Some(with(Some("asked by phone"))));
    assert_eq!(suppress(None, person()).await.unwrap(), Some(with(Some("asked by phone"))));
    assert_eq!(bench.ledger.suppressions().unwrap(), [with(Some("asked by phone"))]);
    let lift = async || bench.ledger.lift(target.clone(), &word(at(2))).await;
    assert_eq!(lift().await.unwrap(), Some(with(Some("asked by phone"))));
    assert_eq!(lift().await.unwrap(), None);
    assert_eq!(bench.story(), ["suppressed", "suppressed", "lifted"]);
}
