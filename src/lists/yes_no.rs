//! Yes and no, in the languages of many lists and of the programs that write them.

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum YesNo {
    /// A yes.
    Yes,
    /// A no.
    No,
}

const YES: [&str; 34] = [
    "yes",
    "y",
    "true",
    "1",
    "ja",
    "j",
    "oui",
    "si",
    "sí",
    "sì",
    "wahr",
    "vrai",
    "sim",
    "tak",
    "ano",
    "áno",
    "da",
    "igen",
    "kyllä",
    "jah",
    "jā",
    "taip",
    "iva",
    "ναι",
    "да",
    "verdadero",
    "vero",
    "verdadeiro",
    "prawda",
    "pravda",
    "waar",
    "sand",
    "sant",
    "igaz",
];

const NO: [&str; 30] = [
    "no", "n", "false", "0", "nein", "non", "nee", "nej", "nei", "falsch", "faux", "não", "nie", "ne", "nem", "ei",
    "nē", "nu", "le", "όχι", "не", "falso", "fałsz", "nepravda", "onwaar", "falsk", "falskt", "hamis", "epätosi",
    "neen",
];

/// What a text says, in any case; nothing where it is neither yes nor no.
pub(super) fn read(text: &str) -> Option<YesNo> {
    let word = text.trim().to_lowercase();
    if YES.contains(&word.as_str()) {
        Some(YesNo::Yes)
    } else if NO.contains(&word.as_str()) {
        Some(YesNo::No)
    } else {
        None
    }
}

/// What a mark says: a yes or no, or a cross or tick for a yes.
pub(super) fn read_mark(text: &str) -> Option<YesNo> {
    match text.trim() {
        "x" | "X" | "✓" | "✔" | "☑" => Some(YesNo::Yes),
        "☐" | "-" | "–" => Some(YesNo::No),
        text => read(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_both() {
        assert!(YES.iter().all(|word| !NO.contains(word)));
        assert_eq!(read(" JA "), Some(YesNo::Yes));
        assert_eq!(read("Não"), Some(YesNo::No));
        assert_eq!(read("x"), None);
        assert_eq!(read_mark("x"), Some(YesNo::Yes));
        assert_eq!(read_mark("2024-06-12"), None);
    }
}
