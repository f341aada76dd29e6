//! Text of others, cut to a length: what a stranger can make as long as they like is kept and shown in bounds.

/// So many characters of a subject are kept.
pub const SUBJECT: usize = 200;

/// So many of an address, or of an id (RFC 5321, 4.5.3.1 allows 254 for an address).
pub const ADDRESS: usize = 254;

/// So many of what a server said.
pub const DIAGNOSTIC: usize = 500;

/// So many of the first line of an answer.
pub const FIRST_LINE: usize = 120;

/// The first characters of a text, `…` being the last where some are left out.
#[must_use]
pub fn clip(mut text: String, most: usize) -> String {
    if text.len() > most
        && let Some((last, _)) = text.char_indices().nth(most.saturating_sub(1))
        && text[last..].chars().nth(1).is_some()
    {
        text.truncate(last);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_number_of_characters() {
        for (text, most, cut) in
            [("Ärger", 5, "Ärger"), ("Ärgere", 5, "Ärge…"), ("Ä", 1, "Ä"), ("ÄÖ", 1, "…"), ("", 3, "")]
        {
            assert_eq!(clip(text.to_owned(), most), cut, "{text}");
        }
    }
}
