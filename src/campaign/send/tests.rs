//! The steps of a run: nobody is kept from sending while a person thinks, and nothing is sent that nobody agreed to.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Agreed, Prepared, Verdict, Wish};
use crate::campaign::{Campaign, Error, Folder, Note, Realm};
use crate::clock::Clock;
use crate::dispatch::{DrainHandle, Patience};
use crate::ledger::{PersonLedger, ReadLedger, Voice, Word};
use crate::model::{DeliveryState, Round};

const SETTINGS: &str = "id = \"2027-03-delta\"\nname = \"Keep the delta\"\n[sender]\nfrom = \"Secretariat <letters@coalition.example>\"\n\
                        [letter]\ndate = 2027-03-22\n";
const LETTER: &str = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\n{{> signatories}}\n";
const LIST: &str = "email,name\nana@example.org,Ana\nbo@example.org,Bo\ncy@example.org,Cy\n";

fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("campaign.toml", SETTINGS),
        ("templates/letter.md", LETTER),
        ("lists/recipients.csv", LIST),
        ("lists/signatories.csv", "name\nDelta Watch\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn folder(path: &Path) -> Folder {
    Folder::open(path, "campaign.toml", Realm::Sandbox).unwrap()
}

fn prepared(path: &Path) -> Prepared {
    let wish =
        Wish { limit: None, only: Vec::new(), patience: Patience::Wait, accepts_changes: false, takes_over: None };
    let clock = Clock::system();
    Campaign::read(folder(path), Round(0), &clock).unwrap().prepare(wish, &clock, &mut quiet).unwrap()
}

fn quiet(_: Note) {}

fn accepted(path: &Path) -> u64 {
    let folder = folder(path);
    let ledger = folder.known_ledger().unwrap().expect("there is a ledger");
    ledger.tally(&folder.settings.id, Round(0)).unwrap().of(DeliveryState::Accepted)
}

#[tokio::test]
async fn what_was_agreed_to_is_sent() {
    let workspace = workspace();
    let prepared = prepared(workspace.path());
    let planned = prepared.survey(&mut quiet).unwrap();
    assert_eq!((planned.letters, planned.totals.to_send), (3, 3));
    let run = prepared.begin(Agreed::by_number(&planned, "3").unwrap(), &mut quiet).await.unwrap();
    let (_handle, drain) = DrainHandle::new();
    let concluded = run.send(drain, &mut |_| {}).await.unwrap();
    assert_eq!((concluded.verdict(), concluded.attempts, concluded.left()), (Verdict::Done, 3, Some(0)));
    assert_eq!(accepted(workspace.path()), 3);
}

#[tokio::test]
async fn nothing_is_written_and_nobody_is_kept_from_sending_while_a_person_thinks() {
    let workspace = workspace();
    let prepared = prepared(workspace.path());
    let planned = prepared.survey(&mut quiet).unwrap();
    assert!(!workspace.path().join("logs").exists(), "a survey writes nothing");
    // Another person is quicker.
    let other = self::prepared(workspace.path()).begin(Agreed::in_advance(), &mut quiet).await.unwrap();
    let (_handle, drain) = DrainHandle::new();
    other.send(drain, &mut |_| {}).await.unwrap();
    let refused = prepared.begin(Agreed::by_number(&planned, "3").unwrap(), &mut quiet).await.unwrap_err();
    assert!(matches!(refused, Error::AnotherPlan { agreed: 3, found: 0, .. }), "{refused}");
    assert_eq!(accepted(workspace.path()), 3);
}

#[tokio::test]
async fn a_list_that_changed_since_somebody_agreed_is_not_sent_to() {
    for list in [
        "email,name\nana@example.org,Ana\nbo@example.org,Bo\n",
        "email,name\nana@example.org,Ana\nbo@example.org,Bo\ndi@example.org,Cy\n",
        "email,name\nana@example.org,Ana\nbo@example.org,Bo\ncy@example.org,Cyd\n",
    ] {
        let workspace = workspace();
        let prepared = prepared(workspace.path());
        let planned = prepared.survey(&mut quiet).unwrap();
        fs::write(workspace.path().join("lists/recipients.csv"), list).unwrap();
        let refused = prepared.begin(Agreed::by_number(&planned, "3").unwrap(), &mut quiet).await.unwrap_err();
        assert!(matches!(refused, Error::AnotherPlan { agreed: 3, .. }), "{refused}");
        // The lease was given back: a person who looks again can send at once.
        self::prepared(workspace.path()).begin(Agreed::in_advance(), &mut quiet).await.unwrap();
    }
}

#[tokio::test]
async fn a_campaign_that_was_stopped_since_somebody_agreed_is_not_sent() {
    let workspace = workspace();
    let prepared = prepared(workspace.path());
    let planned = prepared.survey(&mut quiet).unwrap();
    let folder = folder(workspace.path());
    let by = Voice::Person("Ada".to_owned());
    let word = Word { campaign: folder.settings.id.clone(), by, at: Clock::system().now() };
    folder.ledger().unwrap().stop(None, &word).await.unwrap();
    let refused = prepared.begin(Agreed::by_number(&planned, "3").unwrap(), &mut quiet).await.unwrap_err();
    assert!(matches!(refused, Error::Halted { .. }), "{refused}");
}

#[tokio::test]
async fn two_runs_do_not_begin_at_once() {
    let workspace = workspace();
    let held = prepared(workspace.path()).begin(Agreed::in_advance(), &mut quiet).await.unwrap();
    let refused = prepared(workspace.path()).begin(Agreed::in_advance(), &mut quiet).await.unwrap_err();
    assert!(matches!(refused, Error::Ledger(crate::ledger::LedgerError::Held(_))), "{refused}");
    drop(held);
}

#[test]
fn letters_that_are_tried_out_many_at_once_tell_their_faults_in_the_order_of_the_list() {
    let workspace = workspace();
    fs::write(
        workspace.path().join("templates/letter.md"),
        LETTER.replace("To {{recipient.name}}", "{{recipient.name}}"),
    )
    .unwrap();
    let nameless = [3, 140, 141, 290, 300];
    let rows = (0..300).map(|row| {
        let name = if nameless.contains(&(row + 2)) { "" } else { "Ana" };
        format!("office{row}@example.org,{name}\n")
    });
    fs::write(workspace.path().join("lists/recipients.csv"), format!("email,name\n{}", rows.collect::<String>()))
        .unwrap();
    let Err(Error::Faults(faults)) = prepared(workspace.path()).survey(&mut quiet) else { panic!("it has faults") };
    let lines: Vec<_> = faults.iter().filter_map(|fault| fault.place.line).collect();
    assert_eq!(lines, nameless);
}
