//! Signing in, once: by OAuth, or with a password that goes into the keyring. A run takes what is kept from there.

use super::error::{Error, Result};
use super::folder::Folder;
use crate::config::{Auth, CLIENT_ID_TO_COME, Inbox, Secret, SecretError, SecretSource, keyring};
use crate::oauth::{Account, Keeper};

pub use crate::oauth::{Consent, DevicePrompt, Forgotten, Revoked};

/// The section whose server letters go to.
pub const SMTP: &str = "[smtp]";
/// The section whose server mail comes from.
pub const INBOX: &str = "[inbox]";

/// How one signs in to the servers of a campaign.
#[derive(Debug)]
pub struct SignIn {
    /// The sections of `campaign.toml` for which it is.
    pub sections: Vec<&'static str>,
    /// How.
    pub way: Way,
}

/// How one signs in.
#[derive(Debug)]
pub enum Way {
    /// At a provider, who gives tokens.
    Oauth(Account),
    /// With a password that the keyring keeps under this name.
    Keyring(String),
    /// With a password that comes from elsewhere: there is nothing to do.
    Elsewhere(SecretSource),
    /// Nobody logs in there.
    Nobody,
}

/// The sign-ins of a campaign: one for each account, even where two sections have the same.
///
/// # Errors
/// Where there is no server at all, or this machine has no place for what is kept.
pub fn sign_ins(folder: &Folder) -> Result<Vec<SignIn>> {
    let settings = &folder.settings;
    let smtp = settings.smtp.as_ref().map(|smtp| (SMTP, smtp.user.as_deref(), smtp.auth, smtp.password.as_ref()));
    let inbox = match &settings.inbox {
        Some(Inbox::Imap(imap)) => Some((INBOX, Some(imap.user.as_str()), imap.auth, imap.password.as_ref())),
        Some(Inbox::Maildir(_) | Inbox::Mbox(_)) | None => None,
    };
    let mut found: Vec<SignIn> = Vec::new();
    for (section, user, auth, password) in smtp.into_iter().chain(inbox) {
        let way = match (user, auth, password) {
            (Some(user), Auth::Oauth, _) => Way::Oauth(account(folder, user)?),
            (_, _, Some(SecretSource::Keyring { account })) => Way::Keyring(account.clone()),
            (_, _, Some(other)) => Way::Elsewhere(other.clone()),
            (_, _, None) => Way::Nobody,
        };
        match found.iter_mut().find(|one| one.way.is(&way)) {
            Some(one) => one.sections.push(section),
            None => found.push(SignIn { sections: vec![section], way }),
        }
    }
    if found.is_empty() { Err(Error::NoSignIn(settings.file.clone())) } else { Ok(found) }
}

impl Way {
    /// Whether both are one sign-in.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Oauth(one), Self::Oauth(two)) => one.user() == two.user(),
            (Self::Keyring(one), Self::Keyring(two)) => one == two,
            _ => false,
        }
    }
}

/// The secret of a server as a run needs it. A password is fetched, and a token renewed for the first time, which may
/// take a while: nothing else may be going on yet.
///
/// # Errors
/// Where it cannot be had.
pub(super) fn secret(folder: &Folder, user: &str, auth: Auth, password: Option<&SecretSource>) -> Result<Secret> {
    match (auth, password) {
        (Auth::Oauth, _) => {
            let keeper = Keeper::new(account(folder, user)?);
            keeper.first().map_err(SecretError::from)?;
            Ok(Secret::kept(keeper))
        }
        (_, Some(source)) => Ok(Secret::fetch(source, &folder.workspace)?),
        (_, None) => Err(Error::NoSignIn(folder.settings.file.clone())),
    }
}

fn account(folder: &Folder, user: &str) -> Result<Account> {
    let oauth = folder.settings.oauth.clone().ok_or_else(|| Error::NoSignIn(folder.settings.file.clone()))?;
    if oauth.client_id == CLIENT_ID_TO_COME {
        return Err(Error::NoApplication(folder.settings.file.clone()));
    }
    let memory = folder.memory.as_deref().ok_or(Error::NoPlaceOnThisMachine)?;
    Ok(Account::new(oauth, user, &folder.workspace, memory)?)
}

/// Under which name the keyring is to have the application's secret, where it does not have it yet.
///
/// # Errors
/// Where the keyring cannot be used.
pub fn missing_client_secret(folder: &Folder) -> Result<Option<String>> {
    let secret = folder.settings.oauth.as_ref().and_then(|oauth| oauth.client_secret.as_ref());
    let Some(SecretSource::Keyring { account }) = secret else { return Ok(None) };
    let found = keyring::find(account).map_err(Error::NoKeyring)?;
    Ok(found.is_none().then(|| account.clone()))
}

/// Puts a secret into the keyring.
///
/// # Errors
/// Where the keyring cannot be used.
pub fn keep(name: &str, secret: &str) -> Result<()> {
    keyring::keep(name, secret).map_err(Error::NoKeyring)
}

/// Takes a secret out of the keyring; gives whether there was one.
///
/// # Errors
/// Where the keyring cannot be used.
pub fn forget(name: &str) -> Result<bool> {
    keyring::forget(name).map_err(Error::NoKeyring)
}

/// Makes sure that there is a keyring, before anybody is asked for a secret.
///
/// # Errors
/// Where it cannot be used.
pub fn try_keyring(name: &str) -> Result<()> {
    keyring::find(name).map(|_| ()).map_err(Error::NoKeyring)
}
