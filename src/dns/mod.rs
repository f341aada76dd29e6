//! What the names of domains say: where their mail goes, which records they publish. It is asked only where a person
//! says so (`check --online`, `init --account`), and decides nothing.

mod mail_hosts;
mod texts;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

pub use mail_hosts::MailHosts;

/// How long a server of names may take to answer once. It is asked three times.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the servers of names.
#[derive(Clone)]
pub struct Dns(TokioResolver);

/// A service of a domain (RFC 2782).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The host, without the dot behind it.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Why a name could not be asked about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// This machine does not say which server of names it uses.
    #[error("this machine does not say which name server it uses: {0}")]
    NoServer(String),
    /// The text is no name.
    #[error("`{0}` cannot be a name in DNS")]
    NoName(String),
    /// No answer came, or none that can be used.
    #[error("DNS gives no answer about `{name}`: {why}")]
    NoAnswer {
        /// The name.
        name: String,
        /// What went wrong.
        why: String,
    },
}

/// What was asked about a name.
enum Asked {
    /// These records, which may be none.
    There(Vec<RData>),
    /// There is no such name.
    NoSuchName,
}

impl Dns {
    /// The servers of names that this machine uses, or the one that is given.
    ///
    /// # Errors
    /// Where the machine does not say which it uses.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, DnsError> {
        let failed = |error: NetError| DnsError::NoServer(error.to_string());
        let mut builder = match server {
            None => TokioResolver::builder_tokio().map_err(failed)?,
            Some(address) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = address.port();
                    connection
                });
                let server = NameServerConfig::new(address.ip(), true, connections.into());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 3;
        // A domain is asked about as it is written, never as one of the machine's own.
        options.ndots = 0;
        Ok(Self(builder.build().map_err(failed)?))
    }

    /// The services of a name such as `_imaps._tcp.example.org`, the first one first; none where the domain says that
    /// it has none (RFC 2782: a dot).
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn services(&self, name: &str) -> Result<Vec<Service>, DnsError> {
        let Asked::There(records) = self.ask(name, RecordType::SRV).await? else { return Ok(Vec::new()) };
        let mut found: Vec<(u16, u16, Service)> = Vec::new();
        for record in records {
            if let RData::SRV(srv) = record {
                let host = plain(&srv.target);
                if !host.is_empty() {
                    found.push((srv.priority, u16::MAX - srv.weight, Service { host, port: srv.port }));
                }
            }
        }
        found.sort_by_key(|(priority, weight, _)| (*priority, *weight));
        Ok(found.into_iter().map(|(.., service)| service).collect())
    }

    /// The addresses of a host; none, where it has none.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let name: Name = format!("{host}.").parse().map_err(|_| DnsError::NoName(host.to_owned()))?;
        match self.0.lookup_ip(name).await {
            Ok(found) => Ok(found.iter().collect()),
            Err(error) if error.is_nx_domain() || error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(DnsError::NoAnswer { name: host.to_owned(), why: error.to_string() }),
        }
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Asked, DnsError> {
        let absolute = format!("{}.", name.trim_end_matches('.'));
        let query: Name = absolute.parse().map_err(|_| DnsError::NoName(name.to_owned()))?;
        match self.0.lookup(query, kind).await {
            Ok(found) => {
                let records = found.answers().iter().filter(|record| record.record_type() == kind);
                Ok(Asked::There(records.map(|record| record.data.clone()).collect()))
            }
            Err(error) if error.is_nx_domain() => Ok(Asked::NoSuchName),
            Err(error) if error.is_no_records_found() => Ok(Asked::There(Vec::new())),
            Err(error) => Err(DnsError::NoAnswer { name: name.to_owned(), why: error.to_string() }),
        }
    }
}

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dns").finish_non_exhaustive()
    }
}

/// A name without the dot behind it; nothing for the root.
fn plain(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_lowercase()
}
