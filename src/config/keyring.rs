//! The keyring of a person's session, under the service `undersigned`.

use secrecy::zeroize::Zeroizing;

/// The service under which everything is kept.
const SERVICE: &str = "undersigned";

/// What the keyring has under a name.
///
/// # Errors
/// Says why there is nothing, or no keyring.
pub fn read(name: &str) -> Result<Zeroizing<String>, String> {
    entry(name)?.get_password().map(Zeroizing::new).map_err(|error| error.to_string())
}

/// The same; `None` where the keyring has nothing of this name.
///
/// # Errors
/// Says why the keyring cannot be used.
pub fn find(name: &str) -> Result<Option<Zeroizing<String>>, String> {
    match entry(name)?.get_password() {
        Ok(found) => Ok(Some(Zeroizing::new(found))),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Keeps a secret under a name, and makes sure that it can be read again.
///
/// # Errors
/// Says why it cannot be kept.
pub fn keep(name: &str, secret: &str) -> Result<(), String> {
    entry(name)?.set_password(secret).map_err(|error| error.to_string())?;
    if read(name)?.as_str() == secret {
        Ok(())
    } else {
        Err("the keyring gives back something else than it was given".to_owned())
    }
}

/// Forgets what is kept under a name; gives whether there was anything.
///
/// # Errors
/// Says why the keyring cannot be used.
pub fn forget(name: &str) -> Result<bool, String> {
    match entry(name)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(keyring::Error::NoEntry) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

fn entry(name: &str) -> Result<keyring::v1::Entry, String> {
    keyring::v1::Entry::new(SERVICE, name).map_err(|error| error.to_string())
}
