//! What managers of lists and of tickets do with a letter that they do not pass on: they keep it until somebody has
//! looked at it, or refuse it and return it. Mailman, Sympa, mlmmj, Roundup and others.

use percent_encoding::percent_decode_str;

use super::original::{self, Original};
use super::sign::{self, Sign};
use super::structure::Mail;
use super::{Action, Kind, Permanence, Reading, Reason, ReportedRecipient, Rule, ticket};

/// How many words such a mail has of its own at most.
const SHORT: usize = 220;

/// How much of its words is kept.
const MAX_DIAGNOSTIC: usize = 300;

/// How many recipients are taken from the letter that is returned.
const MAX_RECIPIENTS: usize = 1000;

/// Reads one, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    if !is_of_manager(mail, reading) {
        return false;
    }
    let text = mail.text();
    let own = &text[..original::start_in(text).unwrap_or(text.len())];
    if own.split_whitespace().count() > SHORT {
        return false;
    }
    let subject = reading.subject.clone().unwrap_or_default();
    let says = |sign| sign::shows(sign, own) || sign::shows(sign, &subject);
    let original = Original::of(mail, text);
    let returns = original.message_id.is_some();
    if says(Sign::Refused) && returns {
        let list = if original.delivered_to.is_empty() { &original.to } else { &original.delivered_to };
        refused(own, &list.clone(), original, reading);
        return true;
    }
    // What a moderator refused is not returned, and what waits for one was not refused.
    if says(Sign::Rejected) && !ticket::is_in_header(mail) {
        refused(own, &list_of(mail, reading), original, reading);
        return true;
    }
    if says(Sign::Held) && !ticket::is_in_header(mail) {
        reading.kind = Kind::AutoReply;
        reading.rules.push(Rule::ListHolds);
        reading.take_original(original);
        return true;
    }
    // In a language of which no words are known: nobody writes from such an address, and no person returns a letter so.
    let is_program = is_from_nobody(reading)
        || comes_back_to_list(mail, reading)
        || mail.headers.has("x-loop")
        || (returns && is_bulk(mail));
    if is_program && !ticket::is_in_header(mail) {
        reading.kind = Kind::AutoReply;
        reading.rules.push(Rule::ListManager);
        reading.take_original(original);
        return true;
    }
    false
}

/// What managers put behind a list's name.
const BEHIND: [&str; 11] =
    ["owner", "bounces", "request", "admin", "help", "moderators", "mods", "editor", "confirm", "join", "noreply"];

/// The address of the list that writes: where it says to post to (RFC 2369, 3.4), or the manager's own without what
/// stands behind the name.
fn list_of(mail: &Mail<'_>, reading: &Reading) -> Vec<String> {
    let post = mail.headers.lower("list-post");
    // `NO` says that nobody may post, whatever a comment behind it names.
    let post = post.split_once("mailto:").filter(|_| !post.trim_start().starts_with("no"));
    let post = post.map(|(_, rest)| rest.split(['>', '?']).next().unwrap_or_default().trim());
    let post = post.map(|post| percent_decode_str(post).decode_utf8_lossy());
    if let Some(post) = post.filter(|post| post.contains('@')) {
        return vec![post.into_owned()];
    }
    let from = reading.from.as_deref().and_then(|from| from.split_once('@'));
    let own = from.and_then(|(local, domain)| {
        let (list, behind) = local.rsplit_once(['-', '+'])?;
        BEHIND.contains(&behind.to_lowercase().as_str()).then(|| format!("{list}@{domain}"))
    });
    let id = mail.headers.lower("list-id");
    let id = id.rsplit_once('<').map_or(id.as_str(), |(_, id)| id).trim_end_matches('>').trim();
    let of_id =
        id.split_once('.').filter(|(_, domain)| domain.contains('.')).map(|(list, domain)| format!("{list}@{domain}"));
    own.or(of_id).into_iter().collect()
}

/// Whether the address is one to which reports of failure go: a program alone writes from it.
fn is_from_nobody(reading: &Reading) -> bool {
    let local = reading.from.as_deref().and_then(|from| from.split('@').next()).unwrap_or_default().to_lowercase();
    local.ends_with("-bounces") || local.ends_with("+bounces")
}

/// Whether a list's own address wrote it, and what comes back of it goes to another one of the list's: a person has one
/// address for both.
fn comes_back_to_list(mail: &Mail<'_>, reading: &Reading) -> bool {
    let list = |address: &str| {
        let local = address.trim_start_matches('<').split('@').next().unwrap_or_default().to_lowercase();
        local.find(['+', '-']).map(|at| local[..at].to_owned())
    };
    let path = mail.headers.lower("return-path");
    let from = reading.from.as_deref().and_then(list);
    path.contains("bounce") && from.is_some() && from == list(&path)
}

fn is_bulk(mail: &Mail<'_>) -> bool {
    mail.headers.has("list-id") || ["bulk", "junk"].contains(&mail.headers.lower("precedence").as_str())
}

/// The letter did not reach those whom it was for.
fn refused(own: &str, list: &[String], original: Original, reading: &mut Reading) {
    let mut words = own.split_whitespace().collect::<Vec<_>>().join(" ");
    words.truncate(words.floor_char_boundary(MAX_DIAGNOSTIC));
    for address in list.iter().take(MAX_RECIPIENTS) {
        let mut recipient = ReportedRecipient::new(address.as_str());
        recipient.action = Some(Action::Failed);
        recipient.reason = Some(Reason::Rejected);
        recipient.permanence = Some(Permanence::Soft);
        recipient.diagnostic = Some(words.clone());
        reading.add(recipient);
    }
    reading.kind = Kind::Report;
    reading.rules.push(Rule::ListRefuses);
    reading.take_original(original);
}

/// Whether a program that manages a list or tickets wrote it, and not somebody whose mail it passes on: by its address
/// (RFC 2142, 6, and what managers put behind a list's name), or by the fields of a ticket system.
fn is_of_manager(mail: &Mail<'_>, reading: &Reading) -> bool {
    let local = reading.from.as_deref().and_then(|from| from.split('@').next()).unwrap_or_default().to_lowercase();
    let ends = [
        "-owner",
        "+owner",
        "-bounces",
        "+bounces",
        "-request",
        "+request",
        "-admin",
        "-help",
        "+help",
        "-moderators",
        "-mods",
    ];
    let begins =
        ["listserv", "majordomo", "sympa", "mailman", "owner-", "listmaster", "ezmlm", "listproc", "lists-noreply"];
    let path = mail.headers.lower("return-path");
    let is_list = ends.iter().any(|end| local.ends_with(end)) || begins.iter().any(|start| local.starts_with(start));
    let is_bulk = ["bulk", "list", "junk"].contains(&mail.headers.lower("precedence").as_str());
    let is_program = is_bulk
        || mail.headers.has("list-id")
        // What a program puts into what it writes, to know it again.
        || mail.headers.has("x-loop")
        || mail.headers.lower("auto-submitted").starts_with("auto-")
        || ["<>", "bounces", "owner"].iter().any(|sign| path.contains(sign));
    (is_list || ticket::is_in_header(mail)) && is_program
}
