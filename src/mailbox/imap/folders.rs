//! Which folder of the server a name means.

use icu::normalizer::ComposingNormalizer;
use tokio::io::{AsyncRead, AsyncWrite};

use super::names::{from_modified_utf7, modified_utf7, unquoted};
use super::wire::Response;
use super::{Expects, Session};
use crate::mailbox::MailboxError;

/// What people and programs call the folder that `\Junk` marks (RFC 6154).
const JUNK: [&str; 6] = ["junk", "spam", "junk e-mail", "junk email", "junk mail", "bulk mail"];

/// The other uses that a folder may have, as people would name them.
const USES: [&str; 6] = ["all", "archive", "drafts", "flagged", "sent", "trash"];

/// A folder on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name, as people write it.
    pub name: String,
    /// Whether what lies there was taken for junk.
    pub is_junk: bool,
    /// Its name, as the server writes it.
    wire: String,
    delimiter: Option<char>,
    /// What it is for (RFC 6154), in lower case: `\junk`.
    uses: Vec<String>,
}

impl Folder {
    /// A folder of this name, whether it is there or not.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let is_junk = JUNK.contains(&plain(name).as_str());
        Self { name: name.to_owned(), is_junk, wire: modified_utf7(name), delimiter: None, uses: Vec::new() }
    }

    /// Its name on the wire.
    pub(super) fn wire(&self) -> &str {
        &self.wire
    }

    /// The folder that a LIST response tells of (RFC 9051, 7.3.1); `None` where it cannot be opened.
    fn listed(response: Response) -> Option<Self> {
        let (_, rest) = response.line.split_once('(')?;
        let (attributes, rest) = rest.split_once(')')?;
        let mut uses: Vec<String> = attributes.split_whitespace().map(str::to_ascii_lowercase).collect();
        if uses.iter().any(|one| one == "\\noselect" || one == "\\nonexistent") {
            return None;
        }
        let (delimiter, rest) = match unquoted(rest.trim_start()) {
            Some((delimiter, rest)) => (delimiter.chars().next(), rest),
            None => (None, rest.trim_start().strip_prefix("NIL")?),
        };
        let rest = rest.trim_start();
        let wire = match (unquoted(rest), response.literals.into_iter().next()) {
            (Some((name, _)), _) => name,
            (None, Some(literal)) => String::from_utf8(literal).ok()?,
            (None, None) => rest.split(" (").next()?.to_owned(),
        };
        uses.retain(|one| one.starts_with('\\'));
        let name = composed(&from_modified_utf7(&wire));
        let last = name.rsplit(|c| Some(c) == delimiter).next().unwrap_or_default();
        let is_junk = uses.iter().any(|one| one == "\\junk") || JUNK.contains(&plain(last).as_str());
        Some(Self { name, is_junk, wire, delimiter, uses })
    }

    /// The parts of its name from the top down, without the folder in which a server keeps all others.
    fn parts(&self, of: &str) -> Vec<String> {
        let delimiter = self.delimiter.filter(|delimiter| of.contains(*delimiter)).unwrap_or('/');
        let mut parts: Vec<String> = composed(of).split(delimiter).map(str::to_owned).collect();
        if parts.len() > 1 && parts[0].eq_ignore_ascii_case("INBOX") {
            parts.remove(0);
        }
        parts
    }
}

/// The folder that a name means: the one that is called so, in whatever way it is written and wherever the server
/// keeps it, or else the one that is for it.
///
/// # Errors
/// Where there is none, or the name may mean several.
fn found(wanted: &str, listed: &[Folder]) -> Result<Folder, MailboxError> {
    let exact = composed(wanted);
    let is_called = |folder: &Folder| folder.name == exact || folder.wire == wanted;
    let lies = |folder: &Folder| folder.parts(&folder.name) == folder.parts(wanted);
    let alike = |folder: &Folder| {
        let plain_parts = |of: &str| folder.parts(of).iter().map(|part| plain(part)).collect::<Vec<_>>();
        plain_parts(&folder.name) == plain_parts(wanted)
    };
    let word = plain(wanted.trim_start_matches('\\'));
    let meant = if JUNK.contains(&word.as_str()) { "junk".to_owned() } else { word };
    let is_use = meant == "junk" || USES.contains(&meant.as_str());
    let is_for = |folder: &Folder| is_use && folder.uses.iter().any(|one| one[1..] == meant);
    let ways: [&dyn Fn(&Folder) -> bool; 4] = [&is_called, &lies, &alike, &is_for];
    for way in ways {
        let mut those = listed.iter().filter(|folder| way(folder));
        match (those.next(), those.count()) {
            (None, _) => {}
            (Some(folder), 0) => return Ok(folder.clone()),
            _ => {
                let names = listed.iter().filter(|folder| way(folder)).map(|folder| folder.name.clone());
                return Err(MailboxError::SeveralFolders(names.collect()));
            }
        }
    }
    Err(MailboxError::NoFolder { there: listed.iter().map(|folder| folder.name.clone()).collect() })
}

/// A name in one form: composed and decomposed letters look alike (UAX 15).
fn composed(name: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(name).into_owned()
}

/// A name without what makes no difference to people.
fn plain(name: &str) -> String {
    composed(name).to_lowercase()
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// The folders that names mean, in their order. The inbox is always there and always called so; the server is only
    /// asked where there are others. Where it does not tell its folders, each is taken to be called as it is named.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub async fn folders(&mut self, names: &[String]) -> Result<Vec<Result<Folder, MailboxError>>, MailboxError> {
        let is_inbox = |name: &str| name.eq_ignore_ascii_case("INBOX");
        let listed = if names.iter().all(|name| is_inbox(name)) { Vec::new() } else { self.list().await? };
        Ok(names
            .iter()
            .map(
                |name| if is_inbox(name) || listed.is_empty() { Ok(Folder::named(name)) } else { found(name, &listed) },
            )
            .collect())
    }

    async fn list(&mut self) -> Result<Vec<Folder>, MailboxError> {
        let can = self.capabilities().await?;
        let has = |word: &str| can.iter().any(|one| one.eq_ignore_ascii_case(word));
        let mut commands = vec!["LIST \"\" \"*\""];
        if has("SPECIAL-USE") && has("LIST-EXTENDED") {
            commands.insert(0, "LIST \"\" \"*\" RETURN (SPECIAL-USE)");
        }
        for command in commands {
            match self.ask(command, Expects::lines("LIST")).await {
                Ok(said) => {
                    let shown = |folder: Folder| Folder { name: self.shown(&folder.name), ..folder };
                    return Ok(said.into_iter().filter_map(Folder::listed).map(shown).collect());
                }
                Err(MailboxError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(lines: &[&str]) -> Vec<Folder> {
        let response = |line: &&str| Response { line: format!("* LIST {line}"), literals: Vec::new() };
        lines.iter().map(response).filter_map(Folder::listed).collect()
    }

    fn means(wanted: &str, lines: &[&str]) -> String {
        found(wanted, &listed(lines)).map_or_else(|error| error.to_string(), |folder| folder.wire)
    }

    #[test]
    fn a_folder_is_found_wherever_the_server_keeps_it_and_however_its_name_is_written() {
        let courier =
            ["(\\HasChildren) \".\" \"INBOX\"", "(\\HasNoChildren) \".\" \"INBOX.Junk\"", "() \".\" INBOX.Sent.2027"];
        assert_eq!(means("Junk", &courier), "INBOX.Junk");
        assert_eq!(means("INBOX/junk", &courier), "INBOX.Junk");
        assert_eq!(means("INBOX.Junk", &courier), "INBOX.Junk");
        assert_eq!(means("Sent/2027", &courier), "INBOX.Sent.2027");
        // A name under the inbox means the same where the server keeps folders beside it.
        assert_eq!(means("INBOX.Junk", &["() \".\" Junk", "() \".\" INBOX"]), "Junk");
        // The same letters, composed and decomposed, and as they are on the wire.
        let decomposed = ["() \"/\" \"Entwu&Awg-rfe\""];
        for wanted in ["Entwürfe", "Entwu\u{308}rfe", "entwürfe", "Entwu&Awg-rfe"] {
            assert_eq!(means(wanted, &decomposed), "Entwu&Awg-rfe", "{wanted}");
        }
        assert_eq!(means("Été", &["() NIL Été", "() NIL INBOX"]), "Été");
        assert_eq!(means("R&D", &["() \"/\" R&-D"]), "R&-D");
    }

    #[test]
    fn junk_is_found_by_what_it_is_for() {
        let gmail = ["(\\HasNoChildren \\Junk) \"/\" \"[Gmail]/&BCEEPwQwBDw-\"", "(\\HasNoChildren \\Trash) \"/\" Bin"];
        for wanted in ["Junk", "spam", "\\Junk", "Junk E-mail"] {
            assert_eq!(means(wanted, &gmail), "[Gmail]/&BCEEPwQwBDw-", "{wanted}");
        }
        assert_eq!(means("Trash", &gmail), "Bin");
        assert!(listed(&gmail)[0].is_junk && !listed(&gmail)[1].is_junk);
        // One that is called so comes before one that is for it.
        assert_eq!(means("Junk", &["(\\Junk) \"/\" Spam", "() \"/\" Junk"]), "Junk");
        assert!(listed(&["() \".\" INBOX.spam"])[0].is_junk);
    }

    #[test]
    fn a_wrong_name_tells_those_that_are_there_and_one_that_may_be_several_is_not_guessed() {
        let there = ["() \"/\" INBOX", "(\\Noselect) \"/\" Lists", "() \"/\" Bouncés", "() \"/\" {3}"];
        let said = "there is none of this name; the server of [inbox] has `INBOX`, `Bouncés`";
        assert!(means("Bounces", &there[..3]).starts_with(said), "{}", means("Bounces", &there));
        let twice = ["() \"/\" JUNK", "() \"/\" junk"];
        assert_eq!(means("junk", &twice), "junk");
        assert!(means("Junk", &twice).starts_with("this may be any of `JUNK`, `junk`"));
    }
}
