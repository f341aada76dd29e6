//! What mail systems report of a whole domain, once a day: how its mail passed DMARC (RFC 7489, 7.2), and TLS (RFC
//! 8460, 5.3). Nobody wrote it, and it is about no letter.

use super::structure::Mail;
use super::{Kind, Reading, Rule};

/// How a mail's subject begins (RFC 7489, 7.2.1.1; RFC 8460, 5.3), and how some write it.
const SUBJECTS: [&str; 4] = ["report domain:", "report-domain:", "dmarc aggregate report", "dmarc report"];

/// So many digits a time has that is counted in seconds.
const SECONDS: usize = 9;

/// Reads one, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let subject = reading.subject.as_deref().unwrap_or_default().trim().to_lowercase();
    // Microsoft writes "[Preview] Report Domain: …".
    let marked = subject.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let subject = marked.map_or(&*subject, |(_, rest)| rest.trim());
    let is_named = SUBJECTS.iter().any(|start| subject.starts_with(start)) && subject.contains("submitter");
    let is_one = mail.report_type == "tlsrpt"
        || mail.headers.has("tls-report-domain")
        || is_named
        || mail.parts.iter().any(|part| part.file_names().iter().any(|name| is_of_report(name)));
    if is_one {
        reading.kind = Kind::Receipt;
        reading.rules.push(Rule::AggregateReport);
    }
    is_one
}

/// Whether a file is called as such reports are: `receiver!domain!begin!end.xml.gz`, where both times are in seconds.
fn is_of_report(name: &str) -> bool {
    let mut parts = name.split('!').skip(1);
    let is_time = |text: &str| text.len() >= SECONDS && text.bytes().take(SECONDS).all(|byte| byte.is_ascii_digit());
    let (Some(domain), Some(begin), Some(end)) = (parts.next(), parts.next(), parts.next()) else { return false };
    domain.contains('.') && is_time(begin) && is_time(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_report_is_known_by_its_name() {
        assert!(is_of_report("mx.example.net!coalition.example!1700000000!1700086399.xml.gz"));
        assert!(is_of_report("mx.example.net!coalition.example!1700000000!1700086399!001.json.gz"));
        assert!(!is_of_report("Act now! Today! 2027! Please!.pdf"));
    }
}
