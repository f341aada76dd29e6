//! What a spreadsheet program writes where a formula could not be worked out, in its language.

/// Whether a text is such an error and nothing else: `#N/A`, `#BEZUG!`, `Err:522`, `########`.
pub(super) fn is_error(text: &str) -> bool {
    match text.strip_prefix('#') {
        Some(name) => is_narrow(name) || is_marked(name) || UNMARKED.contains(&name.to_uppercase().as_str()),
        None => is_numbered(text),
    }
}

/// The names without a mark at their end: "not available" in many languages (`#N/A`), and what is still to come.
const UNMARKED: [&str; 17] = [
    "N/A",
    "N.A.",
    "NV",
    "N/D",
    "N/B",
    "N/V",
    "I/T",
    "YOK",
    "Н/Д",
    "Н/Д!",
    "Δ/Υ",
    "HIÁNYZIK",
    "NENÍ_K_DISPOZICI",
    "NEDOSTUPNÝ",
    "ND",
    "GETTING_DATA",
    "UNKNOWN",
];

/// What LibreOffice calls an error that has only a number, in its languages.
const NUMBERED: [&str; 24] = [
    "err",
    "erreur",
    "fehler",
    "erro",
    "error",
    "fout",
    "fel",
    "feil",
    "fejl",
    "virhe",
    "błąd",
    "chyba",
    "hiba",
    "hata",
    "ошибка",
    "ош",
    "помилка",
    "грешка",
    "σφάλμα",
    "eroare",
    "napaka",
    "pogreška",
    "viga",
    "klaida",
];

/// `########`: the column was too narrow for its value when the file was written.
fn is_narrow(name: &str) -> bool {
    name.len() >= 2 && name.bytes().all(|byte| byte == b'#')
}

/// `REF!`, `¡DIV/0!`, `¿NOMBRE?`: a name in capitals, with its mark.
fn is_marked(name: &str) -> bool {
    let Some(name) = name.strip_suffix(['!', '?']) else { return false };
    let name = name.trim_start_matches(['¡', '¿']);
    let is_of_name = |c: char| c.is_uppercase() || matches!(c, '/' | '0' | '_');
    name.chars().next().is_some_and(char::is_uppercase) && name.chars().count() <= 24 && name.chars().all(is_of_name)
}

/// `Err:522`: the errors of LibreOffice have numbers from 501 to 540.
fn is_numbered(text: &str) -> bool {
    // Of a long list, each cell comes by here.
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let Some((word, number)) = text.split_once(':') else { return false };
    let number = number.trim_start();
    number.len() == 3
        && number.parse::<u16>().is_ok_and(|number| (500..600).contains(&number))
        && NUMBERED.contains(&word.trim_end().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_programs_are_known_in_their_languages() {
        for error in [
            "#N/A",
            "#n/a",
            "#NV",
            "#REF!",
            "#BEZUG!",
            "#¡REF!",
            "#¿NOMBRE?",
            "#DIV/0!",
            "#DEEL/0!",
            "#DĚLENÍ_NULOU!",
            "#ССЫЛКА!",
            "#Н/Д",
            "#ÜBERLAUF!",
            "#VALEUR!",
            "#NAME?",
            "#N/D",
            "#YOK",
            "#SPILL!",
            "Err:522",
            "Err:502",
            "Err :502",
            "Fout:504",
            "########",
            "###",
            "#ERROR!",
            "#PUUTTUU!",
        ] {
            assert!(is_error(error), "{error}");
        }
    }

    #[test]
    fn a_text_that_looks_a_little_like_one_is_none() {
        for text in [
            "",
            "#",
            "##",
            "N/A",
            "#1",
            "#42!",
            "#Ref! of 1",
            "#MeToo!",
            "# NOTE!",
            "Room:502",
            "Err:5222",
            "Err:12",
            "#StopTheDeal",
            "C#",
            "#SAVE_OUR_SEAS",
            "REF!",
            "12:502",
        ] {
            assert!(!is_error(text), "{text}");
        }
    }
}
