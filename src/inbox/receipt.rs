//! Read receipts: a reader's program says what was done with a letter (RFC 8098).

use super::fields::groups;
use super::original::Original;
use super::sign::{self, Sign};
use super::structure::{Mail, Role};
use super::{Action, Kind, Permanence, Reading, Reason, ReportedRecipient, Rule, address, phrases};

/// How much of a refusal's words is kept.
const MAX_DIAGNOSTIC: usize = 500;

/// Reads a receipt, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let mut found = Vec::new();
    for part in mail.with_role(Role::Disposition) {
        found.extend(groups(part.bytes()));
    }
    if mail.report_type != "disposition-notification" && !found.iter().any(|group| group.value("disposition").is_some())
    {
        return is_in_words(mail, reading);
    }
    let value = |name: &str| found.iter().find_map(|group| group.value(name));
    let is_refusal = is_refusal(mail, value("disposition").unwrap_or_default());
    let named = value("final-recipient").or_else(|| value("original-recipient")).and_then(address::typed);
    if let Some(named) = named {
        let mut recipient = ReportedRecipient::new(named);
        recipient.original_address = value("original-recipient")
            .and_then(address::typed)
            .filter(|original| !address::same(original, &recipient.address));
        recipient.diagnostic = value("disposition").map(str::to_owned);
        reading.recipients.push(recipient);
    }
    if is_refusal {
        for recipient in &mut reading.recipients {
            let mut words = mail.text().split_whitespace().collect::<Vec<_>>().join(" ");
            words.truncate(words.floor_char_boundary(MAX_DIAGNOSTIC));
            recipient.action = Some(Action::Failed);
            recipient.reason = Some(Reason::Filtered);
            recipient.permanence = Some(Permanence::Soft);
            recipient.diagnostic = Some(words);
        }
    }
    reading.kind = if is_refusal { Kind::Report } else { Kind::Receipt };
    reading.rules.push(if is_refusal { Rule::SieveReject } else { Rule::Disposition });
    reading.original_message_id = value("original-message-id").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    reading.take_original(Original::of(mail, ""));
    true
}

/// What Outlook and Exchange put before a subject when a letter was read, or deleted without that, in the languages of
/// most offices.
const READ_OR_NOT: &[&str] = &[
    "read",
    "not read",
    "deleted",
    "gelesen",
    "ungelesen",
    "nicht gelesen",
    "gelöscht",
    "lu",
    "non lu",
    "supprimé",
    "leído",
    "leido",
    "no leído",
    "no leido",
    "eliminado",
    "letto",
    "non letto",
    "eliminato",
    "lido",
    "lida",
    "não lido",
    "não lida",
    "lidas",
    "eliminada",
    "gelezen",
    "niet gelezen",
    "ongelezen",
    "verwijderd",
    "przeczytane",
    "nieprzeczytane",
    "przeczytano",
    "nie przeczytano",
    "odczytane",
    "přečteno",
    "nepřečteno",
    "přečtené",
    "nepřečtené",
    "prečítané",
    "neprečítané",
    "läst",
    "oläst",
    "inte läst",
    "ej läst",
    "læst",
    "ulæst",
    "ikke læst",
    "lest",
    "ulest",
    "ikke lest",
    "luettu",
    "lukematon",
    "ei luettu",
    "lukematta",
    "loetud",
    "lugemata",
    "elolvasva",
    "olvasatlan",
    "elolvasott",
    "olvasott",
    "nem olvasott",
    "citit",
    "necitit",
    "citită",
    "necitită",
    "прочетено",
    "непрочетено",
    "прочитано",
    "не прочитано",
    "прочтено",
    "не прочтено",
    "διαβάστηκε",
    "δεν διαβάστηκε",
    "αναγνώσθηκε",
    "αναγνώστηκε",
    "perskaityta",
    "neperskaityta",
    "skaityta",
    "lasīts",
    "nelasīts",
    "izlasīts",
    "nav lasīts",
    "prebrano",
    "neprebrano",
    "ni prebrano",
    "pročitano",
    "nepročitano",
    "nije pročitano",
    "léite",
    "gan léamh",
    "moqri",
    "mhux moqri",
    "inqara",
    "ma nqarax",
    "okundu",
    "okunmadı",
    "開封済み",
    "開封済",
    "未開封",
    "已读",
    "未读",
    "已讀",
    "未讀",
    "已阅读",
    "읽음",
    "읽지 않음",
    "مقروءة",
    "غير مقروءة",
    "تمت القراءة",
    "تم القراءة",
    "לא נקרא",
    "נקרא",
    "נקראה",
    "לא נקראה",
    "llegit",
    "no llegit",
];

/// The most words of such a receipt: the letter's subject and date, and what was done with it.
const SHORT: usize = 60;

/// Reads a receipt without fields: the mark of one before the letter's own subject, and a text of a few lines with the
/// letter's fields in them or words of a receipt, of which nobody writes one.
fn is_in_words(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let subject = reading.subject.clone().unwrap_or_default();
    let is_marked = subject
        .split_once([':', '：'])
        .is_some_and(|(mark, _)| READ_OR_NOT.contains(&mark.trim().to_lowercase().as_str()));
    let text = mail.text();
    let is_short = text.split_whitespace().take(SHORT + 1).count() <= SHORT;
    let begins_as_one = is_marked || begins_as_receipt(&subject);
    if !is_short || !begins_as_one || !tells_it(text) {
        return false;
    }
    reading.kind = Kind::Receipt;
    reading.rules.push(Rule::ReceiptText);
    true
}

/// Whether a text says that a letter was read or deleted, or has the letter's fields, or says nothing.
fn tells_it(text: &str) -> bool {
    let has_fields = || text.lines().filter(|line| is_field(line)).count() >= 2;
    !text.contains(char::is_alphanumeric) || has_fields() || phrases::says(phrases::displayed(), text)
}

/// Whether a subject begins as those of receipts do.
fn begins_as_receipt(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    RECEIPTS.iter().any(|name| subject.starts_with(name))
}

/// How the subjects of receipts begin that do not have a word and a colon alone before the letter's.
const RECEIPTS: [&str; 40] = [
    "read receipt",
    "return receipt",
    "read confirmation",
    "lesebestätigung",
    "empfangsbestätigung (angezeigt)",
    "gelesen-bestätigung",
    "accusé de lecture",
    "confirmation de lecture",
    "confirmación de lectura",
    "acuse de lectura",
    "conferma di lettura",
    "ricevuta di lettura",
    "confirmação de leitura",
    "recibo de leitura",
    "leesbevestiging",
    "läskvitto",
    "läsbekräftelse",
    "læsekvittering",
    "læsebekræftelse",
    "lesebekreftelse",
    "lukukuittaus",
    "lugemiskinnitus",
    "lugemisteatis",
    "olvasási visszaigazolás",
    "potwierdzenie przeczytania",
    "potwierdzenie odczytania",
    "potvrzení o přečtení",
    "potvrdenie o prečítaní",
    "potrdilo o branju",
    "potvrda o čitanju",
    "confirmare de citire",
    "потвърждение за прочитане",
    "уведомление о прочтении",
    "підтвердження про прочитання",
    "αποδεικτικό ανάγνωσης",
    "skaitymo patvirtinimas",
    "lasīšanas apstiprinājums",
    "okundu bilgisi",
    "開封確認",
    "읽음 확인",
];

/// Whether a line is one of the letter's fields: `   To: Ana Roe`.
fn is_field(line: &str) -> bool {
    let field = line.trim().split_once(':');
    field.is_some_and(|(name, value)| {
        let is_name = name.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '\u{a0}');
        is_name && (1..=12).contains(&name.trim().chars().count()) && !value.trim().is_empty()
    })
}

/// Whether a filter refused the letter: Sieve's `reject` may answer so (RFC 5429, 2.1.2). A reader's program that
/// deletes a letter says so too, but not that it was rejected.
fn is_refusal(mail: &Mail<'_>, disposition: &str) -> bool {
    let disposition = disposition.to_ascii_lowercase();
    disposition.starts_with("automatic-action")
        && disposition.contains("deleted")
        && (mail.headers.lower("auto-submitted").contains("reject")
            || sign::shows(Sign::Refused, mail.text())
            || sign::shows(Sign::Refused, &mail.headers.text("subject").unwrap_or_default())
            || mail.headers.lower("subject").contains("reject"))
}
