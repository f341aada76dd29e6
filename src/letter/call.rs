//! The helpers that a letter may use, and what each of them needs.

use std::collections::BTreeMap;

use icu::plurals::PluralCategory;

use super::locale::{DateStyle, Join, has_months, has_word, plural_forms};
use super::program::{Call, Expr, Kind};
use crate::model::Language;
use crate::model::nearest::{advice, quoted};

/// The forms of CLDR, in its order.
const FORMS: [(&str, PluralCategory); 6] = [
    ("zero", PluralCategory::Zero),
    ("one", PluralCategory::One),
    ("two", PluralCategory::Two),
    ("few", PluralCategory::Few),
    ("many", PluralCategory::Many),
    ("other", PluralCategory::Other),
];

/// The `key=` that a helper takes.
pub(super) fn keys(helper: &str) -> &'static [&'static str] {
    match helper {
        "date" => &["style"],
        "list" => &["type"],
        "plural" => &["zero", "one", "two", "few", "many", "other"],
        _ => &[],
    }
}

/// Compiles the call of a helper. `written` is its first argument as the template has it, `words` what stands behind
/// each `key=`.
pub(super) fn compile(
    helper: &str,
    arguments: Vec<Expr>,
    written: String,
    words: &[(&str, &str)],
    language: &Language,
) -> Result<Call, String> {
    match helper {
        "date" => date(arguments, written, words, language),
        "list" => list(arguments, &written, words, language),
        "plural" => plural(arguments, written, words, language),
        "eq" => equal(arguments),
        _ => default(arguments),
    }
}

fn date(
    mut arguments: Vec<Expr>,
    written: String,
    words: &[(&str, &str)],
    language: &Language,
) -> Result<Call, String> {
    let usage = "`date` takes a date and a style, as in `{{date letter.date \"long\"}}`";
    let second = match arguments.len() {
        1 => None,
        2 => arguments.pop(),
        _ => return Err(usage.to_owned()),
    };
    let word = match (&second, words.first()) {
        (None, None) => "long",
        (None, Some((_, word))) => word,
        (Some(Expr::Text(word)), None) => word,
        _ => return Err(usage.to_owned()),
    };
    let style = DateStyle::from_word(word)
        .ok_or_else(|| format!("`{word}` is not a style of `date`; {}", advice(word, &DateStyle::WORDS)))?;
    match arguments.pop() {
        Some(value) if value.kind() == Kind::Text => {
            if style != DateStyle::Short && !has_months(language) {
                return Err(format!(
                    "the names of the months in `{language}` are not known; write the date in words, or in figures by `{{{{date {written} \"short\"}}}}`"
                ));
            }
            Ok(Call::Date { value, style, written })
        }
        _ => Err(format!("`{written}` is no date; `date` takes a text such as `2024-06-12`")),
    }
}

fn list(mut arguments: Vec<Expr>, written: &str, words: &[(&str, &str)], language: &Language) -> Result<Call, String> {
    let join = match words.first() {
        None | Some((_, "and")) => Join::And,
        Some((_, "or")) => Join::Or,
        Some((_, word)) => return Err(format!("`{word}` is not a type of `list`; known are `and`, `or`")),
    };
    match (arguments.pop(), arguments.is_empty()) {
        (Some(list), true) if matches!(list.kind(), Kind::List(_)) => {
            if !has_word(join, language) {
                return Err(format!(
                    "the word for \"{join}\" in `{language}` is not known; write the items with `{{{{#each {written}}}}}`"
                ));
            }
            Ok(Call::List { list, join })
        }
        (Some(_), true) => Err(format!("`{written}` is no list; `list` takes `signatories` or `recipient.tags`")),
        _ => Err("`list` takes one list, as in `{{list recipient.tags}}`".to_owned()),
    }
}

fn plural(
    mut arguments: Vec<Expr>,
    written: String,
    words: &[(&str, &str)],
    language: &Language,
) -> Result<Call, String> {
    let usage = "`plural` takes a number and its forms, as in `{{plural signatory_count one=\"organisation\" other=\"organisations\"}}`";
    let form_of = |key: &str| FORMS.iter().find(|(known, _)| *known == key).map(|(_, form)| *form);
    let forms: BTreeMap<PluralCategory, String> =
        words.iter().filter_map(|(key, word)| Some((form_of(key)?, (*word).to_owned()))).collect();
    match (arguments.pop(), arguments.is_empty()) {
        (Some(count), true) if matches!(count.kind(), Kind::Number | Kind::Text) => {
            // With a single form, a number is only written as the language does.
            let needed = if forms.len() > 1 { plural_forms(language)? } else { Vec::new() };
            let missing = needed.iter().find(|(form, _)| !forms.contains_key(form));
            if let Some((form, example)) = missing.filter(|(form, _)| *form != PluralCategory::Other) {
                let name = FORMS.iter().find(|(_, known)| known == form).map_or("", |(name, _)| name);
                Err(format!(
                    "`plural` has no `{name}=`, which the language `{language}` needs for a number such as {example}"
                ))
            } else if forms.contains_key(&PluralCategory::Other) {
                Ok(Call::Plural { count, forms, written })
            } else {
                let known = FORMS.map(|(known, _)| known);
                Err(format!("`plural` has no `other=`, which every language needs; the forms are {}", quoted(&known)))
            }
        }
        (Some(_), true) => Err(format!("`{written}` is no number; {usage}")),
        _ => Err(usage.to_owned()),
    }
}

fn equal(arguments: Vec<Expr>) -> Result<Call, String> {
    let list = arguments.iter().any(|argument| matches!(argument.kind(), Kind::List(_)));
    match (<[Expr; 2]>::try_from(arguments), list) {
        (Ok([one, other]), false) => Ok(Call::Eq(one, other)),
        (_, true) => Err("`eq` compares texts and numbers, not lists".to_owned()),
        _ => Err("`eq` takes two values, as in `{{#if (eq recipient.country \"BE\")}}`".to_owned()),
    }
}

fn default(arguments: Vec<Expr>) -> Result<Call, String> {
    if arguments.len() < 2 {
        return Err(
            "`default` takes two values or more, as in `{{default recipient.salutation \"Dear Sir or Madam\"}}`"
                .to_owned(),
        );
    }
    let plain = |argument: &Expr| matches!(argument.kind(), Kind::Text | Kind::Number);
    if arguments.iter().all(plain) {
        Ok(Call::Default(arguments))
    } else {
        Err("`default` takes texts and numbers; use `{{#if}}` for a list or a condition".to_owned())
    }
}
