//! Follow-ups that quote the first letter.

use std::sync::Arc;

use jiff::civil::date;
use textwrap::core::display_width;

use super::{Desk, content, only, previous, signatory};
use crate::letter::{Merged, Previous, Quoted};
use crate::model::{Recipient, Round};

const FIRST: &str = "+++\nsubject = \"First\"\n+++\nDear {{recipient.name}},\n\nplease **act** for {{recipient.country}}.\n\n{{> signatories}}\n";

fn first(text: &str, language: &'static str) -> Desk {
    let mut desk = Desk::new();
    desk.language = language;
    desk.file("templates/letter.md", text);
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
    desk
}

fn follow_up(body: &str, language: &'static str) -> Desk {
    let mut desk = Desk::new();
    desk.round = Round(1);
    desk.language = language;
    desk.file("templates/letter.md", &format!("+++\n+++\n{body}"));
    // Who signed since is not in what was sent.
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch"), signatory(4, "Cedar")];
    desk
}

fn quoting(first: &Desk, edition: u32, recipient: Recipient) -> Previous {
    let quoted = Quoted {
        letters: Arc::new(first.letters()),
        edition,
        recipient,
        previous: None,
        sender: "River Secretariat".to_owned(),
        date: date(2030, 6, 1),
    };
    Previous { quoted: Some(Box::new(quoted)), ..previous(&[]) }
}

fn merge(follow_up: &Desk, first: &Desk, cells: &[(&str, &str)]) -> Merged {
    let recipient = first.recipient(cells);
    let merged = only(&follow_up.letters()).merge(&recipient, Some(&quoting(first, 0, recipient.clone())));
    merged.unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn the_first_letter_stands_below_the_text_of_the_follow_up() {
    let follow_up = follow_up("Dear {{recipient.name}}, we wrote {{previous.days_ago}} days ago.\n", "en");
    let merged = merge(&follow_up, &first(FIRST, "en"), &[("name", "Ana"), ("country", "BE")]);
    assert_eq!(merged.subject, "Re: The first letter");
    assert_eq!(
        merged.text.to_text(),
        "Dear Ana, we wrote 11 days ago.\n\nRiver Secretariat (1 June 2030)\n\n> Dear Ana,\n>\n> please act for BE.\n>\n> Alder\n> Birch\n"
    );
    assert_eq!(
        content(&merged),
        "<p>Dear Ana, we wrote 11 days ago.</p>\n<p>River Secretariat (1 June 2030)</p>\n<blockquote lang=\"en\" dir=\"ltr\">\n\
         <p>Dear Ana,</p>\n<p>please <strong>act</strong> for BE.</p>\n<ul class=\"signatories\">\n<li>Alder</li>\n<li>Birch</li>\n</ul>\n</blockquote>\n"
    );
}

/// Language of the follow-up and of the first letter, and some words in the latter.
const LANGUAGES: [(&str, &str, &str); 6] = [
    ("en", "en", "the river without its mouth is no river, and the sea without rivers is a sea of salt"),
    ("de", "de", "Donauaufwanderungsfreundeskreisvorsitzendenstellvertreterversammlungsprotokollführerin und andere"),
    ("ar", "ar", "النهر من دون مصبّه ليس نهراً، والبحر من دون أنهار بحر من الملح لا حياة فيه ولا حولَه"),
    ("he", "he", "הנהר ללא שפכו אינו נהר, והים ללא נהרות הוא ים של מלח שאין בו ובסביבתו חיים כלל"),
    ("ar", "fr", "le fleuve « sans » son embouchure : est-ce un fleuve ? Et la mer sans fleuves, qu’est-elle donc !"),
    (
        "ja",
        "ja",
        "河口を失った川は川ではなく、川のない海は塩の海でしかありません。私たちはこのことを何度も申し上げてきました。",
    ),
];

const EVERYTHING: &str = "+++\nsubject = \"First\"\n+++\n# WORDS\n\n{{recipient.name}}: WORDS, [WORDS](https://example.org/{{recipient.country}}), \
    <https://example.org/a/very/long/path/that/goes/on/and/on/and/is/never/broken/since/it/would/not/lead/then>\n\n\
    1. WORDS\n   - {{recipient.name}}\n\n> WORDS\n\n    {{recipient.name}}\n      kept\n\n{{> signatories}}\n";

#[test]
fn quotations_in_each_language() {
    for (language, of_first, words) in LANGUAGES {
        let merged = merge(
            &follow_up("WORDS\n", language),
            &first(&EVERYTHING.replace("WORDS", words), of_first),
            &[("name", "Ana Roe & Bo"), ("country", "BE")],
        );
        let text = merged.text.to_text();
        let quoted = text.lines().skip_while(|line| !line.starts_with('>'));
        for line in quoted {
            assert!(line.starts_with('>') && line.len() < 998, "{line}");
            assert!(display_width(line) <= 72 || line.trim_start_matches(['>', ' ']).split(' ').count() <= 2, "{line}");
        }
        insta::assert_snapshot!(
            format!("quoted_{language}_{of_first}"),
            format!("{text}\n========\n\n{}", content(&merged))
        );
    }
}

#[test]
fn a_value_of_the_first_letter_is_data_in_the_follow_up_too() {
    let cells = [("name", "**x** <b>{{y}}</b>\n> z"), ("country", "BE")];
    let merged = merge(&follow_up("Once more.\n", "en"), &first(FIRST, "en"), &cells);
    let text = merged.text.to_text();
    assert!(text.contains("> Dear **x** <b>{{y}}</b>\n> > z,\n"), "{text}");
    let html = content(&merged);
    assert!(html.contains("<p>Dear **x** &lt;b&gt;{{y}}&lt;/b&gt;<br>\n&gt; z,</p>"), "{html}");
}

#[test]
fn letters_that_quote_different_letters_share_no_shape() {
    let follow_up = follow_up("{{#if recipient.country}}Once{{else}}Twice{{/if}} more.\n", "en");
    let letters = follow_up.letters();
    let (old, new) = (first(FIRST, "en"), first(&FIRST.replace("please", "kindly"), "en"));
    let recipient = old.recipient(&[("name", "Ana"), ("country", "BE")]);
    let text = |first: &Desk, edition| {
        let previous = quoting(first, edition, recipient.clone());
        only(&letters).merge(&recipient, Some(&previous)).unwrap().text.to_text()
    };
    for _ in 0..2 {
        assert!(text(&old, 0).contains("> please act"));
        assert!(text(&new, 1).contains("> kindly act"));
    }
    let without = only(&letters).merge(&recipient, Some(&previous(&[]))).unwrap().text.to_text();
    assert_eq!(without, "Once more.\n");
}

#[test]
fn each_gets_the_quotation_in_the_language_of_the_letter_they_got() {
    let first = first(FIRST, "en");
    first.file("templates/letter.fr.md", &FIRST.replace("please", "veuillez"));
    let mut recipient = first.recipient(&[("name", "Ana"), ("country", "BE")]);
    recipient.lang = Some("fr-BE".parse().unwrap());
    let follow_up = follow_up("Once more.\n", "en");
    let merged = only(&follow_up.letters()).merge(&recipient, Some(&quoting(&first, 0, recipient.clone()))).unwrap();
    assert!(merged.text.to_text().contains("> veuillez act"));
    assert!(content(&merged).contains("<blockquote lang=\"fr\" dir=\"ltr\">"));
}

#[test]
fn a_quotation_is_filled_and_not_made_anew() {
    let (follow_up, first) = (follow_up("Once more, {{recipient.name}}.\n", "en"), first(FIRST, "en"));
    let letters = follow_up.letters();
    let pieces = |name: &str| {
        let recipient = first.recipient(&[("name", name), ("country", "BE")]);
        let merged = only(&letters).merge(&recipient, Some(&quoting(&first, 0, recipient.clone()))).unwrap();
        let fixed = merged.text.pieces().filter_map(|piece| match piece {
            crate::letter::Piece::Fixed(fixed) => Some(std::ptr::from_ref(fixed).addr()),
            crate::letter::Piece::Filled(_) => None,
        });
        fixed.collect::<Vec<_>>()
    };
    assert!(!pieces("Ana").is_empty());
    assert_eq!(pieces("Ana"), pieces("Bo"), "both are of one shape");
}
