//! Domains that may not be what they look like: letters of several scripts in one label, or a whole label in letters
//! that look like Latin ones (Unicode Technical Standard 39, sections 4 and 5).

use unicode_security::{MixedScript, skeleton};

use crate::model::EmailAddress;

/// What may deceive in the domain of an address, if anything does.
pub(super) fn warning(address: &EmailAddress) -> Option<String> {
    let domain = address.shown_domain();
    if domain.is_ascii() {
        return None;
    }
    domain.split('.').find_map(|label| {
        let why = if !label.is_single_script() {
            "mixes the letters of several scripts".to_owned()
        } else if let Some(like) = latin_double(label) {
            format!("looks like `{like}` and is written in another script")
        } else {
            return None;
        };
        Some(format!("`{label}` in `{domain}` (`{}`) {why}; make sure that it is the right domain", address.domain()))
    })
}

/// The ASCII name that a label without a Latin letter can be mistaken for.
fn latin_double(label: &str) -> Option<String> {
    if label.is_ascii() || label.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let like: String = skeleton(label).collect();
    like.is_ascii().then_some(like)
}
