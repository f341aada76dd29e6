//! `[inbox]`: where reports and answers arrive.

use percent_encoding::percent_decode_str;
use url::Url;

use super::path;
use super::secret_source::SecretSource;
use super::section::Section;
use super::smtp::{self, Auth};
use crate::workspace::Workspace;

/// Where mail arrives. It is read, and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbox {
    /// A mailbox on a server.
    Imap(Imap),
    /// A Maildir, relative to the workspace.
    Maildir(String),
    /// A file in the mbox form, relative to the workspace.
    Mbox(String),
}

/// A mailbox on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imap {
    /// The host's name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS begins with STARTTLS (`imap://`) and not with the first byte (`imaps://`).
    pub start_tls: bool,
    /// The account.
    pub user: String,
    /// Where its password comes from; nowhere with [`Auth::Oauth`], and with no other.
    pub password: Option<SecretSource>,
    /// How to log in.
    pub auth: Auth,
    /// The folders that are read.
    pub folders: Vec<String>,
    /// The folder into which a copy of each accepted letter is put, where it is wanted.
    pub sent_folder: Option<String>,
}

impl Imap {
    /// The account in one text: `user@host`.
    #[must_use]
    pub fn account(&self) -> String {
        smtp::account(Some(&self.user), &self.host)
    }

    /// The account and a folder in one text: for messages, and in the ledger as the mailbox's name.
    #[must_use]
    pub fn name(&self, folder: &str) -> String {
        format!("imap:{}@{}:{}/{folder}", self.user, self.host, self.port)
    }
}

impl Inbox {
    /// Whether one signs in there, as `[oauth]` says.
    pub(super) fn signs_in(&self) -> bool {
        matches!(self, Self::Imap(imap) if imap.auth == Auth::Oauth)
    }

    /// Reads `[inbox]`; `None` where it is absent or has faults, which are kept in the document.
    pub(super) fn read(section: &Section<'_>, workspace: &Workspace) -> Option<Self> {
        let maildir = path(section, workspace, "maildir").map(Self::Maildir);
        let mbox = path(section, workspace, "mbox").map(Self::Mbox);
        let auth = section.choice("auth", &Auth::CHOICES).unwrap_or_default();
        let folders = section.texts("folders");
        for folder in folders.iter().filter(|folder| folder.value.is_empty() || folder.value.contains(char::is_control))
        {
            section.document().fault(&folder.at, "`folders` must hold the names of folders");
        }
        let folders: Vec<String> = folders.into_iter().map(|folder| folder.value.to_owned()).collect();
        let url = section.guarded("url", Address::parse);
        let account = url.as_ref().map(|found| smtp::account(Some(&found.value.user), &found.value.host));
        let password = SecretSource::read(section, "password", &account.unwrap_or_default(), workspace);
        let places = usize::from(maildir.is_some()) + usize::from(mbox.is_some()) + usize::from(url.is_some());
        if section.is_present() && places > 1 {
            section.document().fault(section.at(), "[inbox] needs one of `url`, `maildir` and `mbox`");
            return None;
        }
        let sent_folder = section.parsed("sent_folder", folder_name);
        let Some(url) = url else {
            if let Some(sent_folder) = sent_folder {
                section
                    .document()
                    .fault(&sent_folder.at, "`sent_folder` is a folder on the server of `url`, and there is no `url`");
            }
            return maildir.or(mbox);
        };
        let wrong = match (&password, auth) {
            (Some(_), Auth::Oauth) => Some(smtp::SIGNED_IN),
            (None, Auth::Oauth) | (Some(_), _) => None,
            (None, _) => Some("`password` is missing; say where to find it, as in `password = { env = \"NAME\" }`"),
        };
        if let Some(wrong) = wrong {
            section.document().fault(&url.at, wrong);
            return None;
        }
        let Address { host, port, start_tls, user, folder } = url.value;
        let folders = if folders.is_empty() { vec![folder.unwrap_or_else(|| "INBOX".to_owned())] } else { folders };
        let sent_folder = sent_folder.map(|folder| folder.value);
        Some(Self::Imap(Imap { host, port, start_tls, user, password, auth, folders, sent_folder }))
    }
}

/// Reads the name of a folder.
fn folder_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err("write the name of the folder".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads `trusted`: whose `Authentication-Results` are believed.
pub(super) fn trusted(section: &Section<'_>) -> Option<String> {
    let host = |text: &str| {
        let is_host = !text.is_empty() && text.chars().all(|sign| sign.is_alphanumeric() || "-._".contains(sign));
        if is_host {
            Ok(text.to_lowercase())
        } else {
            Err("write the name of the host that stands first in it".to_owned())
        }
    };
    section.parsed("trusted", host).map(|found| found.value)
}

/// The parts of a mailbox's URL.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    host: String,
    port: u16,
    start_tls: bool,
    user: String,
    folder: Option<String>,
}

impl Address {
    /// Reads a URL (RFC 5092, as far as it names a folder). It may hold a password where it should not: errors never
    /// repeat it.
    fn parse(text: &str) -> Result<Self, String> {
        let written = "write it as `imaps://user@host/INBOX`";
        let url = Url::parse(text).map_err(|error| format!("it is not a URL ({error}); {written}"))?;
        if url.password().is_some() {
            return Err("a password is never written in the URL".to_owned());
        }
        let (start_tls, usual_port) = match url.scheme() {
            "imaps" => (false, 993),
            "imap" => (true, 143),
            _ => return Err(written.to_owned()),
        };
        let decoded = |part: &str| {
            let text = percent_decode_str(part).decode_utf8().map_err(|_| format!("it is not UTF-8; {written}"))?;
            if text.contains(char::is_control) {
                return Err("it has a control character".to_owned());
            }
            Ok(text.into_owned())
        };
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_lowercase();
        let user = decoded(url.username())?;
        if host.is_empty() || user.is_empty() {
            return Err(format!("it needs a user and a host; {written}"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has more than user, host, port and folder".to_owned());
        }
        let folder = decoded(url.path().trim_matches('/'))?;
        let folder = (!folder.is_empty()).then_some(folder);
        Ok(Self { host, port: url.port().unwrap_or(usual_port), start_tls, user, folder })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_account_and_the_folder() {
        let address =
            Address::parse("imaps://replies%40coalition.example@imap.coalition.example/Answers%20in").unwrap();
        assert_eq!((address.port, address.start_tls), (993, false));
        assert_eq!(address.user, "replies@coalition.example");
        assert_eq!(address.folder.as_deref(), Some("Answers in"));
        assert_eq!(Address::parse("imap://a@imap.example:1143").unwrap().port, 1143);
    }

    #[test]
    fn a_url_without_an_account_or_with_a_password_is_refused() {
        for (text, why) in [
            ("imaps://imap.example/INBOX", "needs a user"),
            ("imaps://ana:hunter2@imap.example/INBOX", "never written in the URL"),
            ("pop3://ana@imap.example", "write it as"),
            ("imap.example", "not a URL"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("hunter2"));
        }
    }
}
