//! The account of a new campaign: its servers are found by what the domain says of itself (RFC 6186 and RFC 8314, then
//! the file that mail programs read), and in the table of providers. Nobody but the domain is asked, unless a person
//! says so.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::autoconfig::{self, Servers, TABLE};
use super::providers::Known;
use super::server::Server;
use crate::campaign::error::{Error, Result};
use crate::config::{CLIENT_ID_TO_COME, PRESETS};
use crate::dns::{Dns, DnsError, MailHosts, Service};
use crate::model::EmailAddress;

/// What a campaign's file is to say of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    address: EmailAddress,
    smtp: Server,
    imap: Option<Server>,
    preset: Option<&'static str>,
    oauth: Option<&'static str>,
    /// Where this was found, for people.
    pub found: String,
}

/// Who else is asked about a domain of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// Nobody.
    Nobody,
    /// Those who keep Thunderbird's table of providers. They are told the domain.
    Table,
}

/// What is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountQuestion {
    /// The server of names; the machine's own, where it is not given.
    pub names: Option<SocketAddr>,
    /// The port of HTTPS.
    pub https: u16,
    /// Who else is asked.
    pub lookup: Lookup,
}

/// Finds the servers of an account.
///
/// # Errors
/// Where the address is none, DNS gives no answer, or nothing is known of the domain.
pub async fn find_account(address: &str, asked: AccountQuestion) -> Result<Account> {
    let AccountQuestion { names, https, lookup } = asked;
    let address = EmailAddress::parse(address)
        .map_err(|why| Error::NoAccount(format!("`{address}` is not an email address: {why}")))?;
    let domain = address.domain().to_lowercase();
    let failed = |why: DnsError| Error::NoAccount(why.to_string());
    if let Some(known) = Known::at(&domain) {
        return Ok(of_provider(address, known));
    }
    let dns = &Dns::new(names).map_err(failed)?;
    if let Some(servers) = by_services(dns, &address, &domain).await.map_err(failed)? {
        return Ok(of_servers(address, servers, format!("as `{domain}` says in DNS")));
    }
    if let Some(servers) = autoconfig::of_domain(dns, &address, &domain, https).await.map_err(failed)? {
        return Ok(of_servers(address, servers, format!("as `{domain}` says to mail programs")));
    }
    if let MailHosts::Hosts(hosts) = dns.mail_hosts(&domain).await.map_err(failed)?
        && let Some(known) = hosts.iter().find_map(|host| Known::behind(host))
    {
        return Ok(of_provider(address, known));
    }
    if lookup == Lookup::Table
        && let Some(servers) = autoconfig::of_table(dns, &address, &domain, https).await.map_err(failed)?
    {
        return Ok(of_servers(address, servers, format!("`{TABLE}` has it")));
    }
    Err(Error::NoAccount(nothing(&domain, lookup)))
}

fn nothing(domain: &str, lookup: Lookup) -> String {
    let what = format!("`{domain}` does not say which servers it has, and is with no provider that is known here");
    let next = match lookup {
        Lookup::Table => format!("; `{TABLE}` does not know it either"),
        Lookup::Nobody => format!("; `--lookup` asks `{TABLE}` about it, too"),
    };
    format!("{what}{next}; or ask whoever runs its mail for them, and write them under [smtp] and [inbox]")
}

/// By what the domain says of its services.
async fn by_services(
    dns: &Dns,
    address: &EmailAddress,
    domain: &str,
) -> std::result::Result<Option<Servers>, DnsError> {
    let user = address.to_string();
    let first = async |schemes: [(&'static str, &str); 2]| {
        for (scheme, service) in schemes {
            let found = dns.services(&format!("{service}._tcp.{domain}")).await?;
            if let Some(Service { host, port }) = found.into_iter().next() {
                return Ok::<_, DnsError>(Some(Server { scheme, host, port, user: user.clone() }));
            }
        }
        Ok(None)
    };
    let Some(smtp) = first([("smtps", "_submissions"), ("smtp", "_submission")]).await? else {
        return Ok(None);
    };
    let imap = first([("imaps", "_imaps"), ("imap", "_imap")]).await?;
    Ok(Some(Servers { smtp, imap }))
}

fn of_servers(address: EmailAddress, Servers { smtp, imap }: Servers, found: String) -> Account {
    let known = Known::of_server(&smtp.host);
    let (preset, oauth) = (known.and_then(|known| known.preset), known.and_then(|known| known.oauth));
    Account { address, smtp, imap, preset, oauth, found }
}

fn of_provider(address: EmailAddress, known: &'static Known) -> Account {
    let user = address.to_string();
    Account {
        smtp: Server::usual(known.smtp.0, known.smtp.1, &user),
        imap: known.imap.map(|host| Server::usual("imaps", host, &user)),
        preset: known.preset,
        oauth: known.oauth,
        found: format!("{} has it", known.name),
        address,
    }
}

impl Account {
    /// The sample's settings with this account.
    pub(super) fn written_into(&self, settings: &str) -> String {
        let mut text = String::new();
        let (mut section, mut is_signed_in) = ("", false);
        // Where the provider names no number, those of the sample stay.
        let is_published = |name| PRESETS.iter().any(|preset| preset.name == name && preset.is_published());
        let has_limits = self.preset.is_some_and(is_published);
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
                    let _ = writeln!(text, "url = \"{}\"", self.smtp.url());
                    continue;
                }
                ("[sender]", "reply_to") => continue,
                // What is said of the password is of no use where there is none.
                ("[smtp]", "#") if self.oauth.is_some() && !is_signed_in => continue,
                ("[smtp]", "password") => {
                    is_signed_in = true;
                    text.push_str(&self.signed_in());
                    continue;
                }
                ("[pace]", "per_second" | "per_minute" | "per_day") if has_limits => continue,
                ("[pace]", "per_hour") => {
                    if let Some(preset) = self.preset {
                        let _ = writeln!(text, "preset = \"{preset}\"");
                    }
                    if has_limits {
                        continue;
                    }
                }
                _ => {}
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The end of `[smtp]`: how one signs in; and `[inbox]` and `[oauth]`.
    fn signed_in(&self) -> String {
        let secret = if self.oauth.is_some() { "auth = \"oauth\"\n" } else { "password = { keyring = true }\n" };
        let mut text = secret.to_owned();
        if let Some(imap) = &self.imap {
            let head = "\n# Where answers and reports arrive.\n[inbox]";
            let _ = write!(text, "{head}\nurl = \"{}/INBOX\"\n{secret}", imap.url());
        }
        if let Some(provider) = self.oauth {
            let head = "\n# The application that your organisation registered there: the guide says how (docs/account.md).\n[oauth]";
            let _ = write!(text, "{head}\nprovider = \"{provider}\"\nclient_id = \"{CLIENT_ID_TO_COME}\"\n");
            if provider == "google" {
                // Google gives one to applications for the desktop, too.
                text.push_str("client_secret = { keyring = true }\n");
            }
        }
        text
    }
}
