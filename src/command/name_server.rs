//! Which server of names is asked.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};

/// The server of names, in place of the machine's own: as 127.0.0.1:5353.
const VARIABLE: &str = "UNDERSIGNED_DNS";

/// The server that is named in the environment, where one is.
pub(super) fn name_server() -> Result<Option<SocketAddr>> {
    let Ok(address) = std::env::var(VARIABLE) else { return Ok(None) };
    let read = address.parse().with_context(|| format!("{VARIABLE}: `{address}` is no address with a port"))?;
    Ok(Some(read))
}
