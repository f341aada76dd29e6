//! Which server of names is asked, and at which port others are asked over HTTPS.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};

/// The server of names, in place of the machine's own: as 127.0.0.1:5353.
const VARIABLE: &str = "UNDERSIGNED_DNS";

/// The port of HTTPS, in place of the usual one.
const HTTPS: &str = "UNDERSIGNED_HTTPS_PORT";

/// The port that is named in the environment, or the usual one.
pub(super) fn https_port() -> Result<u16> {
    let Ok(port) = std::env::var(HTTPS) else { return Ok(443) };
    port.parse().with_context(|| format!("{HTTPS}: `{port}` is no port"))
}

/// The server that is named in the environment, where one is.
pub(super) fn name_server() -> Result<Option<SocketAddr>> {
    let Ok(address) = std::env::var(VARIABLE) else { return Ok(None) };
    let read = address.parse().with_context(|| format!("{VARIABLE}: `{address}` is no address with a port"))?;
    Ok(Some(read))
}
