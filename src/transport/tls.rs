//! TLS for a client: certificates are always verified, and there is no way to turn that off.

use std::io;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, CertificateError, ClientConfig, RootCertStore};

use super::open_error::{CertificateFlaw, OpenError, Step};
use super::server::{Security, Trust};
use super::stream::network;

/// The configuration for a trust.
pub(super) fn connector(trust: &Trust) -> Result<TlsConnector, OpenError> {
    let config = match trust {
        Trust::Platform => platform().map_err(OpenError::Trust)?,
        Trust::Roots(_) => Arc::new(configure(trust).map_err(OpenError::Trust)?),
    };
    Ok(TlsConnector::from(config))
}

/// What makes ready what the first encrypted connection needs, on a thread of its own: the platform's list of
/// authorities and the seed of the random numbers take tens of milliseconds, while there are lists to be read and a
/// ledger to be opened.
///
/// Whoever drops it waits for it: a process that ends while AWS-LC seeds its random numbers may end by a signal, since
/// what the library has is torn down meanwhile.
#[derive(Debug)]
pub struct WarmUp(Option<JoinHandle<()>>);

impl WarmUp {
    /// Begins, where connections are encrypted.
    #[must_use]
    pub fn begin(security: Security) -> Self {
        let warm_up = || {
            // Whatever is wrong shows when a connection is opened.
            if let Ok(config) = platform() {
                let _ = config.crypto_provider().secure_random.fill(&mut [0]);
            }
        };
        let is_needed = security != Security::Plain;
        Self(is_needed.then(|| thread::Builder::new().name("tls".to_owned()).spawn(warm_up).ok()).flatten())
    }
}

impl Drop for WarmUp {
    fn drop(&mut self) {
        // What it did not come to shows when a connection is opened.
        let _ = self.0.take().map(JoinHandle::join);
    }
}

/// The configuration for the platform's authorities, made once.
fn platform() -> Result<Arc<ClientConfig>, String> {
    static PLATFORM: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
    PLATFORM.get_or_init(|| configure(&Trust::Platform).map(Arc::new)).clone()
}

fn configure(trust: &Trust) -> Result<ClientConfig, String> {
    let failed = |error: rustls::Error| error.to_string();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = match trust {
        Trust::Platform => builder.with_platform_verifier().map_err(failed)?,
        Trust::Roots(roots) => {
            let mut store = RootCertStore::empty();
            for root in roots {
                store.add(root.clone()).map_err(failed)?;
            }
            builder.with_root_certificates(store)
        }
    };
    Ok(builder.with_no_client_auth())
}

/// Begins TLS on a connection, for a protocol other than SMTP.
///
/// # Errors
/// Where the host cannot prove who it is, or does not speak TLS.
pub async fn handshake<S>(host: &str, socket: S, trust: &Trust) -> Result<TlsStream<S>, OpenError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = ServerName::try_from(host.to_owned()).map_err(|_| OpenError::HostName(host.to_owned()))?;
    connector(trust)?.connect(name, socket).await.map_err(|error| handshake_error(host, &error))
}

/// What a failed handshake means.
pub(super) fn handshake_error(host: &str, error: &io::Error) -> OpenError {
    let host = host.to_owned();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(flaw)) => OpenError::Certificate {
            host,
            flaw: match flaw {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateFlaw::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    CertificateFlaw::NotYetValid
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    CertificateFlaw::WrongName
                }
                // An authority of the same name with another key is another authority.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => CertificateFlaw::UnknownAuthority,
                CertificateError::Revoked => CertificateFlaw::Revoked,
                other => CertificateFlaw::Other(other.to_string()),
            },
        },
        Some(other) => OpenError::Tls { host, why: other.to_string() },
        // The connection failed, and TLS had nothing to do with it: it may succeed a little later.
        None => OpenError::Broken { step: Step::Tls, cause: network(error) },
    }
}
