//! Addresses as they stand in reports: in angle brackets, in quotes, with a type before them, or bare in a sentence.

/// Whether a text has the form of an address. Generous on purpose: reports name addresses that were never valid.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && local.len() <= 256
        && domain.len() <= 255
        && !local.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'))
        && is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    !domain.is_empty()
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':'))
        && domain.chars().any(char::is_alphanumeric)
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with('.')
        && !domain.contains("..")
}

/// The address, where a text is nothing but one, in angle brackets or without.
pub(super) fn alone(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    is_plain(text).then_some(text)
}

fn is_plain(text: &str) -> bool {
    is_address(text) && text.matches('@').count() == 1 && !text.contains(['"', ',', ';', '(', ')', '\'', ':'])
}

/// The first address in a text, with the place where it begins and where what encloses it ends.
pub(super) fn first_in(text: &str) -> Option<Found<'_>> {
    all_in(text).next()
}

/// An address found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// The address.
    pub(super) address: &'a str,
    /// Where it begins, its bracket or quote included.
    pub(super) start: usize,
    /// Where it ends, its bracket or quote included.
    pub(super) end: usize,
}

/// All addresses in a text, in their order.
pub(super) fn all_in(text: &str) -> impl Iterator<Item = Found<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(at) = text[from..].find('@').map(|at| from + at) {
            let local = text[from..at].char_indices().rev().take_while(|&(_, c)| is_local(c));
            // An address in ASCII ends where a word without a blank stands right before it.
            let in_ascii = text[from..at].ends_with(|c: char| c.is_ascii());
            let local = local.take_while(|&(_, c)| !in_ascii || !is_unspaced(c)).last();
            let start = local.map_or(at, |(start, _)| from + start);
            let end = at + 1 + text[at + 1..].find(|c| !is_of_domain(c)).unwrap_or(text.len() - at - 1);
            let domain = without_neighbour(&text[at + 1..end]).trim_end_matches(['.', '-', '_']);
            let end = at + 1 + domain.len();
            let local = &text[start..at];
            // An encoded word (RFC 2047) begins with an equals sign, and some address their mail to one.
            let is_encoded = local.starts_with("=?");
            let start =
                if is_encoded { start } else { at - local.trim_start_matches(['.', '\'', '=', '/', '-', '*']).len() };
            from = end.max(at + 1);
            if start < at && is_domain(domain) && !text[end..].starts_with('@') {
                let opened = text[..start].ends_with(['<', '"', '\'', '(', '[']);
                let closed = text[end..].starts_with(['>', '"', '\'', ')', ']']);
                let (start_of_all, end_of_all) =
                    if opened { (start - 1, end + usize::from(closed)) } else { (start, end) };
                return Some(Found { address: &text[start..end], start: start_of_all, end: end_of_all });
            }
        }
        None
    })
}

/// Whether a letter is of a script that puts no blanks between words: Chinese, Japanese and their punctuation.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// A domain without the words that stand right behind it in languages that put no blanks between words: its last label
/// is either ASCII or not.
fn without_neighbour(domain: &str) -> &str {
    let label = domain.rfind('.').map_or(0, |dot| dot + 1);
    let is_ascii = domain[label..].starts_with(|c: char| c.is_ascii());
    let end = domain[label..].find(|c: char| !c.is_ascii()).filter(|_| is_ascii);
    end.map_or(domain, |end| &domain[..label + end])
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

fn is_of_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The address in a field of RFC 3464 such as `rfc822; <ana@example.org>` (2.3.1, 2.3.2): without its type, brackets
/// and comments.
pub(super) fn typed(value: &str) -> Option<String> {
    let (kind, text) = match value.split_once(';') {
        Some((kind, rest)) if !kind.contains('@') => (kind.trim(), rest),
        _ => ("", value),
    };
    let decoded = if kind.eq_ignore_ascii_case("utf-8") { decode_utf8_xtext(text) } else { text.to_owned() };
    let text = decoded.trim().trim_matches(['<', '>', ' ', ',']);
    // A source route is no part of the address (RFC 5321, appendix C).
    let text = match text.strip_prefix('@').and_then(|route| route.split_once(':')) {
        Some((_, after)) => after,
        None => text,
    };
    if let Some(quoted) = quoted(text) {
        return Some(quoted);
    }
    let text = text.trim_matches('"');
    if is_address(text) && !text.contains('|') {
        return Some(text.to_owned());
    }
    first_in(text).map(|found| found.address.to_owned())
}

/// An address with a quoted local part (RFC 5321, 4.1.2): without the quotes, where it needs none.
fn quoted(text: &str) -> Option<String> {
    let (local, domain) = text.strip_prefix('"')?.split_once("\"@")?;
    let needs_none = !local.is_empty() && local.chars().all(is_local) && !local.contains("..");
    let is_one = is_domain(domain) && !local.is_empty() && !local.contains(['"', '<', '>']) && local.len() <= 256;
    is_one.then(|| if needs_none { format!("{local}@{domain}") } else { text.to_owned() })
}

/// `j\x{FC}rgen@example.org`, as mail systems write an internationalised address in ASCII (RFC 6533, 3).
fn decode_utf8_xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let decoded = after.split_once('}').and_then(|(hex, behind)| {
            let c = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control())?;
            Some((c, behind))
        });
        match decoded {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether an address is one of the internet: its domain has a dot.
pub(super) fn is_global(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}

/// Whether an address is a mail system's own: those of RFC 5321 (4.5.1) and of the programs that write reports.
pub(super) fn is_of_mail_system(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or(address).to_ascii_lowercase();
    let local = local.replace(['-', '_', '.'], "");
    ["mailerdaemon", "postmaster", "mailerdeamon", "mdaemon", "maildaemon", "mailadmin", "mailadministrator"]
        .iter()
        .any(|name| local.starts_with(name))
        || local.ends_with("mailservice")
        || local == "ndr"
        || local == "mmdf"
}

/// Whether two addresses are the same, apart from case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_type_of_a_report() {
        for (value, address) in [
            ("rfc822; <ana@example.org>", "ana@example.org"),
            ("rfc822;\"ana roe\"@example.org", "\"ana roe\"@example.org"),
            ("rfc822; \"ana.roe\"@example.org", "ana.roe@example.org"),
            ("utf-8; j\\x{FC}rgen@example.org", "jürgen@example.org"),
            ("utf-8; jürgen@example.org", "jürgen@example.org"),
            ("utf-8; a\\x{FFFFFFFF}b@example.org", "a\\x{FFFFFFFF}b@example.org"),
        ] {
            assert_eq!(typed(value).as_deref(), Some(address), "{value}");
        }
    }
}
