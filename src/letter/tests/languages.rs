use super::{Desk, only, signatory};
use crate::model::Language;

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

fn letter(desk: &Desk, path: &str, body: &str) {
    desk.file(path, &format!("+++\nsubject = \"Subject\"\n+++\n{body}"));
}

/// One line of a letter in a language.
fn line(tag: &'static str, body: &str) -> String {
    let mut desk = Desk::with(body);
    desk.language = tag;
    desk.text(&[("tags", "A;B;C")]).trim_end().to_owned()
}

#[test]
fn a_recipient_gets_the_letter_in_the_nearest_language() {
    let desk = Desk::with("English\n");
    letter(&desk, "templates/letter.fr.md", "Français\n");
    letter(&desk, "templates/letter.nl-BE.md", "Vlaams\n");
    letter(&desk, "templates/letter.old notes.md", "{{unknown}}\n");
    letter(&desk, "templates/other.de.md", "{{unknown}}\n");
    let letters = desk.letters();
    for (wanted, path, fell_back) in [
        (None, "templates/letter.md", false),
        (Some("fr"), "templates/letter.fr.md", false),
        (Some("fr-BE"), "templates/letter.fr.md", false),
        (Some("nl-BE"), "templates/letter.nl-BE.md", false),
        (Some("nl"), "templates/letter.md", true),
        (Some("de"), "templates/letter.md", true),
        (Some("en"), "templates/letter.md", false),
        (Some("en-GB"), "templates/letter.md", false),
    ] {
        let wanted = wanted.map(language);
        let choice = letters.choose(wanted.as_ref());
        assert_eq!((choice.letter.path(), choice.fell_back), (path, fell_back), "{wanted:?}");
    }
    let known: Vec<&str> = letters.iter().map(|letter| letter.language().as_str()).collect();
    assert_eq!(known, ["en", "fr", "nl-BE"]);
    let sources: Vec<&str> = letters.sources().iter().map(|source| source.path.as_str()).collect();
    assert_eq!(sources, ["templates/letter.md", "templates/letter.fr.md", "templates/letter.nl-BE.md"]);
}

#[test]
fn a_partial_follows_the_language_of_the_letter() {
    let desk = Desk::with("{{> closing}}\n");
    letter(&desk, "templates/letter.fr.md", "{{> closing}}\n");
    letter(&desk, "templates/letter.de.md", "{{> closing}}\n");
    desk.file("templates/closing.md", "Yours,");
    desk.file("templates/closing.fr.md", "Cordialement,");
    let letters = desk.letters();
    let text = |tag: &str| {
        let choice = letters.choose(Some(&language(tag)));
        choice.letter.merge(&desk.recipient(&[]), None).unwrap().text.to_text()
    };
    assert_eq!(text("fr-BE"), "Cordialement,\n");
    assert_eq!(text("de"), "Yours,\n");
}

#[test]
fn dates_are_written_as_the_language_does() {
    for (tag, long, full) in [
        ("en", "12 June 2030", "Wednesday, 12 June 2030"),
        ("en-US", "June 12, 2030", "Wednesday, June 12, 2030"),
        ("fr", "12 juin 2030", "mercredi 12 juin 2030"),
        ("de", "12. Juni 2030", "Mittwoch, 12. Juni 2030"),
        ("sv", "12 juni 2030", "onsdag 12 juni 2030"),
        ("cs", "12. června 2030", "středa 12. června 2030"),
        ("ja", "2030年6月12日", "2030年6月12日水曜日"),
    ] {
        assert_eq!(line(tag, "{{date letter.date}}\n"), long, "{tag}");
        assert_eq!(line(tag, "{{date letter.date \"full\"}}\n"), full, "{tag}");
    }
}

#[test]
fn a_date_is_written_as_the_recipients_region_does() {
    let desk = Desk::with("{{date letter.date}}\n");
    let letters = desk.letters();
    for (wanted, date) in [(None, "12 June 2030"), (Some("en-US"), "June 12, 2030"), (Some("fr-BE"), "12 June 2030")] {
        let mut recipient = desk.recipient(&[]);
        recipient.lang = wanted.map(language);
        assert_eq!(only(&letters).merge(&recipient, None).unwrap().text.to_text().trim_end(), date, "{wanted:?}");
    }
}

#[test]
fn lists_are_told_as_the_language_does() {
    for (tag, and, or) in [
        ("en", "A, B and C", "A, B or C"),
        ("fr", "A, B et C", "A, B ou C"),
        ("de", "A, B und C", "A, B oder C"),
        ("sv", "A, B och C", "A, B eller C"),
        ("cs", "A, B a\u{a0}C", "A, B nebo C"),
        ("ja", "A、B、C", "A、B、またはC"),
    ] {
        assert_eq!(line(tag, "{{list recipient.tags}}\n"), and, "{tag}");
        assert_eq!(line(tag, "{{list recipient.tags type=\"or\"}}\n"), or, "{tag}");
    }
}

#[test]
fn plurals_follow_the_rules_of_the_language() {
    let forms = "one=\"# one\" few=\"# few\" many=\"# many\" other=\"# other\"";
    for (tag, number, form) in [
        ("en", "1", "1 one"),
        ("en", "0", "0 other"),
        ("en", "12345", "12,345 other"),
        ("fr", "0", "0 one"),
        ("fr", "2", "2 other"),
        ("de", "12345", "12.345 other"),
        ("cs", "3", "3 few"),
        ("cs", "5", "5 other"),
        ("cs", "1.5", "1,5 many"),
        ("ja", "1", "1 other"),
    ] {
        let mut desk = Desk::with(&format!("{{{{plural recipient.name {forms}}}}}\n"));
        desk.language = tag;
        assert_eq!(desk.text(&[("name", number)]).trim_end(), form, "{tag} {number}");
    }
}

#[test]
fn signatories_stand_in_the_order_of_the_languages_alphabet() {
    for (tag, order) in [
        ("en", "åland Ana Äpfel Cech Čech Chata Czar Hora Zoo"),
        ("de", "åland Ana Äpfel Cech Čech Chata Czar Hora Zoo"),
        ("fr", "åland Ana Äpfel Cech Čech Chata Czar Hora Zoo"),
        ("sv", "Ana Cech Čech Chata Czar Hora Zoo åland Äpfel"),
        ("cs", "åland Ana Äpfel Cech Czar Čech Hora Chata Zoo"),
    ] {
        let mut desk = Desk::with("{{#each signatories}}{{name}} {{/each}}\n");
        desk.language = tag;
        let mut names: Vec<&str> = order.split(' ').collect();
        names.reverse();
        desk.signatories = names.iter().zip(2..).map(|(name, line)| signatory(line, name)).collect();
        println!("{tag}: {}", desk.text(&[]));
        assert_eq!(desk.text(&[]).trim_end(), order, "{tag}");
    }
}

#[test]
fn japanese_names_stand_in_the_order_of_the_kana() {
    let mut desk = Desk::with("{{#each signatories}}{{name}} {{/each}}\n");
    desk.language = "ja";
    desk.signatories =
        ["かわ", "うみ", "アイ", "いけ"].iter().zip(2..).map(|(name, line)| signatory(line, name)).collect();
    assert_eq!(desk.text(&[]).trim_end(), "アイ いけ うみ かわ");
}

#[test]
fn a_signatory_has_its_name_in_the_letters_language() {
    let mut desk = Desk::with("{{> signatories}}\n");
    letter(&desk, "templates/letter.fr.md", "{{> signatories}}\n");
    desk.signatories = vec![signatory(2, "Friends of the River")];
    desk.signatories[0].names = vec![(language("fr"), "Les Amis de la rivière".into())];
    let letters = desk.letters();
    let text = |tag| {
        let letter = letters.choose(Some(&language(tag))).letter;
        letter.merge(&desk.recipient(&[]), None).unwrap().text.to_text()
    };
    assert_eq!(text("en"), "Friends of the River\n");
    assert_eq!(text("fr-BE"), "Les Amis de la rivière\n");
}

#[test]
fn the_page_says_its_language_and_direction() {
    for (tag, direction) in [("en", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("ja", "ltr")] {
        let mut desk = Desk::with("x\n");
        desk.language = tag;
        let html = desk.merge(&[]).html.to_text();
        assert!(html.contains(&format!("<html lang=\"{tag}\" dir=\"{direction}\">")), "{html}");
    }
}

#[test]
fn a_language_whose_words_are_not_known_is_told_at_its_place() {
    let desk = Desk::with("{{date letter.date}}\n");
    letter(&desk, "templates/letter.se.md", "Beaivi {{date letter.date}}.\n\n{{list recipient.tags}}\n");
    letter(&desk, "templates/letter.lb.md", "{{list recipient.tags type=\"or\"}} {{date letter.date \"full\"}}\n");
    letter(&desk, "templates/letter.kl.md", "{{date letter.date \"short\"}}\n");
    let faults: Vec<String> = desk.faults();
    assert_eq!(
        faults,
        [
            "templates/letter.se.md:4:10: the names of the months in `se` are not known; write the date in words, or in figures by `{{date letter.date \"short\"}}`",
            "templates/letter.se.md:6:3: the word for \"and\" in `se` is not known; write the items with `{{#each recipient.tags}}`",
        ]
    );
}
