//! A server as an office has it, with TLS and logins, and a campaign that trusts it and knows the password.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use undersigned::transport::Capabilities;
use undersigned::transport::sandbox::{Encryption, Options};

use crate::harness::Campaign;
use crate::proxy::Spoil;

/// The user of the server.
pub const USER: &str = "letters@coalition.example";
/// Its password.
pub const SECRET: &str = "trombone-violet-42";
/// Where the campaign finds it.
pub const FROM_ENVIRONMENT: &str = "password = { env = \"SMTP_PASSWORD\" }";

/// An authority that nobody knows who is not told of it.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        Self::named("coalition authority")
    }

    pub fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its certificate, for whoever is to trust it.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server with a certificate for a name, valid from 2000 until the end of a year.
    pub fn server(&self, name: &str, until: i32) -> Arc<ServerConfig> {
        self.configure(&[name], until, WebPkiClientVerifier::no_client_auth())
    }

    /// A server with a certificate for several names.
    pub fn server_of(&self, names: &[&str]) -> Arc<ServerConfig> {
        self.configure(names, 2999, WebPkiClientVerifier::no_client_auth())
    }

    /// A server that wants a certificate from its clients, too.
    pub fn demanding_server(&self, name: &str) -> Arc<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        self.configure(&[name], 2999, verifier)
    }

    fn configure(&self, names: &[&str], until: i32, clients: Arc<dyn ClientCertVerifier>) -> Arc<ServerConfig> {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
        Arc::new(config.unwrap())
    }
}

/// The two ways of TLS, with the same certificate.
pub fn ways(config: Arc<ServerConfig>) -> [Encryption; 2] {
    [Encryption::Implicit(Arc::clone(&config)), Encryption::StartTls(config)]
}

/// A server on which one must log in; it offers these mechanisms with and without TLS.
pub fn office(encryption: Encryption, mechanisms: &[&str]) -> Options {
    let offers = Capabilities {
        starttls: true,
        auth: mechanisms.iter().map(|name| (*name).to_owned()).collect(),
        ..Options::default().offers
    };
    Options { encryption, offers, logins: vec![(USER.to_owned(), SECRET.to_owned())], ..Options::default() }
}

/// A campaign at that server, whose program trusts the authority and finds the password in its environment.
pub fn campaign(options: Options, authority: &Authority, settings: &str) -> Campaign {
    spoiled_campaign(options, Spoil::Nothing, authority, settings)
}

/// The same with a proxy before the server.
pub fn spoiled_campaign(options: Options, spoil: Spoil, authority: &Authority, settings: &str) -> Campaign {
    let scheme = if matches!(options.encryption, Encryption::Implicit(_)) { "smtps" } else { "smtp" };
    let campaign = Campaign::new().file("authority.pem", authority.pem()).server_with(options).spoiled(spoil);
    let url = format!("{scheme}://letters%40coalition.example@localhost:{}", campaign.address().port());
    let trusted = campaign.path("authority.pem").into_os_string().into_string().unwrap();
    campaign
        .smtp(&format!("url = \"{url}\"\n{settings}"))
        .environment("SSL_CERT_FILE", trusted)
        .environment("SMTP_PASSWORD", SECRET)
}
