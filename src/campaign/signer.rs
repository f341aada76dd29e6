//! Who signs the letters, where `[sender.dkim]` says so.

use super::error::{Error, Result};
use super::folder::Folder;
use crate::message::Signer;

/// The signer of a campaign. Its key is fetched, which may ask a person at the terminal: nothing else may be going on
/// yet.
///
/// # Errors
/// Where the key cannot be had, or is none.
pub(super) fn signer(folder: &Folder) -> Result<Option<Signer>> {
    let Some(spec) = &folder.settings.dkim else { return Ok(None) };
    let key = spec.key.fetch_whole(&folder.workspace).map_err(|error| error.of("DKIM key"))?;
    let domain = spec.domain.as_deref().unwrap_or_else(|| folder.settings.sender.address.domain());
    Signer::new(&spec.selector, domain, &key).map(Some).map_err(Error::Dkim)
}
