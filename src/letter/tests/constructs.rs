//! Everything that a letter may have, in one template and several languages, as reviewed snapshots of text and HTML.

use super::{Desk, content, signatory};

const LETTER: &str = r##"+++
subject = "{{letter.language}}"
+++
# {{recipient.name}}

{{date letter.date "full"}} – {{list recipient.tags}} – {{list recipient.tags type="or"}} – {{plural recipient.country zero="# (zero)" one="# (one)" two="# (two)" few="# (few)" many="# (many)" other="# (other)"}}

## *WORDS*

WORDS WORDS **WORDS** WORDS [WORDS](https://example.org/{{recipient.country}}) WORDS WORDS, H<sub>2</sub>O `{{recipient.name}}`\
WORDS

1. WORDS
2. WORDS
   - {{recipient.name}}
   - WORDS WORDS WORDS WORDS

> WORDS WORDS WORDS WORDS WORDS
>
> - WORDS

---

    {{recipient.name}}
      kept

{{> signatories}}
"##;

/// Language; some words in it; a name.
const LANGUAGES: [(&str, &str, &str); 8] = [
    ("en", "the river without its mouth", "Ana Roe & Bo"),
    ("fr", "le fleuve « sans » son embouchure", "Chloé L’Hôte"),
    ("de", "der Fluss ohne seine Mündung", "Jörg Groß"),
    ("el", "το ποτάμι χωρίς τις εκβολές του", "Ελένη Ρώη"),
    ("pl", "rzeka bez swojego ujścia", "Łucja Żak"),
    ("ar", "النهر من دون مصبّه", "آنا رو"),
    ("he", "הנהר ללא שפכו", "אנה רו"),
    ("ja", "河口を失った川のことです。", "川田 あや"),
];

#[test]
fn everything_in_each_language() {
    for (language, words, name) in LANGUAGES {
        let mut desk = Desk::new();
        desk.file("templates/letter.md", &LETTER.replace("WORDS", words));
        desk.language = language;
        desk.html = vec!["sub".parse().unwrap()];
        desk.signatories = vec![signatory(2, "Zander Union"), signatory(3, "Äsche e. V.")];
        let merged = desk.merge(&[("name", name), ("country", "1234"), ("tags", "A;B;C")]);
        let both = format!("{}\n========\n\n{}", merged.text.to_text(), content(&merged));
        insta::assert_snapshot!(format!("everything_{language}"), both);
    }
}
