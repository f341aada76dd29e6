//! The subject of a letter within the subject of a mail that answers it or passes it on.

/// So many ends of a subject are looked at.
const ENDS: usize = 8;

/// The longest word that a mail program puts before a subject: `Doorst:`.
const LONGEST_MARK: usize = 6;

/// How much of a subject is looked at for such a word and its colon, in bytes.
const BEGINNING: usize = 32;

/// A subject without what mail programs put before it: `Re:`, `AW:`, `Odp:`, `RE :`, `SV[2]:` …. In which language that
/// is is not asked: it is a short word and a colon (RFC 5256, 2.1 has those of English).
pub(super) fn bare(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((_, after)) = rest.split_once(':').filter(|(mark, _)| is_mark(mark)) {
        rest = after.trim_start();
    }
    plain(rest)
}

fn is_mark(text: &str) -> bool {
    let word = text.trim_end().trim_end_matches(|sign: char| sign.is_ascii_digit() || "[]()^".contains(sign));
    !word.is_empty() && word.chars().count() <= LONGEST_MARK && word.chars().all(char::is_alphabetic)
}

/// What a subject may be about: all of it, and what stands after each colon and each tag in brackets, the longest
/// first. One of these is the [`bare`] subject of the letter, also where `Automatic reply:` or `[EXTERNAL]` stands
/// before it.
pub(super) fn ends(subject: &str) -> Vec<String> {
    let subject = plain(subject);
    let after_signs = subject.match_indices([':', ']']).map(|(at, sign)| at + sign.len());
    let ends = std::iter::once(0).chain(after_signs).take(ENDS).map(|at| subject[at..].trim());
    ends.filter(|end| !end.is_empty()).map(str::to_owned).collect()
}

/// What mail programs put before the subject of a mail that is passed on, in their languages.
const PASSED_ON: [&str; 14] =
    ["fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "doorst:", "vl:", "vb:", "pd:", "enc:", "tov:", "πρθ:", "ilt:"];

/// Whether a mail program says that somebody passes a mail on: `Fwd:`, `WG:`, `[EXTERNAL] FW:` ….
pub(super) fn is_passed_on(subject: &str) -> bool {
    let subject = beginning(subject);
    PASSED_ON.iter().any(|mark| subject.starts_with(mark))
}

/// Whether a mark means that a mail is passed on in one language, and answered in another: `VS:` is "videresendt" in
/// Norwegian and Danish, and "vastaus" in Finnish.
pub(super) fn may_be_passed_on(subject: &str) -> bool {
    beginning(subject).starts_with("vs:")
}

/// The beginning of a subject in lower case, without the tags in brackets that servers put before it.
fn beginning(subject: &str) -> String {
    let mut rest = subject.trim_start();
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
        rest = behind.trim_start();
    }
    // Turkish has a capital of its own, which is two signs in lower case.
    rest[..rest.floor_char_boundary(BEGINNING)].to_lowercase().replace("i\u{307}", "i")
}

/// Whether a mail program put something before the subject of the mail that is answered: `Re:`, `[EXTERNAL] AW:` ….
pub(super) fn is_answer(subject: &str) -> bool {
    ends(subject).iter().any(|end| end.split_once(':').is_some_and(|(mark, _)| is_mark(mark)))
}

/// In lowercase, with single spaces.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_all_languages_are_taken_off() {
        for mark in ["Re:", "RE : ", "AW: ", "SV:", "Odp: ", "Vá:", "ΑΠ: ", "Отг: ", "Re[2]: ", "Antw: Re: AW: ", ""]
        {
            assert_eq!(bare(&format!("{mark}Keep the  Delta")), "keep the delta", "{mark}");
        }
        assert_eq!(bare("Joint letter: keep it"), "joint letter: keep it");
        assert_eq!(bare("Re:"), "");
    }

    #[test]
    fn an_answer_is_known_by_its_mark() {
        assert!(is_answer("AW: [EXTERNAL] Keep the Delta") && is_answer("[EXTERNAL] Re: Keep the Delta"));
        assert!(!is_answer("[undeliverable] Message too large") && !is_answer("Keep the Delta"));
    }

    #[test]
    fn what_is_passed_on_is_known_by_its_mark_in_many_languages() {
        for mark in ["Fwd:", "[EXTERNAL] FW:", "VL:", "VB:", "PD:", "ENC:", "TOV:", "ΠΡΘ:", "İLT:", "I:"] {
            assert!(is_passed_on(&format!("{mark} Keep the Delta")), "{mark}");
        }
        for subject in ["Re: Keep the Delta", "VS: Keep the Delta", "Re: FW: Keep the Delta", "Enclosed", "[I: x"] {
            assert!(!is_passed_on(subject), "{subject}");
        }
        assert!(may_be_passed_on("VS: Keep the Delta") && !may_be_passed_on("SV: Keep the Delta"));
    }

    #[test]
    fn the_letters_subject_is_found_behind_whatever_stands_before_it() {
        let letter = bare("Joint letter: keep it");
        for subject in [
            "Re: Joint letter: keep it",
            "[EXTERNAL] AW: Joint  letter: keep it",
            "Automatische Antwort: Joint letter: keep it",
        ] {
            assert!(ends(subject).contains(&letter), "{subject}");
        }
        for subject in ["Lunch", "", "Re:", "keep it, please", "Re: letter: keep it"] {
            assert!(!ends(subject).contains(&letter), "{subject}");
        }
        assert!(!ends("Re:").contains(&bare("")));
    }

    #[test]
    fn a_subject_of_signs_alone_is_read_in_bounds() {
        assert!(ends(&":".repeat(100_000)).len() <= ENDS);
        assert_eq!(bare(&"re: ".repeat(1000)), "");
    }
}
