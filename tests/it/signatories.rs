//! Signatories on their way from a list to a letter.

use icu::collator::Collator;
use icu::collator::options::CollatorOptions;
use icu::locale::locale;
use mail_parser::MessageParser;
use serde_json::Value;

use crate::harness::{Campaign, material};
use crate::session::Session;

const LETTER: &str = "+++\nsubject = \"To you\"\n+++\n\nBegin.\n\n{{> signatories}}\n\nEnd.\n";

/// A campaign with one recipient and this list, and a letter that is nothing but its signatories.
fn campaign(list: &[u8]) -> Campaign {
    Campaign::new()
        .file("templates/letter.md", LETTER)
        .file("lists/signatories.csv", list)
        .recipients("email,name\nana@example.org,Ana\n")
        .server([])
}

/// The signatories in the text and in the HTML of the one letter that the server took.
fn received(campaign: &Campaign) -> (Vec<String>, Vec<String>) {
    campaign.run(&["send", "--yes"]).exits(0);
    let received = campaign.received();
    let [letter] = received.as_slice() else { panic!("{} letters", received.len()) };
    let message = MessageParser::default().parse(&letter.message).unwrap();
    (in_text(&message.body_text(0).unwrap()), in_html(&message.body_html(0).unwrap()))
}

/// One signatory a line; the rest of a long one is indented.
fn in_text(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let block = text.split("Begin.\n\n").nth(1).unwrap().split("\n\nEnd.").next().unwrap();
    block.replace("\n    ", " ").lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn in_html(html: &str) -> Vec<String> {
    let html = html.replace("\r\n", "\n");
    let item = |item: &str| {
        let inside = &item[item.find('>').unwrap() + 1..item.find("</li>").unwrap()];
        let without_tags = inside.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        let text: String = without_tags.collect();
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character))
    };
    html.split("<li").skip(1).map(item).collect()
}

/// A list as a campaign would have it: its columns under the names that mean something.
fn renamed(csv: &[u8], names: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.trim().to_owned()).collect()).collect();
    for cell in &mut rows[0] {
        if let Some((_, name)) = names.iter().find(|(old, _)| old == cell) {
            *cell = (*name).to_owned();
        }
    }
    rows
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The cells of a column.
fn column<'r>(rows: &'r [Vec<String>], name: &str) -> impl Iterator<Item = &'r str> {
    let at = rows[0].iter().position(|cell| cell == name).unwrap();
    rows[1..].iter().map(move |row| row[at].as_str())
}

/// Texts in the order of the English alphabet by their first parts; what is equal there keeps its order.
fn in_order(mut texts: Vec<(String, String)>) -> Vec<String> {
    let collator = Collator::try_new(locale!("en").into(), CollatorOptions::default()).unwrap();
    texts.sort_by(|(one, _), (other, _)| collator.compare(one, other).then_with(|| one.cmp(other)));
    texts.into_iter().map(|(name, rest)| name + &rest).collect()
}

#[test]
fn every_real_list_comes_through_unchanged() {
    let Some(corpora) = material("UNDERSIGNED_CORPORA") else { return };
    let read = |path: &str| std::fs::read(corpora.join("signatories").join(path)).unwrap();
    let mut lists = vec![
        renamed(&read("keepthingsopen/signatures.csv"), &[]),
        renamed(&read("humportal-charter4change/data/signatories.csv"), &[("Publisher", "name")]),
        renamed(&read("humportal-charter4change/data/signatories-progress.csv"), &[("id", "name")]),
    ];
    let json: Value = serde_json::from_slice(&read("digitale-zivilgesellschaft/data/signatories.json")).unwrap();
    let row = |one: &Value| ["name", "url"].map(|key| one[key].as_str().unwrap_or_default().trim().to_owned()).to_vec();
    let header = vec!["name".to_owned(), "url".to_owned()];
    lists.push(std::iter::once(header).chain(json["list"].as_array().unwrap().iter().map(row)).collect());

    assert_eq!(lists.iter().map(|list| list.len() - 1).collect::<Vec<_>>(), [2273, 115, 5, 76]);
    for list in lists {
        let expected = in_order(column(&list, "name").map(|name| (name.to_owned(), String::new())).collect());
        let (text, html) = received(&campaign(&written(&list)));
        assert_eq!(text, expected);
        assert_eq!(html, expected);
    }
}

#[test]
fn every_person_of_a_real_list_keeps_title_and_affiliation() {
    let Some(corpora) = material("UNDERSIGNED_CORPORA") else { return };
    let read = std::fs::read(corpora.join("signatories/keepthingsopen/signatures.csv")).unwrap();
    let mut list = renamed(&read, &[("role", "title"), ("org", "affiliation"), ("contributor", "person")]);
    for row in &mut list[1..] {
        row[3] = "yes".to_owned();
    }
    let detail = |title: &str, affiliation: &str| -> String {
        [title, affiliation].iter().filter(|part| !part.is_empty()).flat_map(|part| [", ", part]).collect()
    };
    let details = column(&list, "title").zip(column(&list, "affiliation"));
    let rows = column(&list, "name").zip(details);
    let rows = rows.map(|(name, (title, affiliation))| (name.to_owned(), detail(title, affiliation)));
    let expected = in_order(rows.collect());
    let (text, html) = received(&campaign(&written(&list)));
    assert_eq!(text, expected);
    assert_eq!(html, expected);
}

#[test]
fn check_reports_namesakes_and_sends_nothing() {
    let session = Session::begin();
    let list = "name\nMédecins du Delta\nMedecins du delta (MDD)\n";
    let ran = campaign(list.as_bytes()).run(&["check"]).exits(0);
    ran.says(
        "lists/signatories.csv:3: `Medecins du delta (MDD)` may be `Médecins du Delta` on line 2 once more; remove one",
    );
    session.reads("check-namesakes");
}

#[test]
fn a_column_that_is_to_be_shown_and_is_not_there_stops_everything() {
    let session = Session::begin();
    let campaign = campaign(b"name,region\nDelta Watch,Lower Velma\n")
        .settings("[letter]\ndate = 2027-03-22\nshow = [\"regoin\"]\n");
    campaign
        .run(&["send", "--yes"])
        .exits(2)
        .says("campaign.toml:10:9: `show`: the signatories list has no column `regoin`; did you mean `region`?");
    assert!(campaign.received().is_empty());
    session.reads("bad-signatories-column");
}

#[test]
fn a_block_that_is_printed_otherwise_stops_a_round_that_has_begun() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let campaign = campaign.settings("[signatories]\nheading = true\n");
    let ran = campaign.run(&["send", "--yes"]).exits(2);
    ran.says("campaign.toml (sender and letter)");
    assert_eq!(campaign.received().len(), 1);
    session.reads("send-changed");
}

#[test]
fn who_is_not_to_be_published_leaves_the_machine_in_no_form() {
    let list = "name,country,publish,person,affiliation\nDelta Watch,BE,yes,,\nSecret Society,SE,no,,\nGhost Writer,NO,no,yes,Hidden House\n";
    let campaign = campaign(list.as_bytes()).settings("[signatories]\ngroup_by = \"country\"\nheading = true\n");
    let (text, html) = received(&campaign);
    assert_eq!(
        (text, html),
        (
            vec!["Signatories".to_owned(), "Belgium".to_owned(), "  Delta Watch".to_owned()],
            vec!["Delta Watch".to_owned()]
        )
    );
    let letter = campaign.received().remove(0).message;
    let letter = String::from_utf8(letter).unwrap();
    for hidden in ["Secret Society", "Ghost", "Hidden", "Sweden", "Norway"] {
        assert!(!letter.contains(hidden), "{hidden}");
    }
}
