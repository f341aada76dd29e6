//! TLS to a server: its certificate is always verified.

use std::path::Path;
use std::sync::Arc;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::fault::Fault;

/// What encrypts a connection.
pub(super) struct Encrypted(pub(super) MakeRustlsConnect);

impl Encrypted {
    /// By certificates of those whom a file names, in PEM; of those whom the system trusts, without one.
    pub(super) fn by(authorities: Option<&Path>) -> Result<Self, Fault> {
        let unfit = |error: &dyn std::fmt::Display| Fault::unfit(format!("TLS cannot be used: {error}"));
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| unfit(&error))?;
        let builder = match authorities {
            None => builder.with_platform_verifier().map_err(|error| unfit(&error))?,
            Some(file) => builder.with_root_certificates(read(file)?),
        };
        Ok(Self(MakeRustlsConnect::new(builder.with_no_client_auth())))
    }
}

fn read(file: &Path) -> Result<RootCertStore, Fault> {
    let unfit = |what: &dyn std::fmt::Display| Fault::unfit(format!("{}: {what}", file.display()));
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unfit(&error))? {
        let certificate = certificate.map_err(|error| unfit(&error))?;
        store.add(certificate).map_err(|error| unfit(&error))?;
    }
    if store.is_empty() {
        return Err(unfit(&"there is no certificate in it"));
    }
    Ok(store)
}
