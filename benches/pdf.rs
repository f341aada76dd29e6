//! How long a letter on paper takes: the first, each of the next thousand, and the trying out of one while planning. The letter is the
//! sample of this repository, two pages with 60 signatories.
//!
//! `cargo bench --bench pdf --features pdf`

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::date;
use undersigned::letter::{LetterFacts, Letters};
use undersigned::model::{
    CampaignId, Columns, EmailAddress, Fields, Place, Recipient, RecipientId, RollStyle, Round, Signatory,
    SignatoryKind,
};
use undersigned::pdf::Press;
use undersigned::workspace::Workspace;

const LETTERS: u32 = 1_000;

fn main() {
    let workspace = Workspace::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository");
    let columns = Arc::new(Columns::new(["email", "name", "title", "role", "organisation", "salutation"]));
    let signatories: Vec<Signatory> = (0..60).map(signatory).collect();
    let facts = LetterFacts {
        campaign_id: &CampaignId::parse("2030-river").expect("an id"),
        campaign_name: "The river",
        sender_name: Some("River Secretariat"),
        sender_email: "letters@river.example",
        date: date(2030, 6, 12),
        language: "en".parse().expect("a language"),
        round: Round(0),
        continues: false,
        recipients_path: "lists/recipients.csv",
        signatories_path: "lists/signatories.csv",
        columns: &columns,
        signatories: &signatories,
        roll: &RollStyle::default(),
        header: None,
        show: &[],
        html: &[],
    };
    let letters = match Letters::load(&workspace, "templates/letter.md", None, &facts) {
        Ok(letters) => letters,
        Err(faults) => panic!("{faults}"),
    };
    let letter = letters.choose(None).letter;
    let recipients: Vec<Recipient> = (0..=u64::from(LETTERS)).map(|n| recipient(&columns, n)).collect();

    let start = Instant::now();
    let press = Press::open(&workspace, None, Place::file("campaign.toml")).expect("a press");
    println!("the fonts are read in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let print = |recipient: &Recipient| press.print(&letter.to(recipient, None)).expect("a PDF");
    let start = Instant::now();
    let size = print(&recipients[0]).len();
    println!("the first PDF: {:.1} ms, {size} bytes", start.elapsed().as_secs_f64() * 1e3);
    let of_each = |what: &str, make: &dyn Fn(&Recipient)| {
        let start = Instant::now();
        for recipient in &recipients[1..] {
            make(recipient);
        }
        println!("{what}: {:.2} ms", start.elapsed().as_secs_f64() * 1e3 / f64::from(LETTERS));
    };
    of_each("each of the next", &|recipient| {
        black_box(print(black_box(recipient)));
    });
    press.try_out(&letter.to(&recipients[0], None)).expect("it can be made");
    of_each("trying one out", &|recipient| {
        black_box(press.try_out(&letter.to(black_box(recipient), None)).expect("it can be made"));
    });
}

fn signatory(n: u64) -> Signatory {
    let name = format!("Friends of the Upper and the Lower Valley {n}");
    Signatory {
        line: n + 2,
        names: Vec::new(),
        kind: SignatoryKind::Organisation,
        title: None,
        affiliation: None,
        acronym: Some(format!("FV{n}")),
        country: None,
        url: Some(format!("https://valley-{n}.example/")),
        logo: None,
        representative: None,
        representative_title: None,
        publish: true,
        signed_at: None,
        order: None,
        fields: Fields::new(Arc::new(Columns::new(["name"])), vec![name.clone()]),
        name,
    }
}

fn recipient(columns: &Arc<Columns>, n: u64) -> Recipient {
    let cells = [
        format!("person{n}@example.org"),
        format!("Person Number {n}"),
        "Dr".to_owned(),
        "Member of the Committee".to_owned(),
        format!("Committee {n} for Rivers & Lakes"),
        format!("Dear Member {n}"),
    ];
    Recipient {
        id: RecipientId::new(format!("{n}")),
        line: n + 2,
        to: EmailAddress::parse(&cells[0]).expect("an address"),
        cc: Vec::new(),
        bcc: Vec::new(),
        lang: None,
        tags: Vec::new(),
        attachments: Vec::new(),
        fields: Fields::new(Arc::clone(columns), cells.to_vec()),
    }
}
