//! Where a password comes from. It is never in the file, in an argument or in a URL, and never printed.

use std::process::{Command, Stdio};

use secrecy::SecretString;
use toml::de::DeValue;

use super::section::{Found, Section};
use crate::workspace::Workspace;

/// A place from which a secret is read when it is needed, and no earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The first line that a command prints; the command is run without a shell.
    Command(Vec<String>),
    /// An environment variable.
    Env(String),
    /// The first line of a file in the workspace.
    File(String),
    /// The keyring of the person's session: service `undersigned`, account as below.
    Keyring {
        /// The account's name in the keyring: `user@host` of the server's URL.
        account: String,
    },
}

/// Why a secret could not be had. It says where it was looked for, and never what was found.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be read from {place}: {why}")]
pub struct SecretError {
    place: String,
    why: String,
}

impl SecretSource {
    /// Reads `password = { … }` of a section.
    pub(super) fn read(section: &Section<'_>, account: &str) -> Option<Self> {
        let document = section.document();
        let raw = section.value("password")?;
        if let DeValue::String(_) = raw.get_ref() {
            document.fault(
                &raw.span(),
                "a password is never written in the file; use `password = { command = [\"pass\", \"show\", \"…\"] }`, \
                 `{ env = \"NAME\" }`, `{ file = \"path\" }` or `{ keyring = true }`",
            );
            return None;
        }
        let inner = section.section("password");
        let command: Vec<String> = inner.texts("command").into_iter().map(|word| word.value.to_owned()).collect();
        let env = inner.text("env").as_ref().map(own);
        let file = inner.text("file").as_ref().map(own);
        let keyring = inner.flag("keyring").is_some_and(|found| found.value);
        let mut sources = Vec::new();
        if command.first().is_some_and(|program| !program.is_empty()) {
            sources.push(Self::Command(command));
        }
        sources.extend(env.filter(|name| !name.is_empty()).map(Self::Env));
        sources.extend(file.filter(|path| !path.is_empty()).map(Self::File));
        if keyring {
            sources.push(Self::Keyring { account: account.to_owned() });
        }
        if sources.len() != 1 {
            document.fault(inner.at(), "`password` needs exactly one of `command`, `env`, `file` and `keyring = true`");
        }
        inner.finish();
        sources.pop()
    }

    /// Why the secret can certainly not be fetched, where that shows without asking for it: a command could ask a person, and a keyring
    /// be locked.
    #[must_use]
    pub fn is_missing(&self, workspace: &Workspace) -> Option<SecretError> {
        match self {
            Self::Env(_) | Self::File(_) => self.fetch(workspace).err(),
            Self::Command(_) | Self::Keyring { .. } => None,
        }
    }

    /// Fetches the secret.
    ///
    /// # Errors
    /// Says where it was looked for and why it is not there.
    pub fn fetch(&self, workspace: &Workspace) -> Result<SecretString, SecretError> {
        let (place, found) = match self {
            Self::Command(words) => {
                (format!("the command `{}`", words.first().map_or("", String::as_str)), run(words, workspace))
            }
            Self::Env(name) => {
                let found = std::env::var(name).map_err(|_| "the variable is not set".to_owned());
                (format!("the environment variable `{name}`"), found)
            }
            Self::File(path) => {
                let text = workspace.read(path).map_err(|error| error.to_string());
                let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
                (format!("the file `{path}`"), text)
            }
            Self::Keyring { account } => {
                (format!("the keyring (service `undersigned`, account `{account}`)"), from_keyring(account))
            }
        };
        let refused = |why: String| SecretError { place: place.clone(), why };
        let text = found.map_err(&refused)?;
        let line = text.lines().next().unwrap_or_default().trim_end_matches('\r');
        if line.is_empty() {
            return Err(refused("it is empty".to_owned()));
        }
        Ok(SecretString::from(line.to_owned()))
    }
}

fn own(found: &Found<&str>) -> String {
    found.value.to_owned()
}

/// Runs a command without a shell. What it prints on stderr goes to the terminal, so that `pass` and its like can ask.
fn run(words: &[String], workspace: &Workspace) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("no command is given")?;
    let output = Command::new(program)
        .args(arguments)
        .current_dir(workspace.root())
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("it ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "what it printed is not UTF-8".to_owned())
}

fn from_keyring(account: &str) -> Result<String, String> {
    let entry = keyring::v1::Entry::new("undersigned", account).map_err(|error| error.to_string())?;
    entry.get_password().map_err(|error| error.to_string())
}
