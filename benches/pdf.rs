//! How long a letter on paper takes: the first, each of the next thousand, and the trying out of one while planning.
//! The letter is the sample of this repository, two pages with 60 signatories.
//!
//! `cargo bench --bench pdf --features pdf`

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use undersigned::model::{Columns, Place, Recipient, Signatory};
use undersigned::pdf::Press;
use undersigned::workspace::Workspace;

#[path = "fixture/campaign.rs"]
mod campaign;

const LETTERS: u32 = 1_000;

fn main() {
    let workspace = Workspace::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the repository");
    let columns = Arc::new(Columns::new(["email", "name", "title", "role", "organisation", "salutation"]));
    let signatory = |n| campaign::signatory(n, format!("Friends of the Upper and the Lower Valley {n}"));
    let signatories: Vec<Signatory> = (0..60).map(signatory).collect();
    let letters = campaign::letters(&workspace, "templates/letter.md", &columns, &signatories);
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

fn recipient(columns: &Arc<Columns>, n: u64) -> Recipient {
    let cells = [
        format!("person{n}@example.org"),
        format!("Person Number {n}"),
        "Dr".to_owned(),
        "Member of the Committee".to_owned(),
        format!("Committee {n} for Rivers & Lakes"),
        format!("Dear Member {n}"),
    ];
    campaign::recipient(columns, n, &cells)
}
