//! How many letters a second one core merges, and how many messages it makes of them, with a handful of values: a
//! letter of 8 KB of Markdown with 150 signatories, and one that is a message of 8 KB on the wire.
//!
//! `cargo bench --bench merge`

use std::hint::black_box;
use std::sync::Arc;

use undersigned::config::Sender;
use undersigned::letter::{Letter, Piece};
use undersigned::message::{Composer, Draft};
use undersigned::model::{Columns, EmailAddress, Recipient, Round, Signatory, TokenKey};
use undersigned::workspace::Workspace;

#[path = "fixture/campaign.rs"]
mod campaign;
#[path = "fixture/rate.rs"]
mod rate;

const FRONT: &str = "+++\nsubject = \"{{recipient.country}}: keep the river free\"\npreheader = \"{{signatory_count}} organisations ask you\"\n+++\n";
const HEAD: &str = "\
To the attention of:  \n{{recipient.name}}, {{recipient.role}}

{{date letter.date}}

{{default recipient.salutation \"Dear Sir or Madam\"}},

we, the undersigned {{signatory_count}} organisations, write to you in {{recipient.country}} about the river, its valley and \
the people who live of it, and ask {{recipient.organisation}} to take up three points before the summer is over.

";
const TAIL: &str = "\
{{#if (eq recipient.country \"BE\")}}
We would be glad to meet you in Brussels.
{{else}}
We would be glad to meet you in {{recipient.country}}.
{{/if}}

Yours sincerely,

{{> signatories}}
";
const PARAGRAPH: &str = "The **valley** has been farmed for a thousand years, and its [commons](https://river.example/commons) have \
outlived every plan that was made for them. Where the water was dammed, the meadows fell dry within ten years; where it was left to \
run, storks and crayfish came back, and with them the people who had left. None of this is new, and none of it is disputed: what is \
missing is a decision.\n\n";

/// A letter to measure.
struct Case {
    what: &'static str,
    paragraphs: usize,
    signatories: u64,
}

const CASES: [Case; 2] = [
    Case { what: "8 KB of Markdown, 150 signatories", paragraphs: 19, signatories: 150 },
    Case { what: "8 KB on the wire, 12 signatories", paragraphs: 4, signatories: 12 },
];

fn main() {
    for case in CASES {
        println!("{}", case.what);
        measure(&case);
    }
}

fn measure(case: &Case) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let template = format!("{FRONT}{HEAD}{}{TAIL}", PARAGRAPH.repeat(case.paragraphs));
    std::fs::write(folder.path().join("letter.md"), &template).expect("the template is written");
    let columns = Arc::new(Columns::new(["email", "name", "role", "salutation", "organisation", "country"]));
    let signatory = |n| campaign::signatory(n, format!("Friends of Valley {n}"));
    let signatories: Vec<Signatory> = (0..case.signatories).map(signatory).collect();
    let workspace = Workspace::open(folder.path()).expect("a workspace");
    let letters = campaign::letters(&workspace, "letter.md", &columns, &signatories);
    let recipients: Vec<Recipient> = (0..1_000).map(|n| recipient(&columns, n)).collect();
    let letter = letters.choose(None).letter;
    check(letter, &recipients[7], template.len(), case.signatories);

    let rate = rate::best(&recipients, |recipient| {
        black_box(letter.merge(black_box(recipient), None).expect("a letter"));
    });
    println!("  merge: {rate:.0} letters/s on one core");

    let composer = Composer::new(campaign::id(), Round(0), &sender(), TokenKey::new([7; 32])).expect("a composer");
    let at = jiff::Timestamp::UNIX_EPOCH;
    let compose = |recipient: &Recipient| {
        let merged = letter.merge(recipient, None).expect("a letter");
        let language = letter.language();
        let draft = Draft {
            recipient,
            id: &recipient.id,
            known_as: None,
            merged: &merged,
            language,
            attachments: &[],
            thread: &[],
            at,
        };
        composer.compose(&draft).expect("a message")
    };
    println!("  a message has {} bytes", compose(&recipients[7]).bytes.len());
    let rate = rate::best(&recipients, |recipient| {
        black_box(compose(black_box(recipient)));
    });
    println!("  merge and message: {rate:.0} messages/s on one core");
}

fn sender() -> Sender {
    Sender {
        name: Some("River Secretariat".to_owned()),
        address: EmailAddress::parse("letters@river.example").expect("an address"),
        reply_to: None,
        bounce_to: None,
        list_unsubscribe: None,
    }
}

fn recipient(columns: &Arc<Columns>, n: u64) -> Recipient {
    let country = ["BE", "FR", "DE", "SE"][(n % 4) as usize];
    let cells = [
        format!("person{n}@example.org"),
        format!("Person Number {n}"),
        "Member of the Committee".to_owned(),
        if n.is_multiple_of(2) { format!("Dear Member {n}") } else { String::new() },
        format!("Committee {n} for Rivers & Lakes"),
        country.to_owned(),
    ];
    campaign::recipient(columns, n, &cells)
}

/// The letter is what it should be, before its making is timed.
fn check(letter: &Letter, recipient: &Recipient, template: usize, signatories: u64) {
    let merged = letter.merge(recipient, None).expect("a letter");
    let (text, html) = (merged.text.to_text(), merged.html.to_text());
    assert_eq!(merged.subject, "SE: keep the river free");
    assert!(
        text.replace('\n', " ").contains("Committee 7 for Rivers & Lakes")
            && html.contains("Committee 7 for Rivers &amp; Lakes")
    );
    assert!(text.contains("meet you in SE.") && text.contains("Friends of Valley 9 (FV9)\n"));
    assert_eq!(html.matches("<li ").count() as u64, signatories);
    let filled = |pieces: Vec<Piece<'_>>| -> usize {
        let filled = pieces.iter().map(|piece| match piece {
            Piece::Fixed(_) => 0,
            Piece::Filled(text) => text.len(),
        });
        filled.sum()
    };
    println!(
        "  template {template} bytes; text {} bytes, {} of them filled; HTML {} bytes, {} of them filled",
        text.len(),
        filled(merged.text.pieces().collect()),
        html.len(),
        filled(merged.html.pieces().collect()),
    );
}
