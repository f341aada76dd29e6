//! How many mails a second one core reads: the mail of the corpora where `UNDERSIGNED_CORPORA` names them, and else a
//! report, an auto-reply and an answer that were made up.
//!
//! `cargo bench --bench classify`

use std::fs;
use std::hint::black_box;
use std::path::Path;

use undersigned::inbox::classify;

#[path = "fixture/rate.rs"]
mod rate;

const MADE_UP: [&str; 3] = [
    "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nI wasn't able to deliver your message.\n\n<bo@example.org>:\n550 5.1.1 no such user\n",
    "From: bo@example.org\nSubject: Automatic reply: The river\nAuto-Submitted: auto-replied\n\nI am away until 12 June.\n",
    "From: ana@example.org\nSubject: Re: The river\nIn-Reply-To: <a.1@coalition.example>\n\nWe agree, and would like to meet.\n",
];

fn main() {
    match std::env::var_os("UNDERSIGNED_CORPORA") {
        Some(corpora) => {
            for (what, folders) in [("reports", &["bounces"][..]), ("ordinary mail", &["eml", "replies"])] {
                let mut mails = Vec::new();
                for folder in folders {
                    gather(&Path::new(&corpora).join(folder), &mut mails);
                }
                measure(what, &mails);
            }
        }
        None => measure("made up", &MADE_UP.map(|mail| mail.as_bytes().to_vec())),
    }
}

fn gather(folder: &Path, mails: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the corpora are there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, mails);
        } else if !is_beside_mail(&path) {
            mails.push(fs::read(path).expect("a file"));
        }
    }
}

/// Whether a file of a collection tells of its mails, and is none: what is expected of them, a page, a licence.
fn is_beside_mail(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_of = |ends: &[&str]| path.extension().is_some_and(|end| ends.iter().any(|other| end == *other));
    is_of(&["json", "html", "tsv", "css", "xml", "pdf", "jpg", "png"])
        || ["LICENSE", "COPYING", "README", ".git"].iter().any(|start| name.starts_with(start))
}

/// Prints the best rate of five seconds.
fn measure(what: &str, mails: &[Vec<u8>]) {
    let best = rate::best(mails, |mail| {
        black_box(classify(black_box(mail)));
    });
    let bytes: usize = mails.iter().map(Vec::len).sum();
    println!("{what}: {best:.0} mails/s on one core, of {} bytes on average", bytes / mails.len());
}
