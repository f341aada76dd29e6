//! The name of a PDF as a file.

use icu::normalizer::DecomposingNormalizer;

use crate::model::Language;

/// Letters that are no plain letter with a mark.
const LETTERS: [(char, &str); 14] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('Æ', "Ae"),
    ('œ', "oe"),
    ('Œ', "Oe"),
    ('ø', "o"),
    ('Ø', "O"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('ł', "l"),
    ('Ł', "L"),
    ('þ', "th"),
    ('ı', "i"),
];

const LONGEST: usize = 60;

/// A file name that every mail program and file system takes: the title in ASCII, and the language.
#[must_use]
pub fn file_name(title: &str, language: &Language) -> String {
    let mut name = String::new();
    for c in DecomposingNormalizer::new_nfkd().normalize(title).chars() {
        match LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, ascii)) => name.push_str(ascii),
            None if c.is_ascii_alphanumeric() => name.push(c),
            // What is left of a letter's mark, or an apostrophe, parts no word.
            None if !c.is_ascii() && !c.is_whitespace() && !matches!(c, '\u{2010}'..='\u{2015}') => {}
            None if c == '\'' || name.is_empty() || name.ends_with('-') => {}
            None => name.push('-'),
        }
    }
    if name.len() > LONGEST {
        let end = name[..=LONGEST].rfind('-').unwrap_or(LONGEST);
        name.truncate(end);
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { "letter" } else { name };
    format!("{name}.{language}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_ascii_and_says_the_language() {
        let named = |title: &str| file_name(title, &"fr-BE".parse().unwrap());
        assert_eq!(named("Keep the Velma delta alive!"), "Keep-the-Velma-delta-alive.fr-BE.pdf");
        assert_eq!(named("L’eau, c'est la vie – à Łódź & Ærø"), "Leau-cest-la-vie-a-Lodz-Aero.fr-BE.pdf");
        assert_eq!(named("../../etc/passwd\0\n"), "etc-passwd.fr-BE.pdf");
        assert_eq!(named("水"), "letter.fr-BE.pdf");
        assert_eq!(named("-"), "letter.fr-BE.pdf");
        let long = named(&"delta ".repeat(40));
        assert!(long.len() <= LONGEST + ".fr-BE.pdf".len() && long.ends_with("delta.fr-BE.pdf"), "{long}");
        assert!(named(&"x".repeat(500)).len() < 80);
    }
}
