//! What a campaign's letters say themselves: where it stands in an answer, its author quotes it, in whatever form.

use std::collections::HashSet;

use super::words;

/// So many words in a row are looked for.
const ROW: usize = 5;

/// The rows of words of letters, from their templates: what stands between values.
#[derive(Debug, Clone, Default)]
pub struct SentWords {
    rows: HashSet<String>,
}

impl SentWords {
    /// Those of templates.
    #[must_use]
    pub fn of<'t>(templates: impl IntoIterator<Item = &'t str>) -> Self {
        let mut rows = HashSet::new();
        for template in templates {
            for text in template.split("{{").map(|piece| piece.split_once("}}").map_or(piece, |(_, rest)| rest)) {
                let text = words::of(text);
                let words: Vec<&str> = text.split_whitespace().collect();
                rows.extend(words.windows(ROW).map(|row| row.join(" ")));
            }
        }
        Self { rows }
    }

    /// Whether a line is the letter's: all of its rows of words are. Where a value stands among them it is not known
    /// for sure, and the line stays: "we wish to receive no more letters" may be somebody's own.
    fn has(&self, line: &str) -> bool {
        let line = words::of(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        words.len() >= ROW && words.windows(ROW).all(|row| self.rows.contains(&row.join(" ")))
    }

    /// The lines of a text that are not the letter's.
    pub(super) fn taken_out_of(&self, text: &str) -> String {
        let own = text.lines().filter(|line| !self.has(line)).map(|line| format!("{line}\n"));
        own.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_letter_says_is_taken_out_whatever_stands_before_it_and_the_answer_stays() {
        let sent = SentWords::of([
            "Dear {{recipient.name}},\n\nplease *suspend* the dialogue with Ruritania until its mines \
            in {{recipient.place}} are closed. If you wish to receive no more letters, tell us so.",
        ]);
        let answer = "We agree with much of it.\n| please suspend the dialogue with Ruritania until its\n\
            mines in Delta are closed.\n> If you wish to receive no more letters, tell us so.\nAna";
        assert_eq!(sent.taken_out_of(answer), "We agree with much of it.\nmines in Delta are closed.\nAna\n");
        let other = "Please suspend your own dialogue.\nWe wish to receive no more letters.\n";
        assert_eq!(sent.taken_out_of(other), other);
        assert_eq!(SentWords::default().taken_out_of(other), other);
    }
}
