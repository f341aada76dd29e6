//! Where the mail of a domain goes.

use hickory_resolver::proto::rr::{RData, RecordType};

use super::{Asked, Dns, DnsError, plain};

/// Where the mail of a domain goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailHosts {
    /// To these hosts, the first one first (RFC 5321, 5.1).
    Hosts(Vec<String>),
    /// To the host of the domain's own name, since it names no other (RFC 5321, 5.1: the implicit MX).
    Itself,
    /// Nowhere: the domain says that it takes no mail (RFC 7505).
    Null,
    /// Nowhere: the domain names no host, and has no address.
    Nowhere,
    /// There is no such domain.
    NoDomain,
}

impl Dns {
    /// Where the mail of a domain goes.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn mail_hosts(&self, domain: &str) -> Result<MailHosts, DnsError> {
        let records = match self.ask(domain, RecordType::MX).await? {
            Asked::There(records) => records,
            Asked::NoSuchName => return Ok(MailHosts::NoDomain),
        };
        let mut hosts: Vec<(u16, String)> = Vec::new();
        for record in records {
            if let RData::MX(mx) = record {
                hosts.push((mx.preference, plain(&mx.exchange)));
            }
        }
        hosts.sort();
        if hosts.iter().any(|(_, host)| !host.is_empty()) {
            let named = hosts.into_iter().map(|(_, host)| host).filter(|host| !host.is_empty());
            return Ok(MailHosts::Hosts(named.collect()));
        }
        if !hosts.is_empty() {
            return Ok(MailHosts::Null);
        }
        for kind in [RecordType::A, RecordType::AAAA] {
            match self.ask(domain, kind).await? {
                Asked::There(records) if !records.is_empty() => return Ok(MailHosts::Itself),
                Asked::There(_) | Asked::NoSuchName => {}
            }
        }
        Ok(MailHosts::Nowhere)
    }
}
