//! What somebody who is away writes, in whatever language: when they are back.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::civil::date;
use undersigned::inbox::{Kind, classify};

/// Reads it as the text of an automatic reply; its first line is the subject.
pub fn look(data: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(data);
    let (subject, body) = text.split_once('\n').unwrap_or(("Out of office", &text));
    let subject: String = subject.chars().filter(|c| !c.is_control()).take(200).collect();
    let mail = format!(
        "From: Ana <ana@example.org>\nTo: replies@coalition.example\nSubject: {subject}\nDate: Mon, 27 Apr 2026 10:00:00 +0100\n\
        Message-ID: <2@example.org>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    );
    let reading = classify(mail.as_bytes());
    let written = date(2026, 4, 27);
    let days = reading.returns_on.map(|day| {
        // Nobody is back before they wrote, and nobody is waited for for years.
        assert!(day >= written, "{day}");
        assert!(day <= date(2028, 4, 27), "{day}");
        (day - written).get_days()
    });
    let mut way = DefaultHasher::new();
    (reading.kind == Kind::AutoReply, days, reading.moved_to.is_some()).hash(&mut way);
    format!("{:?}", reading.rules).hash(&mut way);
    way.finish()
}
