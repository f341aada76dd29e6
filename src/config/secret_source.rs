//! Where a password comes from. It is never in the settings, in an argument or in a URL, and never printed.

use std::fmt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tokio::time::timeout;
use toml::de::DeValue;

use super::keyring;
use super::section::{Found, Section};
use crate::workspace::Workspace;

/// A place from which a secret is read.
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is not where it should be.
    #[error("the {what} could not be read from {place}: {why}")]
    Unread {
        /// What it is: `password`.
        what: &'static str,
        /// Where it was looked for.
        place: String,
        /// Why it is not there.
        why: String,
    },
    /// There is no access token. The text says what to do.
    #[error("{why}")]
    NotSignedIn {
        /// Why, and what to do.
        why: String,
        /// Whether it may be had a little later, without anybody doing anything.
        passes: bool,
    },
}

impl SecretError {
    /// The same of a secret that is no password.
    #[must_use]
    pub fn of(self, what: &'static str) -> Self {
        match self {
            Self::Unread { place, why, .. } => Self::Unread { what, place, why },
            other @ Self::NotSignedIn { .. } => other,
        }
    }

    /// Whether the same may succeed a little later, without anybody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::NotSignedIn { passes: true, .. })
    }

    /// With what to look at in a section of `campaign.toml`.
    #[must_use]
    pub fn told_for(&self, section: &str) -> String {
        match self {
            Self::Unread { .. } => format!("{self}; check `password` in {section}"),
            Self::NotSignedIn { .. } => self.to_string(),
        }
    }
}

impl SecretSource {
    /// Reads `password = { … }` of a section, or another key of this form.
    pub(super) fn read(section: &Section<'_>, key: &'static str, account: &str, workspace: &Workspace) -> Option<Self> {
        let document = section.document();
        let raw = section.value(key)?;
        if let DeValue::String(_) = raw.get_ref() {
            let what = if key == "password" { "a password" } else { "a secret" };
            let message = format!(
                "{what} is never written in the file; use `{key} = {{ command = [\"pass\", \"show\", \"…\"] }}`, \
                 `{{ env = \"NAME\" }}`, `{{ file = \"path\" }}` or `{{ keyring = true }}`"
            );
            document.fault(&raw.span(), message);
            return None;
        }
        let inner = section.section(key);
        let command: Vec<String> = inner.texts("command").into_iter().map(|word| word.value.to_owned()).collect();
        let env = inner.text("env").as_ref().map(own);
        let file = inner.text("file");
        if let Some(file) = file.as_ref().filter(|file| others_may_read(workspace, file.value)) {
            let path = file.value;
            let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c));
            let word = if is_plain { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) };
            let message = format!("others on this machine may read `{path}`; `chmod 600 {word}` keeps it yours");
            document.warn(&file.at, message);
        }
        let file = file.as_ref().map(own);
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
            let message = format!("`{key}` needs exactly one of `command`, `env`, `file` and `keyring = true`");
            document.fault(inner.at(), message);
        }
        inner.finish();
        sources.pop()
    }

    /// Why the secret can certainly not be fetched, where that shows without asking for it: a command could ask a
    /// person, and a keyring be locked.
    #[must_use]
    pub fn is_missing(&self, workspace: &Workspace) -> Option<SecretError> {
        match self {
            Self::Env(_) | Self::File(_) => self.fetch(workspace).err(),
            Self::Command(_) | Self::Keyring { .. } => None,
        }
    }

    /// Fetches the secret, and blocks until it is there: a command may ask a person at the terminal, who takes their
    /// time.
    ///
    /// # Errors
    /// Says where it was looked for and why it is not there.
    pub fn fetch(&self, workspace: &Workspace) -> Result<SecretString, SecretError> {
        self.first_line(self.look(workspace))
    }

    /// Fetches the secret again, in the middle of a run: nobody may be there to be asked, so a command has a limit of
    /// time.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch), and where a command does not end in time.
    pub(super) async fn fetch_again(
        &self,
        workspace: &Workspace,
        limit: Duration,
    ) -> Result<SecretString, SecretError> {
        if let Self::Command(words) = self {
            return self.first_line(run_within(words, workspace, limit).await);
        }
        // A keyring, or a file on another machine, may take its time.
        let (source, workspace) = (self.clone(), workspace.clone());
        let fetching = tokio::task::spawn_blocking(move || source.fetch(&workspace));
        fetching.await.unwrap_or_else(|error| Err(self.refused(error.to_string())))
    }

    /// All of the text, such as a key of many lines.
    ///
    /// # Errors
    /// Says where it was looked for and why it is not there.
    pub fn fetch_whole(&self, workspace: &Workspace) -> Result<SecretString, SecretError> {
        let found = self.look(workspace).map_err(|why| self.refused(why))?;
        if found.trim().is_empty() {
            Err(self.refused("it is empty".to_owned()))
        } else {
            Ok(SecretString::from(found.as_str()))
        }
    }

    fn look(&self, workspace: &Workspace) -> Result<Zeroizing<String>, String> {
        match self {
            Self::Command(words) => run(words, workspace),
            Self::Env(name) => {
                std::env::var(name).map(Zeroizing::new).map_err(|_| "the variable is not set".to_owned())
            }
            Self::File(path) => workspace.read(path).map_err(|error| error.to_string()).and_then(text),
            Self::Keyring { account } => keyring::read(account),
        }
    }

    /// The secret in what was found: its first line.
    fn first_line(&self, found: Result<Zeroizing<String>, String>) -> Result<SecretString, SecretError> {
        let text = found.map_err(|why| self.refused(why))?;
        match text.lines().next().unwrap_or_default().trim_end_matches('\r') {
            "" => Err(self.refused("it is empty".to_owned())),
            line => Ok(SecretString::from(line)),
        }
    }

    fn refused(&self, why: String) -> SecretError {
        SecretError::Unread { what: "password", place: self.to_string(), why }
    }
}

impl fmt::Display for SecretSource {
    /// Where it is, and never what it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(words) => write!(f, "the command `{}`", words.first().map_or("", String::as_str)),
            Self::Env(name) if is_name(name) => write!(f, "the environment variable `{name}`"),
            // Somebody may have written the password itself there.
            Self::Env(_) => write!(
                f,
                "the environment variable that `env` names, which is not shown since it may be a password: `env` takes the name of a \
                 variable, such as `SMTP_PASSWORD`, and never the password"
            ),
            Self::File(path) => write!(f, "the file `{path}`"),
            Self::Keyring { account } => write!(f, "the keyring (service `undersigned`, account `{account}`)"),
        }
    }
}

/// Whether a text is the name of an environment variable, as these are written (POSIX.1-2017, 8.1).
fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && text.chars().all(is_part)
}

/// Whether a file is there that more than its owner may read.
fn others_may_read(workspace: &Workspace, path: &str) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = workspace.path(path).ok().and_then(|path| path.metadata().ok());
        found.is_some_and(|found| found.permissions().mode() & 0o044 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = (workspace, path);
        false
    }
}

fn own(found: &Found<&str>) -> String {
    found.value.to_owned()
}

/// A command, run without a shell. What it prints on stderr goes to the terminal, so that `pass` and its like can ask.
fn command(words: &[String], workspace: &Workspace) -> Result<Command, String> {
    let (program, arguments) = words.split_first().ok_or("no command is given")?;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace.root());
    command.stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    Ok(command)
}

/// Runs a command to its end.
fn run(words: &[String], workspace: &Workspace) -> Result<Zeroizing<String>, String> {
    let output = command(words, workspace)?.output().map_err(|error| error.to_string())?;
    printed(output)
}

/// Runs a command, and ends it where it takes too long.
async fn run_within(words: &[String], workspace: &Workspace, limit: Duration) -> Result<Zeroizing<String>, String> {
    let mut command = tokio::process::Command::from(command(words, workspace)?);
    let child = command.kill_on_drop(true).spawn().map_err(|error| error.to_string())?;
    match timeout(limit, child.wait_with_output()).await {
        Ok(output) => printed(output.map_err(|error| error.to_string())?),
        Err(_) => Err(format!("it did not end within {} seconds", limit.as_secs())),
    }
}

/// What a command printed, where it ended well.
fn printed(output: Output) -> Result<Zeroizing<String>, String> {
    let found = text(output.stdout);
    if output.status.success() { found } else { Err(format!("it ended with {}", output.status)) }
}

/// Bytes as text, wiped where they are none.
fn text(bytes: Vec<u8>) -> Result<Zeroizing<String>, String> {
    String::from_utf8(bytes).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        "it is not UTF-8".to_owned()
    })
}
