//! Lists as programs of many languages export them, in the encodings of their machines.

use encoding_rs::Encoding;

use super::csv;
use crate::lists::charset::Charset;
use crate::model::{Faults, Listed};

/// A language, its encodings, and names as its lists have them.
const EXPORTS: [(&str, &[&str], &[&str]); 15] = [
    (
        "French",
        &["windows-1252", "macintosh", "cp850", "cp437"],
        &["Amélie Lévêque", "Benoît François", "Noël Çetin", "Hélène Garçon"],
    ),
    (
        "German",
        &["windows-1252", "macintosh", "cp850", "cp437"],
        &["Jürgen Müller", "Käthe Weiß", "Björn Größmann", "Österreich"],
    ),
    (
        "Spanish",
        &["windows-1252", "macintosh", "cp850"],
        &["José Muñoz", "María Ibáñez", "Íñigo Pérez", "Asunción Güell"],
    ),
    ("Portuguese", &["windows-1252", "cp850", "macintosh"], &["João Conceição", "Inês Magalhães", "Álvaro Simões"]),
    ("Swedish", &["windows-1252", "cp850", "macintosh"], &["Åsa Sjöström", "Göran Öberg", "Märta Håkansson"]),
    ("Danish", &["windows-1252", "cp850"], &["Søren Kjær", "Åse Østergård", "Jørn Bæk"]),
    (
        "Czech",
        &["windows-1250", "iso-8859-2", "cp852"],
        &["Jiří Škvorecký", "Tomáš Dvořák", "Žaneta Růžičková", "Zdeněk Černý"],
    ),
    (
        "Polish",
        &["windows-1250", "iso-8859-2", "cp852"],
        &["Łucja Żuraw", "Michał Wójcik", "Paweł Gąsior", "Świętosława Źródlak"],
    ),
    ("Hungarian", &["windows-1250", "iso-8859-2", "cp852"], &["Győző Szűcs", "Ágnes Kővári", "Béla Tűzoltó"]),
    ("Romanian", &["windows-1250", "iso-8859-2"], &["Ştefan Ionescu", "Ioana Brătianu", "Mălina Ţepeş"]),
    ("Turkish", &["windows-1254"], &["Gülşen Yıldız", "İbrahim Çağlar", "Ayşe Öztürk", "Işıl Doğan"]),
    (
        "Russian",
        &["windows-1251", "koi8-r", "ibm866", "x-mac-cyrillic"],
        &["Иван Петров", "Наталья Щукина", "Юрий Ёлкин", "министерство"],
    ),
    ("Bulgarian", &["windows-1251"], &["Георги Димитров", "Цветана Желязкова", "Йордан Ъгъров"]),
    ("Greek", &["windows-1253", "iso-8859-7", "cp737"], &["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου", "Άννα Ψαρρά"]),
    ("Lithuanian", &["windows-1257", "cp775"], &["Žydrūnas Šimkus", "Ąžuolas Kęstaitis", "Rūta Čepaitė"]),
];

/// A text in an encoding; nothing, where that does not have all of its characters.
fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    match Charset::for_label(label).unwrap() {
        Charset::CodePage(_, table) => text
            .chars()
            .map(|c| {
                let high = table.iter().position(|known| *known == c).and_then(|at| u8::try_from(at + 0x80).ok());
                u8::try_from(c).ok().filter(u8::is_ascii).or(high)
            })
            .collect(),
        Charset::Standard(encoding) => {
            let (bytes, _, failed) = Encoding::encode(encoding, text);
            (!failed).then(|| bytes.into_owned())
        }
        Charset::Twice => None,
    }
}

/// The name in a row.
fn name(row: Result<Listed, Faults>) -> String {
    row.unwrap().recipient().unwrap().name().unwrap().to_owned()
}

#[test]
fn no_export_of_any_language_is_read_wrong_without_a_word() {
    let (mut right, mut warned, mut all) = (0, 0, 0);
    for (language, labels, names) in EXPORTS {
        for label in labels {
            // A long list, one row alone, and capitals.
            let capitals: Vec<String> = names.iter().map(|name| name.to_uppercase()).collect();
            let capitals: Vec<&str> = capitals.iter().map(String::as_str).collect();
            for names in [names, &names[..1], &names[1..2], &capitals] {
                let row = |(n, name): (usize, &&str)| format!("m{n}@example.org;{name}\r\n");
                let text = format!("email;name\r\n{}", names.iter().enumerate().map(row).collect::<String>());
                let Some(bytes) = encode(&text, label) else { continue };
                let mut list = csv(bytes).open().unwrap();
                let read: Vec<String> = list.by_ref().map(name).collect();
                let warnings: Vec<String> = list.take_warnings().iter().map(ToString::to_string).collect();
                let is_told = warnings.iter().any(|warning| {
                    warning.contains("the encoding of the file is guessed") && warning.contains(&read[0])
                });
                all += 1;
                right += u32::from(read == names);
                warned += u32::from(is_told);
                if read != names {
                    println!("{language} in {label}: {read:?} for {names:?}");
                }
                assert!(read == names || is_told, "{language} in {label}: {read:?} for {names:?}: {warnings:?}");
            }
        }
    }
    println!("{right} of {all} are read right, {warned} are told");
    assert!(right * 10 > all * 9, "{right} of {all}");
}

#[test]
fn a_usual_export_of_windows_is_read_without_a_word() {
    for names in [
        "Jürgen Müller",
        "Amélie Lévêque\nb@example.org;Noël Garçon",
        "José Muñoz\nb@example.org;Peña Núñez\nc@example.org;Iñaki Ibáñez",
    ] {
        let text = format!("email;name\na@example.org;{names}\n");
        let mut list = csv(encode(&text, "windows-1252").unwrap()).open().unwrap();
        assert!(list.by_ref().all(|row| row.is_ok()));
        let warnings = list.take_warnings();
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

#[test]
fn a_guess_says_how_it_reads_and_which_line_sets_it() {
    let text = "email;name\na@example.org;Jürgen Müller\nb@example.org;Käthe Weiß\n";
    let mut list = csv(encode(text, "cp850").unwrap()).open().unwrap();
    assert_eq!(list.by_ref().next().map(name).as_deref(), Some("Jürgen Müller"));
    let warning = list.take_warnings().remove(0).to_string();
    assert!(warning.starts_with("list.csv: the encoding of the file is guessed: IBM"), "{warning}");
    assert!(warning.contains("reads `Jürgen Müller` and `Käthe Weiß`"), "{warning}");
    assert!(warning.contains("set `encoding = \""), "{warning}");
    let set = csv(encode(text, "cp850").unwrap()).encoding("cp850");
    let mut list = set.open().unwrap();
    assert_eq!(list.by_ref().nth(1).map(name).as_deref(), Some("Käthe Weiß"));
    assert!(list.take_warnings().is_empty());
}

#[test]
fn text_that_was_encoded_twice_is_told_and_can_be_read() {
    let twice = "email,name\na@example.org,Ana LÃ©vÃªque\nb@example.org,BjÃ¶rn\nc@example.org,Zoé\n";
    let mut list = csv(twice).open().unwrap();
    assert_eq!(list.by_ref().filter_map(Result::ok).count(), 3);
    let warning = list.take_warnings().remove(0).to_string();
    assert_eq!(
        warning,
        "list.csv:2:15: 2 cells look like UTF-8 that was read in another encoding: `Ana LÃ©vÃªque` for `Ana Lévêque`, \
         `BjÃ¶rn` for `Björn`; save the list anew from where it comes, or set `encoding = \"utf-8-twice\"` under `[lists]`"
    );
    let mut list = csv(twice).encoding("utf-8-twice");
    list.format.delimiter = Some(',');
    let names: Vec<String> = list.open().unwrap().filter(Result::is_ok).map(name).collect();
    assert_eq!(names[..2], ["Ana Lévêque", "Björn"]);
    let utf8 = csv("email,name\na@example.org,Ana Lévêque\n").encoding("windows-1252");
    let mut list = utf8.open().unwrap();
    assert_eq!(list.by_ref().filter_map(Result::ok).count(), 1);
    let warning = list.take_warnings().remove(0).to_string();
    assert!(warning.ends_with("take `encoding` out of `[lists]`, or set it to `utf-8`"), "{warning}");
}

#[test]
fn what_two_encodings_read_alike_is_not_shown_to_tell_them_apart() {
    // "ü" is the same in both, and stands first.
    let piece = encode("name,city\nMüller,Grün\nMuñoz,Köln\nSøren,Ævar\n", "windows-1252").unwrap();
    let guessed = crate::lists::encoding_guess::guess(&piece, encoding_rs::WINDOWS_1250);
    let other = guessed.other.as_ref().unwrap();
    assert_ne!(other.reads, other.instead_of);
    assert_eq!(guessed.values[0], "Müller");
    for (_, encodings, names) in EXPORTS {
        for label in encodings {
            let Some(bytes) = encode(&names.join("\n"), label) else { continue };
            let guessed = crate::lists::encoding_guess::guess(&bytes, encoding_rs::WINDOWS_1252);
            assert!(guessed.other.iter().all(|other| other.reads != other.instead_of), "{label}: {guessed:?}");
        }
    }
}
