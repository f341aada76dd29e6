//! The one HTTPS client: it asks a provider, and nobody else. No redirect is followed, nothing goes without TLS, and
//! what comes is bounded.

use std::sync::Arc;
use std::time::Duration;

use oauth2::{HttpRequest, HttpResponse};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// How long a provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LARGEST: u64 = 256 * 1024;

/// Why there is no answer that means anything.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    /// The provider was not reached.
    #[error("{0}")]
    Unreached(String),
    /// It has trouble of its own, or too much to do.
    #[error("it answers with status {0}")]
    Trouble(u16),
}

/// A client that keeps nothing from one question to the next.
pub(super) struct Https(ureq::Agent);

impl Https {
    pub(super) fn new() -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .max_idle_connections(0)
            .user_agent(concat!("undersigned/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.new_agent())
    }

    /// Asks, and waits for the whole answer.
    pub(super) fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        // The library's error names what failed; a URL is none of it, and the body never is.
        let unreached = |error: ureq::Error| NoAnswer::Unreached(error.to_string());
        let (parts, mut body) = self.0.run(request).map_err(unreached)?.into_parts();
        let status = parts.status.as_u16();
        if status == 429 || status >= 500 {
            return Err(NoAnswer::Trouble(status));
        }
        let body = body.with_config().limit(LARGEST).read_to_vec().map_err(unreached)?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}
