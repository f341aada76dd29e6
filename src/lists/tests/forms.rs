use std::fmt::Write as _;

use encoding_rs::{Encoding, WINDOWS_1252};
use proptest::prelude::*;

use super::{Folder, csv};
use crate::model::inert;

/// A text in an encoding; `utf-16` with and without a byte order mark.
fn encode(text: &str, form: &str) -> Vec<u8> {
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    };
    match form {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-8 with BOM" => ["\u{FEFF}", text].concat().into_bytes(),
        "UTF-16LE with BOM" => utf16(u16::to_le_bytes, true),
        "UTF-16LE" => utf16(u16::to_le_bytes, false),
        "UTF-16BE with BOM" => utf16(u16::to_be_bytes, true),
        "UTF-16BE" => utf16(u16::to_be_bytes, false),
        label => {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy, "{label}");
            bytes.into_owned()
        }
    }
}

const FORMS: [&str; 7] =
    ["UTF-8", "UTF-8 with BOM", "UTF-16LE with BOM", "UTF-16LE", "UTF-16BE with BOM", "UTF-16BE", "windows-1252"];

fn origin(folder: &Folder) -> String {
    folder.open().unwrap().origin().to_string()
}

#[test]
fn every_encoding_delimiter_and_line_end_is_recognised() {
    for form in FORMS {
        for (delimiter, name) in [(",", "comma"), (";", "semicolon"), ("\t", "tab")] {
            for end in ["\n", "\r\n", "\r"] {
                for last in ["", end] {
                    let rows = [
                        ["E-Mail", "Name", "Note"],
                        ["jose@example.org", "José Peña", "\"a,b;c\td\""],
                        ["zoe@example.org", "Zoë Müller", "\"first\r\nsecond \"\"quoted\"\"\""],
                        ["renee@example.org", "Renée Lefèvre", ""],
                    ];
                    let text = rows.map(|row| row.join(delimiter)).join(end) + last;
                    let folder = csv(encode(&text, form));
                    let what = format!("{form}, {name}, {end:?}");
                    assert_eq!(
                        folder.cells(),
                        [
                            ["jose@example.org", "José Peña", "a,b;c\td"],
                            ["zoe@example.org", "Zoë Müller", "first\r\nsecond \"quoted\""],
                            ["renee@example.org", "Renée Lefèvre", ""],
                        ],
                        "{what}"
                    );
                    let encoding = form.strip_suffix(" with BOM").unwrap_or(form);
                    let guessed = if form == "windows-1252" { " (guessed)" } else { "" };
                    assert_eq!(origin(&folder), format!("{encoding}{guessed}, {name}"), "{what}");
                    let lines: Vec<_> = folder.recipients().iter().map(|row| row.line).collect();
                    assert_eq!(lines, [2, 3, 5], "{what}");
                }
            }
        }
    }
}

#[test]
fn a_late_byte_decides_as_well_as_an_early_one() {
    let mut text = "email,name\n".to_owned();
    for n in 0..20_000 {
        writeln!(text, "r{n}@example.org,Somebody").unwrap();
    }
    text += "jose@example.org,José Peña\n";
    for (form, shown) in [("UTF-8", "UTF-8, comma"), ("windows-1252", "windows-1252 (guessed), comma")] {
        let folder = csv(encode(&text, form));
        assert_eq!(origin(&folder), shown);
        assert_eq!(folder.cells().last().unwrap()[1], "José Peña");
    }
}

#[test]
fn a_character_across_two_pieces_of_the_file_is_whole() {
    for shift in 0..4 {
        let head = "email,name,note\n";
        let row = |note: &str| format!("ana@example.org,Ana,{note}\n");
        let text = head.to_owned() + &row(&("x".repeat(65_536 - 60 + shift) + &"é€𝄞".repeat(20_000)));
        for form in ["UTF-8", "UTF-16LE", "UTF-16BE with BOM"] {
            let cells = csv(encode(&text, form)).cells();
            assert_eq!(cells[0][2].len(), 65_536 - 60 + shift + 20_000 * "é€𝄞".len(), "{form}");
            assert!(!cells[0][2].contains(char::REPLACEMENT_CHARACTER));
        }
    }
}

#[test]
fn other_encodings_are_guessed_or_named() {
    let text = "email;name\nana@example.org;Петр Иванович Кузнецов, Общество защиты животных\n";
    let folder = csv(encode(text, "windows-1251"));
    assert_eq!(origin(&folder), "windows-1251 (guessed), semicolon");
    let text = "email;name\nana@example.org;Towarzystwo Opieki nad Zwierzętami w Łodzi, źrebięta\n";
    let folder = csv(encode(text, "iso-8859-2")).encoding("latin2");
    assert_eq!(origin(&folder), "ISO-8859-2, semicolon");
    assert_eq!(folder.cells()[0][1], "Towarzystwo Opieki nad Zwierzętami w Łodzi, źrebięta");
    for label in ["shift_jis", "euc-jp", "gbk", "big5"] {
        let text = "email,name\nana@example.org,日本動物保護連盟\nbo@example.org,東京自然環境研究会\n";
        let text = if label == "gbk" || label == "big5" {
            text.replace("日本動物保護連盟", "中國動物保護協會").replace("東京自然環境研究会", "上海大學環境研究所")
        } else {
            text.to_owned()
        };
        let folder = csv(encode(&text, label));
        assert!(origin(&folder).contains("(guessed)"), "{label}: {}", origin(&folder));
        let folder = folder.encoding(label);
        assert!(text.contains(&folder.cells()[0][1]));
    }
    let bytes = encode(
        "email,name\nana@example.org,Zoë\n",
        "utf-16be with bom".to_uppercase().replace("WITH BOM", "with BOM").as_str(),
    );
    assert_eq!(csv(bytes).encoding("utf-16").cells()[0][1], "Zoë");
}

#[test]
fn what_a_person_says_of_the_form_is_taken_over_any_guess() {
    let (bytes, _, _) = WINDOWS_1252.encode("email,name;x\nana@example.org,Zo\u{eb};1\n");
    let folder = csv(&bytes).encoding("iso-8859-1").delimiter(',');
    assert_eq!(origin(&folder), "windows-1252, comma");
    assert_eq!(folder.cells(), [["ana@example.org", "Zo\u{eb};1"]]);
}

#[test]
fn the_delimiter_is_the_one_under_which_the_header_has_its_column() {
    for (header, name) in [
        ("email;name, first;name, last, or both, and so on", "semicolon"),
        ("\"note, a; b\",\"email\"", "comma"),
        ("note; a; b\temail", "tab"),
        ("email", "comma"),
        ("  email  ;x", "semicolon"),
    ] {
        assert_eq!(origin(&csv(format!("{header}\nana@example.org\n"))), format!("UTF-8, {name}"), "{header}");
    }
}

#[test]
fn the_line_that_excel_writes_for_the_delimiter_is_understood() {
    for end in ["\n", "\r\n", "\r"] {
        let folder = csv(["sep=;", "email;a,b,c,d", "ana@example.org;x", ""].join(end));
        assert_eq!(origin(&folder), "UTF-8, semicolon");
        assert_eq!(folder.cells(), [["ana@example.org", "x"]]);
        assert_eq!(folder.recipients()[0].line, 3);
    }
}

/// A table: cells without what a list trims or refuses.
fn table() -> impl Strategy<Value = (Vec<Vec<String>>, u8, csv::Terminator)> {
    let cell = proptest::string::string_regex("[^\u{0}]{0,12}").unwrap();
    let messy = proptest::string::string_regex("[a\",;\t\r\n ]{0,8}").unwrap();
    let cell = prop_oneof![cell, messy].prop_map(|cell| {
        let blank = crate::lists::row::is_blank;
        let begun = cell.trim_start_matches(blank);
        begun.trim_end_matches(|c| blank(c) || matches!(c, '\r' | '\n')).to_owned()
    });
    let rows = (1_usize..5)
        .prop_flat_map(move |width| proptest::collection::vec(proptest::collection::vec(cell.clone(), width), 1..6));
    let ends =
        prop_oneof![Just(csv::Terminator::CRLF), Just(csv::Terminator::Any(b'\n')), Just(csv::Terminator::Any(b'\r'))];
    (rows, prop_oneof![Just(b','), Just(b';'), Just(b'\t')], ends)
}

proptest! {
    #[test]
    fn every_table_that_is_written_is_read_back_the_same((rows, delimiter, terminator) in table(), form in 0..6_usize) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
        let width = rows[0].len();
        let header: Vec<String> = (0..width).map(|n| format!("column {n}")).chain(["email".to_owned()]).collect();
        writer.write_record(&header).unwrap();
        for row in &rows {
            writer.write_record(row.iter().map(|cell| inert(cell).into_owned()).chain(["ana@example.org".to_owned()])).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read = csv(encode(&text, FORMS[form])).cells();
        let read: Vec<Vec<String>> = read.into_iter().map(|mut row| { row.pop(); row }).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn no_file_makes_the_reader_panic_or_go_on_for_ever(content in proptest::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
        let head = if head { &b"email,name\n"[..] } else { b"" };
        let (recipients, faults) = csv([head, &content].concat()).all();
        prop_assert!(recipients.len() + faults.len() <= 2 * content.len() + 2);
    }

    #[test]
    fn no_text_of_quotes_and_breaks_makes_the_reader_go_on_for_ever(content in "[a@.,\"\r\n; ]{0,200}") {
        let (recipients, faults) = csv(format!("email,name\n{content}")).all();
        prop_assert!(recipients.len() + faults.len() <= 2 * content.len() + 2);
    }
}
