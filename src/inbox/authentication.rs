//! What mail systems say of a sender in `Authentication-Results` (RFC 8601). Anybody can write such a field: only that
//! of a host whose own mail systems take such fields away from what comes in says anything.

use super::header::Headers;

/// So many of these fields are looked at.
const FIELDS: usize = 32;

/// The hosts that say that the mail failed DMARC (RFC 7489), in lower case: the `authserv-id` of each field with
/// `dmarc=fail`.
pub(super) fn dmarc_failed(headers: &Headers<'_>) -> Vec<String> {
    let fields = headers.values("authentication-results").take(FIELDS);
    let mut hosts: Vec<String> = fields.filter_map(|field| failed_at(&without_comments(&field))).collect();
    hosts.dedup();
    hosts
}

/// The host of a field that says so (RFC 8601, 2.2): `host [version] ; method=result …; …`.
fn failed_at(field: &str) -> Option<String> {
    let mut pieces = field.split(';');
    let host = pieces.next()?.split_whitespace().next()?.trim_matches('"').to_lowercase();
    let failed = pieces.any(|piece| {
        let (method, rest) = piece.split_once('=').unwrap_or_default();
        let method = method.split('/').next().unwrap_or_default().trim();
        let result = rest.split_whitespace().next().unwrap_or_default();
        method.eq_ignore_ascii_case("dmarc") && result.eq_ignore_ascii_case("fail")
    });
    failed.then_some(host)
}

/// A field without what stands in parentheses (RFC 5322, 3.2.2), and with a blank in place of a `;` within quotes.
fn without_comments(field: &str) -> String {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    let mut kept = String::with_capacity(field.len());
    for sign in field.chars() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' if depth == 0 => {
                is_quoted = !is_quoted;
                kept.push(sign);
            }
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' if is_quoted => kept.push(' '),
            _ => kept.push(sign),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(fields: &[&str]) -> Vec<String> {
        let fields: Vec<String> = fields.iter().map(|field| format!("Authentication-Results: {field}\n")).collect();
        let header = fields.concat();
        dmarc_failed(&Headers::split(header.as_bytes()).0)
    }

    #[test]
    fn a_host_says_that_a_mail_failed_dmarc() {
        for field in [
            "mx.coalition.example; dmarc=fail header.from=ministry.example",
            "MX.coalition.example 1;\n spf=pass smtp.mailfrom=x@y.example;\n dmarc=fail (p=none; dis=none) header.from=z.example",
            "mx.coalition.example; dkim=none; DMARC = Fail",
            "\"mx.coalition.example\"; dmarc/1=fail",
            "(our own) mx.coalition.example (it is); dmarc=fail",
        ] {
            assert_eq!(hosts(&[field]), ["mx.coalition.example"], "{field}");
        }
    }

    #[test]
    fn what_passed_or_stands_in_a_comment_or_in_quotes_is_no_failure() {
        for field in [
            "mx.coalition.example; dmarc=pass header.from=ministry.example",
            "mx.coalition.example; dmarc=none",
            "mx.coalition.example; spf=fail smtp.mailfrom=x@y.example",
            "mx.coalition.example; spf=pass (dmarc=fail; dmarc=fail)",
            "mx.coalition.example; spf=pass reason=\"; dmarc=fail\"",
            "mx.coalition.example; none",
            "",
            ";;;",
            "((((",
        ] {
            assert!(hosts(&[field]).is_empty(), "{field}");
        }
    }

    #[test]
    fn each_field_speaks_for_its_host() {
        let both = ["mx.coalition.example; dmarc=pass", "mx.stranger.example; dmarc=fail"];
        assert_eq!(hosts(&both), ["mx.stranger.example"]);
    }
}
