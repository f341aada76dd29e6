//! Dates, lists, plurals and numbers in the official languages of the European Union and in Arabic, Hebrew and
//! Japanese: as CLDR has them.

use super::Desk;

/// Language; 12 June 2030 in words; the list "A, B and C".
const WORDS: [(&str, &str, &str); 27] = [
    ("bg", "12 юни 2030 г.", "A, B и C"),
    ("cs", "12. června 2030", "A, B a C"),
    ("da", "12. juni 2030", "A, B og C"),
    ("de", "12. Juni 2030", "A, B und C"),
    ("el", "12 Ιουνίου 2030", "A, B και C"),
    ("en", "12 June 2030", "A, B and C"),
    ("es", "12 de junio de 2030", "A, B y C"),
    ("et", "12. juuni 2030", "A, B ja C"),
    ("fi", "12. kesäkuuta 2030", "A, B ja C"),
    ("fr", "12 juin 2030", "A, B et C"),
    ("ga", "12 Meitheamh 2030", "A, B agus C"),
    ("hr", "12. lipnja 2030.", "A, B i C"),
    ("hu", "2030. június 12.", "A, B és C"),
    ("it", "12 giugno 2030", "A, B e C"),
    ("lt", "2030 m. birželio 12 d.", "A, B ir C"),
    ("lv", "2030. gada 12. jūnijs", "A, B un C"),
    ("mt", "12 ta’ Ġunju 2030", "A, B, u C"),
    ("nl", "12 juni 2030", "A, B en C"),
    ("pl", "12 czerwca 2030", "A, B i C"),
    ("pt", "12 de junho de 2030", "A, B e C"),
    ("ro", "12 iunie 2030", "A, B și C"),
    ("sk", "12. júna 2030", "A, B a C"),
    ("sl", "12. junij 2030", "A, B in C"),
    ("sv", "12 juni 2030", "A, B och C"),
    ("ar", "12 يونيو 2030", "A وB وC"),
    ("he", "12 ביוני 2030", "A, B ו‑C"),
    ("ja", "2030年6月12日", "A、B、C"),
];

/// Language; for each form, the numbers that take it.
const FORMS: [(&str, &str); 27] = [
    ("bg", "one 1; other 0 2 5 11 21 100"),
    ("cs", "one 1; few 2 3 4; other 0 5 11 21 22 100"),
    ("da", "one 1; other 0 2 5 11 21 100"),
    ("de", "one 1; other 0 2 5 11 21 100"),
    ("el", "one 1; other 0 2 5 11 21 100"),
    ("en", "one 1; other 0 2 5 11 21 100"),
    ("es", "one 1; other 0 2 5 11 21 100"),
    ("et", "one 1; other 0 2 5 11 21 100"),
    ("fi", "one 1; other 0 2 5 11 21 100"),
    ("fr", "one 0 1; other 2 5 11 21 100"),
    ("ga", "one 1; two 2; few 3 6; many 7 10; other 0 11 21 100"),
    ("hr", "one 1 21 101; few 2 4 22; other 0 5 11 12 100 111"),
    ("hu", "one 1; other 0 2 5 11 21 100"),
    ("it", "one 1; other 0 2 5 11 21 100"),
    ("lt", "one 1 21 101; few 2 9 22; other 0 10 11 19 100"),
    ("lv", "zero 0 10 11 19 20 100; one 1 21 101; other 2 5 22"),
    ("mt", "one 1; two 2; few 0 3 10; many 11 19; other 20 100"),
    ("nl", "one 1; other 0 2 5 11 21 100"),
    ("pl", "one 1; few 2 3 4 22; many 0 5 11 12 21 100"),
    ("pt", "one 0 1; other 2 5 11 21 100"),
    ("ro", "one 1; few 0 2 19 101 119; other 20 21 100 120"),
    ("sk", "one 1; few 2 3 4; other 0 5 11 21 22 100"),
    ("sl", "one 1 101; two 2 102; few 3 4 103; other 0 5 11 21 100"),
    ("sv", "one 1; other 0 2 5 11 21 100"),
    ("ar", "zero 0; one 1; two 2; few 3 10 103; many 11 99 111; other 100 102"),
    ("he", "one 1; two 2; other 0 3 10 20 100"),
    ("ja", "other 0 1 2 5 11 21 100"),
];

/// Language; 12345 as it is written.
const NUMBERS: [(&str, &str); 8] = [
    ("en", "12,345"),
    ("de", "12.345"),
    ("fr", "12 345"),
    ("sv", "12 345"),
    ("it", "12.345"),
    ("ja", "12,345"),
    ("he", "12,345"),
    ("fa", "۱۲٬۳۴۵"),
];

/// A line of a letter in a language; blanks that hold a line together are blanks here, and marks of direction are left
/// out.
fn line(language: &'static str, body: &str, name: &str) -> String {
    let mut desk = Desk::with(&format!("{body}\n"));
    desk.language = language;
    let text = desk.text(&[("name", name), ("tags", "A;B;C")]);
    text.trim_end().replace(['\u{a0}', '\u{202f}'], " ").replace(['\u{200e}', '\u{200f}'], "")
}

#[test]
fn dates_and_lists_are_those_of_the_language() {
    let mut wrong = Vec::new();
    for (language, date, list) in WORDS {
        for (body, expected) in [("{{date letter.date}}", date), ("{{list recipient.tags}}", list)] {
            let found = line(language, body, "");
            if found != expected {
                wrong.push(format!("{language}: `{found}`, not `{expected}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn plurals_are_those_of_the_language() {
    let forms = ["zero", "one", "two", "few", "many", "other"].map(|form| format!("{form}=\"{form}\"")).join(" ");
    let body = format!("{{{{plural recipient.name {forms}}}}}");
    let mut wrong = Vec::new();
    for (language, expected) in FORMS {
        for form in expected.split("; ") {
            let (form, numbers) = form.split_once(' ').unwrap();
            for number in numbers.split(' ') {
                let found = line(language, &body, number);
                if found != form {
                    wrong.push(format!("{language}: {number} is `{found}`, not `{form}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn numbers_are_written_as_the_language_does() {
    for (language, expected) in NUMBERS {
        assert_eq!(line(language, "{{plural recipient.name other=\"#\"}}", "12345"), expected, "{language}");
    }
}

#[test]
fn a_full_date_has_the_day_of_the_week() {
    for (language, expected) in [
        ("et", "kolmapäev, 12. juuni 2030"),
        ("ga", "Dé Céadaoin 12 Meitheamh 2030"),
        ("mt", "L-Erbgħa, 12 ta’ Ġunju 2030"),
        ("pl", "środa, 12 czerwca 2030"),
        ("ar", "الأربعاء، 12 يونيو 2030"),
    ] {
        assert_eq!(line(language, "{{date letter.date \"full\"}}", ""), expected);
    }
}
