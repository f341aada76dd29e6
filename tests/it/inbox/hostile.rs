//! Mail that was made to break its reader, and real mail that was cut, flipped and spliced.

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use undersigned::inbox::{Kind, MAX_READ, classify};

use super::acceptance::files;
use super::expected::corpora;

const HEADER: &str = "From: ana@example.org\nTo: letters@coalition.example\nSubject: hello\n";

#[test]
fn parts_nested_a_hundred_thousand_deep_are_read() {
    let mut nested = HEADER.to_owned();
    for depth in 0..100_000 {
        write!(nested, "Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n").unwrap();
    }
    assert_eq!(classify(nested.as_bytes()).kind, Kind::Message);
    let messages = HEADER.to_owned() + &"Content-Type: message/rfc822\n\n".repeat(100_000);
    assert_eq!(classify(messages.as_bytes()).kind, Kind::Message);
}

#[test]
fn one_boundary_for_every_level_is_read() {
    let part = "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
    assert_eq!(classify((HEADER.to_owned() + &part.repeat(20_000)).as_bytes()).kind, Kind::Message);
}

#[test]
fn a_report_that_names_everybody_everywhere_is_read() {
    let mut names = String::new();
    for n in 0..60_000 {
        write!(names, "u{n}@example.org{}", if n % 50 == 49 { '\n' } else { ' ' }).unwrap();
    }
    let text =
        format!("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nIt could not be delivered to:\n{names}");
    assert_eq!(classify(text.as_bytes()).kind, Kind::Report);
    let mut fields = String::new();
    for n in 0..20_000 {
        write!(fields, "Final-Recipient: rfc822; u{n}@example.org\nAction: failed\n\n").unwrap();
    }
    let report = format!("From: x@mx.example\nContent-Type: message/delivery-status\n\n{fields}");
    assert_eq!(classify(report.as_bytes()).kind, Kind::Report);
    let complaint = format!(
        "From: x@mx.example\nContent-Type: message/feedback-report\n\n{}",
        fields.replace("Final-Recipient: rfc822;", "Original-Rcpt-To:")
    );
    assert_eq!(classify(complaint.as_bytes()).kind, Kind::Complaint);
}

#[test]
fn a_flood_of_fields_does_not_hide_what_stands_before_it() {
    let flood = "X-Flood: y\n".repeat(80_000);
    let reading = classify(format!("{HEADER}Auto-Submitted: auto-replied\n{flood}\nI am away.\n").as_bytes());
    assert_eq!(reading.kind, Kind::AutoReply);
}

#[test]
fn of_a_mail_of_a_hundred_megabytes_the_first_is_read() {
    let report = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. I wasn't able to deliver your message.\n\n\
        <bo@example.org>:\n550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\n";
    let mut mail = report.as_bytes().to_vec();
    mail.resize(100 * 1024 * 1024, b'x');
    let reading = classify(&mail);
    assert_eq!((reading.kind, reading.cut), (Kind::Report, true));
    assert_eq!(reading.recipients[0].address, "bo@example.org");
    assert!(!classify(&mail[..MAX_READ]).cut);
}

#[test]
fn a_report_is_read_in_broken_charsets_and_with_nul_bytes_in_it() {
    for charset in ["utf-8", "iso-2022-jp", "no-such-charset", "\"", "utf-7", "gb18030"] {
        let mut mail = format!(
            "From: MAILER-DAEMON@mx.example\nSubject: failure notice\nContent-Type: text/plain; charset={charset}\n\n\
             Your message could not be delivered to:\n\n<bo@example.org>:\n550 5.1.1 no such user\n"
        )
        .into_bytes();
        mail.extend(b"\0\0\xff\xfe\x1b$B\x80\xe3\x81\n");
        let reading = classify(&mail);
        assert_eq!(reading.recipients.first().map(|one| one.address.as_str()), Some("bo@example.org"), "{charset}");
    }
}

#[test]
fn what_is_no_mail_is_unreadable() {
    for bytes in [&b""[..], b"\n", b"\0\0\0\0", b"just words", b"\r\r\r", b"From bo Mon Jan  1\n"] {
        assert_eq!(classify(bytes).kind, Kind::Unreadable, "{bytes:?}");
    }
}

#[test]
fn every_file_is_read_when_it_is_cut_anywhere() {
    let Some(corpora) = corpora() else { return };
    for (place, file) in files(&corpora.join("bounces")).iter().enumerate() {
        let bytes = fs::read(file).unwrap();
        // Every byte of every file would take hours without optimisation: each file has cuts of its own.
        let step = (bytes.len() / 12).max(1);
        for end in (place % step..bytes.len()).step_by(step) {
            let reading = classify(&bytes[..end]);
            assert!(!reading.rules.is_empty(), "{} cut at {end}", file.display());
        }
    }
}

/// Real mail where there is some, and a report made up where there is none.
fn mails() -> Vec<Vec<u8>> {
    let Some(corpora) = corpora() else { return vec![HEADER.as_bytes().to_vec()] };
    ["bounces", "eml", "replies", "generated"]
        .iter()
        .flat_map(|folder| files(&corpora.join(folder)))
        .map(|file| fs::read(file).unwrap())
        .filter(|bytes| !bytes.is_empty() && bytes.len() < 64 * 1024)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn mail_that_was_cut_flipped_and_spliced_is_read(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        thread_local!(static MAILS: Vec<Vec<u8>> = mails());
        MAILS.with(|mails| {
            let mut mail = which.get(mails).clone();
            let other = other.get(mails);
            for (at, from, byte, how) in changes {
                if mail.is_empty() {
                    break;
                }
                let at = at.index(mail.len());
                match how {
                    0 => mail[at] ^= byte,
                    1 => mail.truncate(at),
                    2 => {
                        let from = from.index(other.len());
                        let end = (from + usize::from(byte) * 8).min(other.len());
                        mail.splice(at..at, other[from..end].iter().copied());
                    }
                    _ => {
                        let end = (at + usize::from(byte)).min(mail.len());
                        mail.drain(at..end);
                    }
                }
            }
            let reading = classify(&mail);
            assert_eq!(reading, classify(&mail));
            assert!(!reading.rules.is_empty());
        });
    }
}
