//! The one HTTPS client: it asks whom it is told to, and nobody else. No redirect is followed, nothing goes without
//! TLS, and what comes is bounded.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use ureq::config::Config;
use ureq::http::{Request, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LARGEST: u64 = 256 * 1024;

/// Why there is no answer that means anything.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Nobody was reached.
    #[error("{0}")]
    Unreached(String),
    /// The server has trouble of its own, or too much to do.
    #[error("it answers with status {0}")]
    Trouble(u16),
}

/// A client that keeps nothing from one question to the next.
pub struct Https(ureq::Agent);

/// The addresses at which a host is, whatever its name.
#[derive(Debug)]
struct Known(Vec<SocketAddr>);

impl Https {
    /// A client that finds hosts as this machine does.
    #[must_use]
    pub fn new() -> Self {
        Self(Self::config().new_agent())
    }

    /// A client for a host whose addresses are known. Its certificate must be the host's all the same.
    #[must_use]
    pub fn at(addresses: Vec<SocketAddr>) -> Self {
        Self(ureq::Agent::with_parts(Self::config(), DefaultConnector::default(), Known(addresses)))
    }

    fn config() -> Config {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .build();
        ureq::Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .max_idle_connections(0)
            .user_agent(concat!("undersigned/", env!("CARGO_PKG_VERSION")))
            .build()
    }

    /// Asks, and waits for the whole answer.
    ///
    /// # Errors
    /// Where none comes, it is too long, or the server says that it has trouble.
    pub fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, NoAnswer> {
        // The library's error names what failed; a URL is none of it, and the body never is.
        let unreached = |error: ureq::Error| NoAnswer::Unreached(error.to_string());
        let (parts, mut body) = self.0.run(request).map_err(unreached)?.into_parts();
        let status = parts.status.as_u16();
        if status == 429 || status >= 500 {
            return Err(NoAnswer::Trouble(status));
        }
        let body = body.with_config().limit(LARGEST).read_to_vec().map_err(unreached)?;
        Ok(Response::from_parts(parts, body))
    }
}

impl Default for Https {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Https {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Https").finish_non_exhaustive()
    }
}

impl Resolver for Known {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut found = self.empty();
        // It has room for so many.
        self.0.iter().take(16).for_each(|address| found.push(*address));
        if self.0.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(found) }
    }
}
