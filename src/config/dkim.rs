//! `[sender.dkim]`: the key with which letters are signed, for those whose server does not (RFC 6376).

use super::secret_source::SecretSource;
use super::section::Section;
use crate::workspace::Workspace;

/// The key with which letters are signed, and where its other half is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSpec {
    /// The selector: the other half is at `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// The domain that signs; that of `from`, where it is not given.
    pub domain: Option<String>,
    /// Where the key comes from.
    pub key: SecretSource,
}

impl DkimSpec {
    /// Reads `[sender.dkim]`; `None` where it is absent or has faults, which are kept in the document.
    pub(super) fn read(sender: &Section<'_>, workspace: &Workspace) -> Option<Self> {
        let section = sender.section("dkim");
        if !section.is_present() {
            return None;
        }
        let selector = section.parsed("selector", name);
        let selector = section.required("selector", selector);
        let domain = section.parsed("domain", name).map(|found| found.value);
        let account = selector.as_ref().map(|found| format!("dkim:{}", found.value)).unwrap_or_default();
        let key = SecretSource::read(&section, "key", &account, workspace);
        let key = section.required("key", key);
        section.finish();
        Some(Self { selector: selector?.value, domain, key: key? })
    }
}

/// Reads a name in DNS.
fn name(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        let is_plain = label.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_');
        !label.is_empty() && label.len() < 64 && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.split('.').all(is_label) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("it cannot be a name in DNS; write letters, digits and -, with dots between".to_owned())
    }
}
