//! A secret as a run needs it: asked for whenever a connection is opened, and never twice at once.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::secret_source::{SecretError, SecretSource};
use crate::workspace::Workspace;

/// How long a command may take in the middle of a run, where nobody may be there whom it could ask.
const LONGEST: Duration = Duration::from_mins(2);

/// A secret that is asked for at each opening of a connection: an access token lives an hour, and a run with a pace
/// takes days.
///
/// Clones share what they know. No text of it shows the secret.
#[derive(Clone)]
pub struct Secret(Arc<Shared>);

struct Shared {
    origin: Origin,
    /// Whoever has it asks.
    asking: Mutex<Told>,
}

enum Origin {
    /// It is looked for here.
    Source { source: SecretSource, workspace: Workspace },
    /// It is an access token, and whoever keeps the sign-in renews it.
    Kept(Box<dyn KeepsTokens>),
    /// It is always this one.
    Fixed(SecretString),
}

/// Whoever has a sign-in, and gives access tokens for it.
pub trait KeepsTokens: Send + Sync {
    /// An access token that lasts a while yet. One that a server has refused is renewed, whatever is known of its age.
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Pin<Box<dyn Future<Output = Asked> + Send + 'a>>;
}

/// What is told to whoever asks for a secret.
pub type Asked = Result<SecretString, SecretError>;

/// What was told before.
#[derive(Default)]
struct Told {
    /// Before the run; it serves the first opening.
    at_hand: Option<SecretString>,
    /// Last, and when.
    last: Option<(Instant, Result<SecretString, SecretError>)>,
}

impl Secret {
    /// Fetches a secret for the first time, and blocks until it is there: a command may ask a person at the terminal,
    /// so nothing else may be going on yet. What a command or a keyring gives now serves the first opening; a variable
    /// and a file are read again then.
    ///
    /// # Errors
    /// Says where it was looked for and why it is not there.
    pub fn fetch(source: &SecretSource, workspace: &Workspace) -> Result<Self, SecretError> {
        let found = source.fetch(workspace)?;
        let at_hand = match source {
            SecretSource::Command(_) | SecretSource::Keyring { .. } => Some(found),
            SecretSource::Env(_) | SecretSource::File(_) => None,
        };
        let origin = Origin::Source { source: source.clone(), workspace: workspace.clone() };
        Ok(Self(Arc::new(Shared { origin, asking: Mutex::new(Told { at_hand, last: None }) })))
    }

    /// Access tokens of a sign-in.
    #[must_use]
    pub fn kept(keeper: impl KeepsTokens + 'static) -> Self {
        Self(Arc::new(Shared { origin: Origin::Kept(Box::new(keeper)), asking: Mutex::default() }))
    }

    /// Asks for the secret. Whoever comes while another asks waits, and is told the same.
    ///
    /// # Errors
    /// Says where it was looked for and why it is not there, or that a command did not end in time.
    pub async fn ask(&self) -> Result<SecretString, SecretError> {
        let Shared { origin, asking } = &*self.0;
        let (source, workspace) = match origin {
            Origin::Source { source, workspace } => (source, workspace),
            Origin::Kept(keeper) => return keeper.token(None).await,
            Origin::Fixed(secret) => return Ok(secret.clone()),
        };
        let came = Instant::now();
        let mut told = asking.lock().await;
        if let Some(secret) = told.at_hand.take() {
            return Ok(secret);
        }
        if let Some((_, last)) = told.last.as_ref().filter(|(at, _)| *at >= came) {
            return last.clone();
        }
        let found = source.fetch_again(workspace, LONGEST).await;
        told.last = Some((Instant::now(), found.clone()));
        found
    }

    /// Asks for the secret anew, after a server has refused the one that was told before.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_again(&self, refused: &SecretString) -> Asked {
        match &self.0.origin {
            Origin::Kept(keeper) => keeper.token(Some(refused)).await,
            Origin::Source { .. } | Origin::Fixed(_) => self.ask().await,
        }
    }

    /// Whether a server that refuses the secret may take the one that is asked for next: a command makes a new token
    /// when the old one is too old. What stands in a variable, a file or a keyring is the same a moment later.
    #[must_use]
    pub fn is_renewed(&self) -> bool {
        matches!(&self.0.origin, Origin::Source { source: SecretSource::Command(_), .. } | Origin::Kept(_))
    }
}

/// One that is always the same.
impl From<SecretString> for Secret {
    fn from(secret: SecretString) -> Self {
        Self(Arc::new(Shared { origin: Origin::Fixed(secret), asking: Mutex::default() }))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        (folder, workspace)
    }

    fn shell(script: &str) -> SecretSource {
        SecretSource::Command(["sh", "-c", script].map(str::to_owned).to_vec())
    }

    async fn told(secret: &Secret) -> String {
        secret.ask().await.unwrap().expose_secret().to_owned()
    }

    /// Prints `1`, `2`, … one at each call, and fails where another call is under way.
    const COUNTING: &str = "mkdir busy || exit 9; sleep 0.05; n=$(($(cat calls 2>/dev/null || echo 0) + 1)); \
                            echo $n | tee calls; rmdir busy";

    #[tokio::test]
    async fn what_was_fetched_before_the_run_serves_once_and_then_it_is_asked_for_each_time() {
        let (_folder, workspace) = workspace();
        let secret = Secret::fetch(&shell(COUNTING), &workspace).unwrap();
        assert_eq!([told(&secret).await, told(&secret).await, told(&secret.clone()).await], ["1", "2", "3"]);
        assert!(secret.is_renewed());
    }

    #[tokio::test]
    async fn a_file_is_read_anew_each_time() {
        let (folder, workspace) = workspace();
        let write = |text: &str| std::fs::write(folder.path().join("token"), text).unwrap();
        write("old");
        let secret = Secret::fetch(&SecretSource::File("token".to_owned()), &workspace).unwrap();
        write("new\nmore");
        assert_eq!(told(&secret).await, "new");
        write("newer");
        assert_eq!(told(&secret).await, "newer");
        std::fs::remove_file(folder.path().join("token")).unwrap();
        assert!(secret.ask().await.unwrap_err().to_string().contains("the file `token`"));
        assert!(!secret.is_renewed());
    }

    #[tokio::test]
    async fn two_never_ask_at_once_and_who_comes_meanwhile_is_told_the_same() {
        let (_folder, workspace) = workspace();
        let secret = Secret::fetch(&shell(COUNTING), &workspace).unwrap();
        assert_eq!(told(&secret).await, "1");
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let secret = secret.clone();
            asking.spawn(async move { told(&secret).await });
        }
        assert_eq!(asking.join_all().await, ["2"; 8]);
        assert_eq!(told(&secret).await, "3");
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let (_folder, workspace) = workspace();
        let source = shell("exec sleep 600");
        let error = source.fetch_again(&workspace, Duration::from_millis(50)).await.unwrap_err();
        assert!(error.to_string().contains("the command `sh`: it did not end within"), "{error}");
    }

    #[tokio::test]
    async fn neither_an_error_nor_a_debug_output_shows_what_a_command_prints() {
        let (folder, workspace) = workspace();
        let secret =
            Secret::fetch(&shell("[ -e gone ] && { echo hunter2; exit 3; }; echo hunter2"), &workspace).unwrap();
        assert_eq!(told(&secret).await, "hunter2");
        std::fs::write(folder.path().join("gone"), "").unwrap();
        let error = secret.ask().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the password could not be read from the command `sh`: it ended with exit status: 3"
        );
        let fixed = Secret::from(SecretString::from("hunter2"));
        assert_eq!(told(&fixed).await, "hunter2");
        assert!(!format!("{secret:?} {fixed:?} {error:?}").contains("hunter2"));
    }
}
