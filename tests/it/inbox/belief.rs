//! What it costs that an address alone is not believed: of real reports, how many wait for a person. `cargo test
//! inbox::belief -- --nocapture` prints the table.

use std::fs;
use std::path::Path;

use undersigned::inbox::{Clues, Incoming, Kind, Reading, classify};
use undersigned::model::{CampaignId, EmailAddress, RecipientId, Round, SentLetter, TokenKey};

use super::expected::{cases, corpora};

const TOKEN: &str = "abcdefghijklmnop";

/// The letter that a report is about, as if it were ours.
fn letter(reading: &Reading) -> SentLetter {
    let named = reading.recipients.iter().flat_map(|one| one.original_address.iter().chain([&one.address]));
    let addresses = named.filter_map(|address| EmailAddress::parse(address).ok()).map(|address| address.key());
    let id = reading.original_message_id.iter().chain(&reading.in_reply_to).chain(&reading.references).next();
    SentLetter {
        campaign: CampaignId::parse("c").unwrap(),
        round: Round(0),
        recipient: RecipientId::new("r"),
        message_id: id.cloned().unwrap_or_else(|| "unknown@us.example".to_owned()),
        token: TOKEN.to_owned(),
        addresses: addresses.collect(),
        blind: Vec::new(),
        former: Vec::new(),
        subject: String::new(),
        may_have_left: true,
        sent_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// Whether a report is tied to its letter; a suggestion is not.
fn is_tied(reading: &Reading, clues: &Clues) -> bool {
    let mut incoming = Incoming::new([clues], TokenKey::new([7; 32]));
    incoming.see(letter(reading));
    !incoming.matched(reading.kind, clues).hits.is_empty()
}

/// Of some reports, how many wait for a person: without a token in the envelope, and with one.
fn waiting(what: &str, readings: &[Reading]) -> (usize, usize) {
    let reports: Vec<&Reading> = readings
        .iter()
        .filter(|reading| matches!(reading.kind, Kind::Report | Kind::Complaint) && !reading.recipients.is_empty())
        .collect();
    let waits = |tokens: &[&str]| {
        let clues = |reading: &Reading| Clues {
            tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
            ..Clues::of(reading)
        };
        reports.iter().filter(|reading| !is_tied(reading, &clues(reading))).count()
    };
    let (without, with) = (waits(&[]), waits(&[TOKEN]));
    println!("| {what} | {} | {without} | {with} |", reports.len());
    (without, with)
}

fn readings(folder: &Path) -> Vec<Reading> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mails = files.filter(|file| file.extension().is_some_and(|ending| ending == "eml"));
    mails.map(|file| classify(&fs::read(file).unwrap())).collect()
}

#[test]
fn few_reports_of_systems_in_use_wait_for_a_person_and_none_that_came_to_a_token() {
    let Some(corpora) = corpora() else { return };
    println!("| reports of | all | suggestions | with `{{token}}` in `bounce_to` |\n|---|---|---|---|");
    let collected: Vec<Reading> = cases(&corpora.join("")).into_iter().map(|case| case.reading).collect();
    let (_, with) = waiting("`bounces/`, of thirty years", &collected);
    assert_eq!(with, 0);
    let systems = readings(&corpora.join("systems"));
    let (without, with) = waiting("`systems/`, of November 2026", &systems);
    assert_eq!((without, with), (0, 0));
    assert_eq!(waiting("`generated/`", &readings(&corpora.join("generated"))), (0, 0));
}
