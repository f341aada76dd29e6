//! A mail, as it comes to the inbox.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use undersigned::inbox::{classify, fingerprint};
use undersigned::report::{ShownReading, reading_json};

/// Reads it, shows it, and knows it again.
pub fn look(mail: &[u8]) -> u64 {
    let reading = classify(mail);
    let shown = ShownReading { name: "mail", reading: &reading }.to_string();
    assert!(!shown.contains('\u{1b}'), "{shown}");
    assert!(reading_json("mail", &reading).is_object());
    assert_eq!(fingerprint(mail, &reading), fingerprint(mail, &classify(mail)));
    let mut way = DefaultHasher::new();
    let of_recipients: Vec<_> = reading.recipients.iter().map(|one| (one.action, one.reason, one.permanence)).collect();
    format!("{:?} {:?} {of_recipients:?}", reading.kind, reading.rules).hash(&mut way);
    (reading.returns_on.is_some(), reading.moved_to.is_some(), reading.opted_out.is_some()).hash(&mut way);
    way.finish()
}
