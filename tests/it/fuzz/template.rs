//! A template, and behind a line of `%%%` a value that is printed in it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, LazyLock};

use tempfile::TempDir;
use undersigned::letter::{LetterFacts, Letters};
use undersigned::model::{CampaignId, Columns, EmailAddress, Fields, Recipient, RecipientId, RollStyle, Round};
use undersigned::workspace::Workspace;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());

/// Loads it, and merges it for somebody.
pub fn look(data: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(data);
    let (template, value) = text.split_once("\n%%%\n").unwrap_or((&text, "Ana"));
    std::fs::write(FOLDER.path().join("letter.md"), template).unwrap();
    let workspace = Workspace::open(FOLDER.path()).unwrap();
    let columns = Arc::new(Columns::new(["email", "name", "organisation"]));
    let campaign = CampaignId::parse("2030-river").unwrap();
    let facts = LetterFacts {
        campaign_id: &campaign,
        campaign_name: "A river",
        sender_name: Some("River Secretariat"),
        sender_email: "letters@river.example",
        date: jiff::civil::date(2030, 6, 12),
        language: "en".parse().unwrap(),
        round: Round(0),
        continues: false,
        recipients_path: "lists/recipients.csv",
        signatories_path: "lists/signatories.csv",
        columns: &columns,
        signatories: &[],
        roll: &RollStyle::default(),
        header: None,
        show: &[],
        html: &[],
    };
    let mut said: Vec<String> = Vec::new();
    match Letters::load(&workspace, "letter.md", None, &facts) {
        Err(faults) => said.extend(faults.into_iter().map(|fault| without_values(&fault.message))),
        Ok(letters) => {
            let recipient = somebody(&columns, value);
            for letter in letters.iter() {
                match letter.merge(&recipient, None) {
                    Err(faults) => said.extend(faults.into_iter().map(|fault| without_values(&fault.message))),
                    Ok(merged) => {
                        assert!(!merged.subject.contains(['\r', '\n']), "{}", merged.subject);
                        // A value is data: no page runs it.
                        let html = merged.html.to_text().to_lowercase();
                        assert!(template.to_lowercase().contains("script") || !html.contains("<script"), "{html}");
                        said.extend(
                            html.split('<').skip(1).filter_map(|tag| Some(tag.split([' ', '>']).next()?.to_owned())),
                        );
                    }
                }
            }
        }
    }
    said.sort();
    said.dedup();
    let mut way = DefaultHasher::new();
    said.hash(&mut way);
    way.finish()
}

fn somebody(columns: &Arc<Columns>, value: &str) -> Recipient {
    Recipient {
        id: RecipientId::new("ana"),
        line: 2,
        to: EmailAddress::parse("ana@example.org").unwrap(),
        cc: Vec::new(),
        bcc: Vec::new(),
        lang: None,
        tags: Vec::new(),
        attachments: Vec::new(),
        further: 0,
        opted_out: None,
        fields: Fields::new(
            Arc::clone(columns),
            vec!["ana@example.org".to_owned(), value.to_owned(), value.to_owned()],
        ),
    }
}

/// A message without what stands in backticks, and without numbers.
fn without_values(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<String>();
    outside.chars().filter(|c| !c.is_ascii_digit()).collect()
}
