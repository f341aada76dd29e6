//! Follow-ups: what a claim looks at in the rounds before it, and what went to a recipient before.

use super::mails::{Says, Surely, mail};
use super::*;
use crate::ledger::MailLedger;
use crate::model::{Addressee, Answer, Effect, History, Past, Thread, Tie};

const SECOND: Round = Round(1);

fn to(id: &str, address: &str, name: &str) -> Addressee {
    Addressee { id: RecipientId::new(id), address: address.to_owned(), name: name.to_owned() }
}

impl Bench {
    /// Claims the letter of the second round, which is planned for all of these.
    async fn claim_follow_up(&self, lease: &Lease, id: &str) -> (Claimed, Option<String>) {
        self.plan_rows(lease, SECOND, vec![row(id)]).await.unwrap();
        let find = || {
            let selection = Selection { round: Some(SECOND), recipient: Some(id.to_owned()), ..Selection::default() };
            self.deliveries(&selection).remove(0)
        };
        let claimed = self.ledger.claim(lease, claim(find().id, 50)).await.unwrap();
        (claimed, find().reason)
    }

    fn history(&self, to: Addressee) -> History {
        let thread = Thread { campaign: campaign(), before: SECOND, continues: None, quotes: false };
        ReadLedger::histories(&self.ledger, &thread, &[to]).unwrap().remove(0)
    }
}

#[tokio::test]
async fn a_follow_up_is_claimed_only_where_the_letter_before_it_was_accepted() {
    for state in [DeliveryState::Failed, DeliveryState::InDoubt, DeliveryState::Deferred] {
        let (bench, lease) = Bench::planned(&["bo"]).await;
        bench.send(&lease, "bo", 1, state).await;
        let (claimed, reason) = bench.claim_follow_up(&lease, "bo").await;
        assert_eq!(claimed, Claimed::No(DeliveryState::Skipped), "{state}");
        assert_eq!(reason, Some(format!("{state} in round 0")));
    }
    let (bench, lease) = Bench::planned(&["bo"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    assert_eq!(bench.claim_follow_up(&lease, "cy").await.1.as_deref(), Some("no letter in round 0"));
    assert!(matches!(bench.claim_follow_up(&lease, "bo").await.0, Claimed::Yes(_)));
}

#[tokio::test]
async fn what_came_back_to_an_earlier_round_stops_the_claim() {
    for (meddled, reason) in [
        ("answer = 'declined', answer_by = 'person'", "answered: declined"),
        ("state = 'bounced'", "bounced in round 0"),
    ] {
        let (bench, lease) = Bench::planned(&["bo"]).await;
        bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
        bench.sql().execute(&format!("UPDATE delivery SET {meddled} WHERE round = 0"), []).unwrap();
        let (claimed, why) = bench.claim_follow_up(&lease, "bo").await;
        assert_eq!((claimed, why.as_deref()), (Claimed::No(DeliveryState::Skipped), Some(reason)));
    }
}

#[tokio::test]
async fn a_history_is_found_by_the_address_and_by_the_id_of_the_same_person_alone() {
    let (bench, lease) = Bench::planned(&["bo"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    let past = Past {
        round: FIRST,
        state: DeliveryState::Accepted,
        answer: Answer::None,
        returns_on: None,
        accepted_at: Some(at(2)),
        failed_copies: Vec::new(),
        message_id: bench.delivery("bo").message_id,
        subject: Some("A letter".to_owned()),
        made_of: None,
    };
    let known = History { continued: Vec::new(), rounds: vec![past] };
    assert_eq!(bench.history(to("7", "bo@example.org", "")), known, "a list with new ids");
    assert_eq!(bench.history(to("bo", "bo@elsewhere.example", "Name of bo")), known, "an address that changed");
    assert_eq!(bench.history(to("bo", "new@example.org", "Somebody new")), History::default());
    assert_eq!(bench.history(to("bo", "new@example.org", "")), History::default());
}

#[tokio::test]
async fn what_a_mail_says_of_a_return_is_part_of_the_history() {
    let (bench, lease) = Bench::planned(&["bo", "cy"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Accepted).await;
    bench.send(&lease, "cy", 3, DeliveryState::Accepted).await;
    let away = Says {
        round: FIRST,
        recipient: "bo",
        effect: Effect::Answered(Answer::AutoReply),
        stop: None,
        returns_on: Some("2024-07-01"),
        surely: Surely::Tied(Tie::Sure),
    };
    bench.ledger.count(mail(1, &[away], 10)).await.unwrap();
    let returns_on = |id: &str| bench.history(to(id, &format!("{id}@example.org"), "")).rounds[0].returns_on;
    assert_eq!(returns_on("bo"), Some(jiff::civil::date(2024, 7, 1)));
    assert_eq!(returns_on("cy"), None);
}

#[tokio::test]
async fn what_a_letter_was_made_of_stays_known_when_its_row_changes_or_goes() {
    let (bench, lease) = Bench::planned(&["bo", "cy", "di"]).await;
    bench.ledger.freeze(&lease, FIRST, Vec::new(), at(1)).await.unwrap();
    for (second, id) in [(1, "bo"), (3, "cy")] {
        bench.send(&lease, id, second, DeliveryState::Accepted).await;
    }
    let made_of = |id: &str| {
        let thread = Thread { campaign: campaign(), before: SECOND, continues: None, quotes: true };
        let to = to(id, &format!("{id}@example.org"), "");
        ReadLedger::histories(&bench.ledger, &thread, &[to]).unwrap().remove(0).rounds.remove(0).made_of
    };
    let before = ["bo", "cy"].map(|id| made_of(id).unwrap());
    assert_eq!(before[0].header, ["id", "email"]);
    assert_eq!(before[0].cells, row("bo").cells);
    assert_eq!(before[0].at, at(1));
    for (header, rows) in [
        (vec!["id", "email", "city"], vec![PlannedRow { cells: vec!["other".to_owned()], ..row("bo") }]),
        (vec!["id", "email"], vec![PlannedRow { cells: vec!["third".to_owned()], ..row("cy") }, row("bo")]),
    ] {
        bench.ledger.begin_plan(&lease, FIRST, &Columns::new(header)).await.unwrap();
        bench.ledger.plan(&lease, FIRST, rows).await.unwrap();
        bench.ledger.finish_plan(&lease, FIRST, at(5)).await.unwrap();
        assert_eq!(["bo", "cy"].map(|id| made_of(id).unwrap()), before);
    }
    let sent_with = bench.ledger.sent_with(&campaign(), FIRST).unwrap();
    assert_eq!(sent_with.headers, [["id", "email"]]);
    assert_eq!(sent_with.snapshots.iter().map(|(id, _)| Some(*id)).collect::<Vec<_>>(), [before[0].snapshot]);
}

#[tokio::test]
async fn a_letter_that_is_sent_after_all_is_made_of_the_row_of_then() {
    let (bench, lease) = Bench::planned(&["bo"]).await;
    bench.ledger.freeze(&lease, FIRST, Vec::new(), at(1)).await.unwrap();
    bench.send(&lease, "bo", 1, DeliveryState::InDoubt).await;
    let new = PlannedRow { cells: vec!["new".to_owned()], ..row("bo") };
    bench.plan_rows(&lease, FIRST, vec![new]).await.unwrap();
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let (resolution, id) = (crate::ledger::Resolution::NotSent, RecipientId::new("bo"));
    bench.ledger.resolve(FIRST, &id, resolution, &word(at(3))).await.unwrap();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(4)).await.unwrap();
    bench.send(&lease, "bo", 5, DeliveryState::Accepted).await;
    let thread = Thread { campaign: campaign(), before: SECOND, continues: None, quotes: true };
    let history = ReadLedger::histories(&bench.ledger, &thread, &[to("bo", "bo@example.org", "")]).unwrap().remove(0);
    assert_eq!(history.rounds[0].made_of.as_ref().unwrap().cells, ["new"]);
}
