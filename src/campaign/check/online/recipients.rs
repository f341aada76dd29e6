//! The domains of the recipients: whether mail goes anywhere there, and which of them are likely to be slips.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{error, fine, unknown, warning};
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::dns::{Dns, DnsError, MailHosts};
use crate::lists::RecipientList;
use crate::model::count::counted;
use crate::model::{EmailAddress, Listed};
use crate::report::{Discovery, Who};

/// So many domains are asked about at once.
const AT_ONCE: usize = 64;

/// So many recipients of a list at one domain make that a known one.
const KNOWN_FROM: u64 = 3;

/// Domains at which many people have their mailbox.
const KNOWN: [&str; 40] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.fr",
    "hotmail.co.uk",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.fr",
    "yahoo.de",
    "yahoo.co.uk",
    "ymail.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "mail.com",
    "email.com",
    "gmx.de",
    "gmx.net",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "posteo.de",
    "mailbox.org",
    "proton.me",
    "protonmail.com",
    "riseup.net",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "wanadoo.fr",
    "bluewin.ch",
    "libero.it",
    "europa.eu",
    "ec.europa.eu",
    "europarl.europa.eu",
];

/// The domains of a list.
pub(super) struct Domains {
    all: BTreeMap<String, Seen>,
    /// Whether a letter goes to an address that needs SMTPUTF8.
    pub(super) needs_smtputf8: bool,
}

/// Where a domain stands in the list.
struct Seen {
    addresses: u64,
    /// The first place, for people.
    place: String,
}

/// Reads the domains of all addresses to which letters or copies go.
pub(super) fn domains(folder: &Folder) -> Result<Domains> {
    let lists = &folder.settings.lists;
    let mut domains = Domains { all: BTreeMap::new(), needs_smtputf8: false };
    for recipient in RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules)? {
        // What is wrong with a row, `check` has said.
        let Some(recipient) = recipient.ok().and_then(Listed::recipient) else { continue };
        domains.needs_smtputf8 |= recipient.addresses().any(EmailAddress::needs_smtputf8);
        for address in recipient.addresses() {
            let place = || recipient.place(&lists.recipients, "email").to_string();
            let seen = domains.all.entry(address.domain().to_lowercase());
            seen.or_insert_with(|| Seen { addresses: 0, place: place() }).addresses += 1;
        }
    }
    Ok(domains)
}

/// Asks where the mail of each domain goes.
pub(super) async fn look(dns: &Dns, domains: &Domains) -> Vec<Discovery> {
    let mut found = Vec::new();
    let all: Vec<(&String, &Seen)> = domains.all.iter().collect();
    let mut reached = 0;
    for some in all.chunks(AT_ONCE) {
        let answers = join_all(some.iter().map(|(domain, _)| dns.mail_hosts(domain))).await;
        for ((domain, seen), hosts) in some.iter().zip(answers) {
            let slip = slip_of(domain, domains);
            match judge(domain, seen, hosts, slip.as_deref()) {
                Some(trouble) => found.push(trouble),
                None => reached += 1,
            }
        }
    }
    found.push(fine("recipients", format!("mail goes somewhere at {}", counted(reached, "domain", "domains"))));
    found
}

fn judge(
    domain: &str,
    seen: &Seen,
    hosts: std::result::Result<MailHosts, DnsError>,
    slip: Option<&str>,
) -> Option<Discovery> {
    let whose = format!("{} of {}", seen.place, counted(seen.addresses, "address", "addresses"));
    let mend = match slip {
        Some(meant) => format!("is `{meant}` meant? Mend the list ({whose})"),
        None => format!("ask for another address, or mend the list ({whose})"),
    };
    let (what, is_certain) = match hosts {
        Err(why) => return Some(unknown(domain, &format!("{why} ({whose})"))),
        Ok(MailHosts::NoDomain) => ("there is no such domain", true),
        Ok(MailHosts::Null) => ("the domain says that it takes no mail (RFC 7505)", true),
        Ok(MailHosts::Nowhere) => ("the domain has no mail server", true),
        Ok(MailHosts::Hosts(_)) if slip.is_some() => ("it looks like a slip, and takes mail all the same", false),
        Ok(MailHosts::Itself) => {
            ("the domain names no mail server; mail is tried at the host of its own name, where often none is", false)
        }
        Ok(MailHosts::Hosts(_)) => return None,
    };
    let say = if is_certain { error } else { warning };
    Some(say(domain, what, Who::Coordinator, mend))
}

/// The known domain of which this one is one slip of a finger away.
fn slip_of(domain: &str, domains: &Domains) -> Option<String> {
    let is_known =
        |one: &str| KNOWN.contains(&one) || domains.all.get(one).is_some_and(|seen| seen.addresses >= KNOWN_FROM);
    if is_known(domain) {
        return None;
    }
    let frequent = domains.all.iter().filter(|(_, seen)| seen.addresses >= KNOWN_FROM).map(|(one, _)| one.as_str());
    let mut near = KNOWN.into_iter().chain(frequent).filter(|known| known.len() > 6);
    near.find(|known| strsim::osa_distance(known, domain) == 1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_a_finger_is_seen_and_what_is_known_is_none() {
        let seen = |addresses| Seen { addresses, place: "lists/recipients.csv:2".to_owned() };
        let all =
            [("ministry.example", 5), ("minsitry.example", 1), ("gmial.com", 1), ("mail.com", 1), ("example.org", 1)];
        let all = all.into_iter().map(|(domain, count)| (domain.to_owned(), seen(count))).collect();
        let domains = Domains { all, needs_smtputf8: false };
        assert_eq!(slip_of("minsitry.example", &domains).as_deref(), Some("ministry.example"));
        assert_eq!(slip_of("gmial.com", &domains).as_deref(), Some("gmail.com"));
        for sound in ["mail.com", "ministry.example", "example.org"] {
            assert_eq!(slip_of(sound, &domains), None, "{sound}");
        }
    }
}
