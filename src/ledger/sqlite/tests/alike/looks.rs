//! What people look through, in both ledgers.

use super::super::*;
use super::step::{RECIPIENTS, SECOND, Step};
use super::{campaign, said};
use crate::ledger::{
    Approval, ApprovalLedger, BrowseLedger, CellText, DismissLedger, Look, LookFrom, MailLedger, Order, Reach,
    ReviewLedger, Sight,
};
use crate::model::Answer;

/// A person makes something of what waits, or of the letter.
pub(super) async fn make_of(ledger: &(impl DismissLedger + ApprovalLedger), step: Step, second: i64) -> String {
    let word = word(at(second));
    match step {
        Step::Dismiss(number) => said(ledger.dismiss(vec![number, number], &word).await),
        Step::LetWait(number) => said(ledger.let_wait(vec![number], &word).await),
        Step::Doubt(number) => said(ledger.doubt(vec![number], &word).await),
        step => agree(ledger, matches!(step, Step::Agree(true)), second).await,
    }
}

/// Somebody agrees, or what they agreed to is taken back.
async fn agree(ledger: &impl ApprovalLedger, agrees: bool, second: i64) -> String {
    let word = word(at(second));
    if !agrees {
        return said(ledger.withdraw("bo", &word).await);
    }
    let (person, version, noted_by) = ("bo".to_owned(), format!("version {second}"), "ana".to_owned());
    said(ledger.agree(Approval { person, version, at: at(second), noted_by, note: None }, &word).await)
}

/// Everything that people look through, but for keys.
pub(super) fn shown(
    ledger: &(impl BrowseLedger + ReviewLedger + ApprovalLedger + DismissLedger + MailLedger),
) -> Vec<String> {
    let mut shown = Vec::new();
    for look in looks() {
        // One by one, there and back.
        let (mut from, mut pages) = (LookFrom::First, Vec::new());
        loop {
            let sight = ledger.browse(&campaign(), &Look { from, ..look.clone() }).unwrap();
            let Sight { rows, has_more, ended_at } = sight;
            let is_further = ended_at.is_some();
            let Some((first, last)) = rows.last().cloned() else {
                // Nothing of it was within reach.
                let Some(further) = ended_at else { break };
                pages.push("further".to_owned());
                from = LookFrom::After(further);
                continue;
            };
            let whose = ledger.whose(&campaign(), first).unwrap();
            pages.push(format!("{} {} {:?} {has_more} {is_further} {whose:?}", last.round, last.recipient, last.state));
            from = LookFrom::After(last.id);
        }
        if let LookFrom::After(last) = from {
            let before = ledger.browse(&campaign(), &Look { from: LookFrom::Before(last), ..look.clone() }).unwrap();
            let before = before.rows.iter().map(|(_, delivery)| (delivery.round, delivery.recipient.clone()));
            pages.push(format!("{:?}", before.collect::<Vec<_>>()));
        }
        shown.push(format!("{look:?}: {pages:?}"));
    }
    shown.push(format!("{:?}", ledger.passed(&campaign()).unwrap()));
    shown.push(format!("{:?}", ledger.waiting().unwrap()));
    shown.push(format!("{:?}", ledger.sayings(&(1..12).collect::<Vec<u64>>()).unwrap()));
    shown.push(format!("{:?}", ledger.approvals(&campaign()).unwrap()));
    for id in RECIPIENTS {
        for mail in ledger.mails_about(&campaign(), &RecipientId::new(id)).unwrap() {
            shown.push(format!("{} {} {} {:?} {}", mail.number, mail.round, mail.kind, mail.waits, mail.is_taken_back));
        }
    }
    for copy in ledger.copy_rows(&campaign(), None) {
        shown.push(format!("{:?}", copy.unwrap()));
    }
    shown
}

/// What is looked for, and in which orders.
fn looks() -> Vec<Look> {
    let look = Look { take: 1, ..Look::default() };
    let in_order = |order| Look { order, take: 2, ..Look::default() };
    let mut looks: Vec<Look> =
        [Order::Name, Order::Organisation, Order::Attempted, Order::Answered].map(in_order).to_vec();
    looks.push(Look { round: Some(SECOND), words: vec!["EXAMPLE.org".to_owned()], ..look.clone() });
    looks.push(Look { states: vec![DeliveryState::Accepted, DeliveryState::InDoubt], ..look.clone() });
    looks.push(Look { states: vec![DeliveryState::Failed, DeliveryState::Bounced], ..look.clone() });
    looks.push(Look { states: vec![DeliveryState::Planned], order: Order::Name, ..look.clone() });
    looks.push(Look { answers: vec![Answer::Replied, Answer::OptedOut], ..look.clone() });
    looks.push(Look { answers: vec![Answer::None], words: vec!["bo".to_owned()], ..look.clone() });
    looks.push(Look { cells: vec![("email".to_owned(), vec![CellText::Part("ANA".to_owned())])], ..look.clone() });
    let bo = vec![CellText::Whole("Bo".to_owned()), CellText::Whole("ANA2".to_owned())];
    looks.push(Look { cells: vec![("id".to_owned(), bo)], ..look.clone() });
    for letters in [1, 2, 3] {
        let reach = Reach::Letters(letters);
        looks.push(Look { words: vec!["bo".to_owned()], reach, ..look.clone() });
        let states = vec![DeliveryState::Accepted];
        looks.push(Look { words: vec!["example".to_owned()], states, reach, take: 2, ..look.clone() });
        looks.push(Look { answers: vec![Answer::None], reach, ..look.clone() });
        let ana = vec![CellText::Part("ana".to_owned())];
        looks.push(Look { cells: vec![("email".to_owned(), ana)], round: Some(SECOND), reach, ..look.clone() });
        let states = vec![DeliveryState::Failed, DeliveryState::Bounced];
        looks.push(Look { words: vec!["o".to_owned()], states, reach, ..look.clone() });
        looks.push(Look { words: vec!["o".to_owned()], answers: vec![Answer::Replied], reach, ..look.clone() });
    }
    looks
}
