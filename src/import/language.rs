//! The language in which a letter is written, by its letters and their triples (whatlang). What is written in a
//! language that it does not know is told to be in one that is like it: short texts and weak likeness are never sure.

use whatlang::{Detector, Info, Lang};

/// A text with fewer letters is no ground for being sure.
const ENOUGH: usize = 120;
/// How sure the library must be: it says 1 where no other language comes near.
const SURE: f64 = 0.95;

/// The languages in which joint letters of Europe and its neighbours are mostly written. Some others are so like one of
/// these (Afrikaans, Esperanto) that the library is rarely sure among all.
const USUAL: [Lang; 34] = [
    Lang::Ara,
    Lang::Bel,
    Lang::Bul,
    Lang::Cat,
    Lang::Ces,
    Lang::Cmn,
    Lang::Dan,
    Lang::Deu,
    Lang::Ell,
    Lang::Eng,
    Lang::Est,
    Lang::Fin,
    Lang::Fra,
    Lang::Heb,
    Lang::Hrv,
    Lang::Hun,
    Lang::Ita,
    Lang::Jpn,
    Lang::Kor,
    Lang::Lav,
    Lang::Lit,
    Lang::Nld,
    Lang::Nob,
    Lang::Pes,
    Lang::Pol,
    Lang::Por,
    Lang::Ron,
    Lang::Rus,
    Lang::Slk,
    Lang::Slv,
    Lang::Spa,
    Lang::Swe,
    Lang::Tur,
    Lang::Ukr,
];

/// The tags of the languages. Esperanto and Latin are nobody's letter by mistake: what is taken for them is another
/// one's.
const TAGS: [(Lang, &str); 60] = [
    (Lang::Afr, "af"),
    (Lang::Amh, "am"),
    (Lang::Ara, "ar"),
    (Lang::Aze, "az"),
    (Lang::Bel, "be"),
    (Lang::Ben, "bn"),
    (Lang::Bul, "bg"),
    (Lang::Cat, "ca"),
    (Lang::Ces, "cs"),
    (Lang::Cmn, "zh"),
    (Lang::Cym, "cy"),
    (Lang::Dan, "da"),
    (Lang::Deu, "de"),
    (Lang::Ell, "el"),
    (Lang::Eng, "en"),
    (Lang::Est, "et"),
    (Lang::Fin, "fi"),
    (Lang::Fra, "fr"),
    (Lang::Guj, "gu"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Hrv, "hr"),
    (Lang::Hun, "hu"),
    (Lang::Hye, "hy"),
    (Lang::Ind, "id"),
    (Lang::Ita, "it"),
    (Lang::Jpn, "ja"),
    (Lang::Kan, "kn"),
    (Lang::Kat, "ka"),
    (Lang::Khm, "km"),
    (Lang::Kor, "ko"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Mal, "ml"),
    (Lang::Mar, "mr"),
    (Lang::Mkd, "mk"),
    (Lang::Mya, "my"),
    (Lang::Nep, "ne"),
    (Lang::Nld, "nl"),
    (Lang::Nob, "nb"),
    (Lang::Pan, "pa"),
    (Lang::Pes, "fa"),
    (Lang::Pol, "pl"),
    (Lang::Por, "pt"),
    (Lang::Ron, "ro"),
    (Lang::Rus, "ru"),
    (Lang::Sin, "si"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Spa, "es"),
    (Lang::Srp, "sr"),
    (Lang::Swe, "sv"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Tha, "th"),
    (Lang::Tur, "tr"),
    (Lang::Ukr, "uk"),
    (Lang::Urd, "ur"),
    (Lang::Uzb, "uz"),
    (Lang::Vie, "vi"),
];

/// In which language a text seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The tag (BCP 47).
    pub tag: &'static str,
    /// Whether no other language comes near.
    pub is_sure: bool,
}

/// In which language a template seems to be written, without what stands in braces, links and addresses; `None` where
/// nothing can be said.
#[must_use]
pub fn language_of(template: &str) -> Option<Guess> {
    let prose = prose(template);
    let info = whatlang::detect(&prose)?;
    let tag = tag(info.lang())?;
    let letters = prose.chars().filter(|c| c.is_alphabetic()).count();
    // A word of Chinese, Japanese or Korean has two or three characters, and their scripts are no other language's.
    let enough = if matches!(info.lang(), Lang::Cmn | Lang::Jpn | Lang::Kor) { ENOUGH / 4 } else { ENOUGH };
    let is_clear = |info: &Info| info.is_reliable() && info.confidence() >= SURE;
    // Best of all languages, and clearly the best of the usual ones.
    let of_usual = || Detector::with_allowlist(USUAL.to_vec()).detect(&prose);
    let is_sure = is_clear(&info) || of_usual().is_some_and(|usual| usual.lang() == info.lang() && is_clear(&usual));
    (letters >= enough / 2).then_some(Guess { tag, is_sure: letters >= enough && is_sure })
}

/// Whether a text that is in this language (the first part of a tag) may be told to be in that one: it is not known,
/// and what is like it is told; or both are written nearly alike.
#[must_use]
pub fn may_be_taken_for(language: &str, told: &str) -> bool {
    const ALIKE: [&[&str]; 3] = [&["da", "nb", "nn", "no"], &["bs", "hr", "sr", "me"], &["id", "ms"]];
    let is_known = TAGS.iter().any(|(_, tag)| *tag == language);
    language == told || !is_known || ALIKE.iter().any(|alike| alike.contains(&language) && alike.contains(&told))
}

/// What a reader reads: no front matter, tags, links or addresses.
fn prose(template: &str) -> String {
    let body =
        template.strip_prefix("+++").and_then(|rest| rest.split_once("\n+++")).map_or(template, |(_, body)| body);
    let mut prose = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("{{") {
        prose.push_str(before);
        prose.push(' ');
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    prose.push_str(rest);
    let is_word = |word: &&str| !word.contains("://") && !word.contains('@');
    prose.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ")
}

fn tag(language: Lang) -> Option<&'static str> {
    TAGS.iter().find(|(known, _)| *known == language).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_tells_its_language_and_a_line_is_never_sure() {
        let mut wrong: Vec<&str> = Vec::new();
        for (tag, text) in [
            (
                "de",
                "Sehr geehrte Damen und Herren, wir bitten Sie, die Aue zu retten, bevor es zu spät ist. Seit vielen Jahren leben Menschen, Vögel und Fische an diesem Fluss, und keiner von ihnen wurde gefragt, ob er den Damm haben will.",
            ),
            (
                "fr",
                "Mesdames et Messieurs, nous vous demandons de sauver le delta avant qu’il ne soit trop tard. Depuis des années, des femmes et des hommes vivent au bord de ce fleuve, et personne ne leur a demandé s’ils voulaient de ce barrage.",
            ),
            (
                "es",
                "Estimadas señoras y señores: les pedimos que salven el delta antes de que sea demasiado tarde. Desde hace años viven personas a orillas de este río, y nadie les ha preguntado si quieren esta presa, que inundará sus casas, sus huertas y los caminos por los que sus hijos van a la escuela del pueblo. Quien decide sobre el agua debe escuchar a quienes viven de ella.",
            ),
            (
                "nl",
                "Geachte dames en heren, wij vragen u om de delta te redden voordat het te laat is. Al vele jaren wonen er mensen aan deze rivier, en niemand heeft hun ooit gevraagd of zij deze dam willen hebben.",
            ),
            (
                "pl",
                "Szanowni Państwo, prosimy o ocalenie delty, zanim będzie za późno. Od wielu lat nad tą rzeką mieszkają ludzie i nikt nigdy nie zapytał ich, czy chcą mieć tutaj zaporę, która zniszczy ich domy i pola.",
            ),
            (
                "el",
                "Αξιότιμες κυρίες και κύριοι, σας ζητούμε να σώσετε το δέλτα πριν να είναι πολύ αργά. Εδώ και χρόνια ζουν άνθρωποι δίπλα σε αυτό το ποτάμι, και κανείς δεν τους ρώτησε αν θέλουν αυτό το φράγμα.",
            ),
            (
                "en",
                "Dear Ministers, we ask you to save the delta before it is too late. For many years people have lived by this river, and nobody has ever asked them whether they want to have this dam built above their homes.",
            ),
        ] {
            let letter = format!(
                "+++\nsubject = \"Keep the delta\"\n+++\n\n{{{{recipient.salutation}}}},\n\n{text}\n\nhttps://example.org/keep-the-delta-alive-in-english\n\n{{{{> signatories}}}}\n"
            );
            wrong.extend((language_of(&letter) != Some(Guess { tag, is_sure: true })).then_some(tag));
            let line: String = text.chars().take(30).collect();
            assert!(language_of(&line).is_none_or(|guess| !guess.is_sure), "{line}");
        }
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(language_of("+++\nsubject = \"a\"\n+++\n\n{{recipient.name}}\n"), None);
    }

    #[test]
    fn what_is_like_another_language_is_not_said_to_be_that() {
        for (language, told) in [("gl", "pt"), ("no", "da"), ("de", "de"), ("bs", "hr"), ("ga", "en")] {
            assert!(may_be_taken_for(language, told), "{language}");
        }
        assert!(!may_be_taken_for("en", "de") && !may_be_taken_for("es", "pt"));
    }
}
