//! The account of a new campaign: its servers are found by what the domain says of itself (RFC 6186 and RFC 8314), and
//! in the table of providers. Nobody but the domain is asked.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::providers::Known;
use crate::campaign::error::{Error, Result};
use crate::dns::{Dns, DnsError, MailHosts, Service};
use crate::model::EmailAddress;

/// What a campaign's file is to say of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    address: EmailAddress,
    /// Scheme, server and port, where that is not the usual one.
    smtp: (&'static str, String, Option<u16>),
    imap: Option<(&'static str, String, Option<u16>)>,
    preset: Option<&'static str>,
    oauth: Option<&'static str>,
    /// Where this was found, for people.
    pub found: String,
}

/// Finds the servers of an account. `names` is the server of names; the machine's own, where it is not given.
///
/// # Errors
/// Where the address is none, DNS gives no answer, or nothing is known of the domain.
pub async fn find_account(address: &str, names: Option<SocketAddr>) -> Result<Account> {
    let address = EmailAddress::parse(address)
        .map_err(|why| Error::NoAccount(format!("`{address}` is not an email address: {why}")))?;
    let domain = address.domain().to_lowercase();
    let failed = |why: DnsError| Error::NoAccount(why.to_string());
    if let Some(known) = Known::at(&domain) {
        return Ok(of_provider(address, known));
    }
    let dns = &Dns::new(names).map_err(failed)?;
    if let Some(account) = by_services(dns, &address, &domain).await.map_err(failed)? {
        return Ok(account);
    }
    if let MailHosts::Hosts(hosts) = dns.mail_hosts(&domain).await.map_err(failed)?
        && let Some(known) = hosts.iter().find_map(|host| Known::behind(host))
    {
        return Ok(of_provider(address, known));
    }
    let what =
        format!("`{domain}` does not say which servers it has (RFC 6186), and is with no provider that is known here");
    Err(Error::NoAccount(format!(
        "{what}; ask whoever runs its mail for them, and write them under [smtp] and [inbox]"
    )))
}

/// By what the domain says of its services.
async fn by_services(
    dns: &Dns,
    address: &EmailAddress,
    domain: &str,
) -> std::result::Result<Option<Account>, DnsError> {
    let first = async |schemes: [(&'static str, &str, u16); 2]| {
        for (scheme, service, usual) in schemes {
            let found = dns.services(&format!("{service}._tcp.{domain}")).await?;
            if let Some(Service { host, port }) = found.into_iter().next() {
                return Ok::<_, DnsError>(Some((scheme, host, (port != usual).then_some(port))));
            }
        }
        Ok(None)
    };
    let Some(smtp) = first([("smtps", "_submissions", 465), ("smtp", "_submission", 587)]).await? else {
        return Ok(None);
    };
    let imap = first([("imaps", "_imaps", 993), ("imap", "_imap", 143)]).await?;
    let known = Known::of_server(&smtp.1);
    Ok(Some(Account {
        address: address.clone(),
        found: format!("as `{domain}` says in DNS"),
        preset: known.and_then(|known| known.preset),
        oauth: known.and_then(|known| known.oauth),
        smtp,
        imap,
    }))
}

fn of_provider(address: EmailAddress, known: &'static Known) -> Account {
    Account {
        address,
        smtp: (known.smtp.0, known.smtp.1.to_owned(), None),
        imap: known.imap.map(|host| ("imaps", host.to_owned(), None)),
        preset: known.preset,
        oauth: known.oauth,
        found: format!("{} has it", known.name),
    }
}

impl Account {
    /// The sample's settings with this account.
    pub(super) fn written_into(&self, settings: &str) -> String {
        let mut text = String::new();
        let mut section = "";
        for line in settings.lines() {
            if line.starts_with('[') {
                section = line;
            }
            match (section, line.split(' ').next().unwrap_or_default()) {
                ("[sender]", "from") => {
                    let _ = writeln!(text, "from = \"{}\"", self.address);
                    continue;
                }
                ("[smtp]", "url") => {
                    text.push_str(&self.servers());
                    continue;
                }
                ("[sender]", "reply_to") | ("[smtp]", "password") => continue,
                ("[pace]", "per_second" | "per_minute" | "per_day") if self.preset.is_some() => continue,
                ("[pace]", "per_hour") if self.preset.is_some() => {
                    let _ = writeln!(text, "preset = \"{}\"", self.preset.unwrap_or_default());
                    continue;
                }
                _ => {}
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// `[smtp]` behind its head, and `[inbox]` and `[oauth]`.
    fn servers(&self) -> String {
        let url = |(scheme, host, port): &(&str, String, Option<u16>)| {
            let user = self.address.to_string().replace('@', "%40");
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{user}@{host}{port}")
        };
        let secret = if self.oauth.is_some() { "auth = \"oauth\"\n" } else { "password = { keyring = true }\n" };
        let mut text = format!("url = \"{}\"\n{secret}", url(&self.smtp));
        if let Some(imap) = &self.imap {
            let head = "\n# Where answers and reports arrive.\n[inbox]";
            let _ = write!(text, "{head}\nurl = \"{}/INBOX\"\n{secret}", url(imap));
        }
        if let Some(provider) = self.oauth {
            let head = "\n# The application that your organisation registered there: the README says how.\n[oauth]";
            let _ = write!(text, "{head}\nprovider = \"{provider}\"\nclient_id = \"WRITE-IT-HERE\"\n");
        }
        text
    }
}
