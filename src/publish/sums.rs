//! `SHA256SUMS`: what was published, in the form that `sha256sum -c` checks.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest, Sha256};

use super::PublicFile;

/// The name of the file.
pub const SUMS: &str = "SHA256SUMS";

/// Names of files and the checksums of their contents. While a folder is written anew, a file has two: it is the old
/// one or the new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums(BTreeSet<(String, String)>);

impl Sums {
    /// The checksums of files.
    #[must_use]
    pub fn of(files: &[PublicFile]) -> Self {
        Self(files.iter().map(|file| (file.name.clone(), digest(&file.content))).collect())
    }

    /// Reads the checksums of a folder. Lines of another form, and names that lead out of the folder, are passed over.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let entry = |line: &str| {
            let (sum, name) = line.split_once("  ")?;
            let is_sum = sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_name = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
            (is_sum && is_name).then(|| (name.to_owned(), sum.to_ascii_lowercase()))
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// Whether a file has the content that it had when the checksums were made.
    #[must_use]
    pub fn has(&self, name: &str, content: &[u8]) -> bool {
        self.0.contains(&(name.to_owned(), digest(content)))
    }

    /// These checksums and others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.union(&others.0).cloned().collect())
    }

    /// The files, by name.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(name, sum)| writeln!(f, "{sum}  {name}"))
    }
}

fn digest(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content))
}
