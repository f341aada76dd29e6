//! Providers by which organisations send mail, with their servers: what a campaign's file says for an account there.
//! The names are those that the providers give their customers; `check --online` says whether a server is there.

/// A provider's servers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name.
    pub(super) name: &'static str,
    /// Domains at which it gives mailboxes.
    domains: &'static [&'static str],
    /// What the names of the servers end with to which mail for its customers' own domains goes.
    mail_hosts: &'static [&'static str],
    /// How letters go: scheme and server.
    pub(super) smtp: (&'static str, &'static str),
    /// Where mail arrives; nothing, where the provider has no IMAP.
    pub(super) imap: Option<&'static str>,
    /// The preset of its limits, where there is one.
    pub(super) preset: Option<&'static str>,
    /// The name in `[oauth] provider`, where one signs in.
    pub(super) oauth: Option<&'static str>,
}

const NONE: Known =
    Known { name: "", domains: &[], mail_hosts: &[], smtp: ("smtps", ""), imap: None, preset: None, oauth: None };

const KNOWN: [Known; 19] = [
    Known {
        name: "Gmail",
        domains: &["gmail.com", "googlemail.com"],
        smtp: ("smtps", "smtp.gmail.com"),
        imap: Some("imap.gmail.com"),
        preset: Some("gmail"),
        oauth: Some("google"),
        ..NONE
    },
    Known {
        name: "Google Workspace",
        mail_hosts: &[".google.com", ".googlemail.com"],
        smtp: ("smtps", "smtp.gmail.com"),
        imap: Some("imap.gmail.com"),
        preset: Some("google-workspace"),
        oauth: Some("google"),
        ..NONE
    },
    Known {
        name: "Microsoft 365",
        mail_hosts: &[".mail.protection.outlook.com", ".mx.microsoft"],
        smtp: ("smtp", "smtp.office365.com"),
        imap: Some("outlook.office365.com"),
        preset: Some("microsoft-365"),
        oauth: Some("microsoft"),
        ..NONE
    },
    Known {
        name: "Infomaniak",
        mail_hosts: &[".infomaniak.ch", ".infomaniak.com"],
        smtp: ("smtps", "mail.infomaniak.com"),
        imap: Some("mail.infomaniak.com"),
        preset: Some("infomaniak"),
        ..NONE
    },
    Known {
        name: "OVH",
        mail_hosts: &[".mail.ovh.net"],
        smtp: ("smtps", "ssl0.ovh.net"),
        imap: Some("ssl0.ovh.net"),
        preset: Some("ovh"),
        ..NONE
    },
    Known {
        name: "IONOS",
        mail_hosts: &[".ionos.de", ".kundenserver.de"],
        smtp: ("smtps", "smtp.ionos.de"),
        imap: Some("imap.ionos.de"),
        preset: Some("ionos"),
        ..NONE
    },
    Known {
        name: "IONOS",
        mail_hosts: &[".ionos.com", ".1and1.com"],
        smtp: ("smtps", "smtp.ionos.com"),
        imap: Some("imap.ionos.com"),
        preset: Some("ionos"),
        ..NONE
    },
    Known {
        name: "Strato",
        mail_hosts: &[".rzone.de"],
        smtp: ("smtps", "smtp.strato.de"),
        imap: Some("imap.strato.de"),
        preset: Some("strato"),
        ..NONE
    },
    Known {
        name: "Gandi",
        mail_hosts: &[".mail.gandi.net"],
        smtp: ("smtps", "mail.gandi.net"),
        imap: Some("mail.gandi.net"),
        preset: Some("gandi"),
        ..NONE
    },
    Known {
        name: "Hetzner",
        mail_hosts: &[".your-server.de"],
        smtp: ("smtps", "mail.your-server.de"),
        imap: Some("mail.your-server.de"),
        preset: Some("hetzner"),
        ..NONE
    },
    Known {
        name: "mailbox.org",
        domains: &["mailbox.org"],
        mail_hosts: &[".mailbox.org"],
        smtp: ("smtps", "smtp.mailbox.org"),
        imap: Some("imap.mailbox.org"),
        preset: Some("mailbox-org"),
        ..NONE
    },
    Known {
        name: "Posteo",
        domains: &["posteo.de", "posteo.net", "posteo.org", "posteo.eu", "posteo.at", "posteo.ch"],
        smtp: ("smtps", "posteo.de"),
        imap: Some("posteo.de"),
        preset: Some("posteo"),
        ..NONE
    },
    Known {
        name: "Proton",
        domains: &["proton.me", "protonmail.com", "pm.me"],
        mail_hosts: &[".protonmail.ch"],
        smtp: ("smtp", "smtp.protonmail.ch"),
        preset: Some("proton"),
        ..NONE
    },
    Known {
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.fm"],
        mail_hosts: &[".messagingengine.com"],
        smtp: ("smtps", "smtp.fastmail.com"),
        imap: Some("imap.fastmail.com"),
        preset: Some("fastmail"),
        ..NONE
    },
    Known {
        name: "GMX",
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        smtp: ("smtps", "mail.gmx.net"),
        imap: Some("imap.gmx.net"),
        preset: Some("gmx"),
        ..NONE
    },
    Known {
        name: "WEB.DE",
        domains: &["web.de"],
        smtp: ("smtp", "smtp.web.de"),
        imap: Some("imap.web.de"),
        preset: Some("web-de"),
        ..NONE
    },
    Known {
        name: "Riseup",
        domains: &["riseup.net"],
        smtp: ("smtps", "mail.riseup.net"),
        imap: Some("mail.riseup.net"),
        preset: Some("riseup"),
        ..NONE
    },
    Known {
        name: "Migadu",
        mail_hosts: &[".migadu.com"],
        smtp: ("smtps", "smtp.migadu.com"),
        imap: Some("imap.migadu.com"),
        preset: Some("migadu"),
        ..NONE
    },
    Known {
        name: "easyname",
        mail_hosts: &[".easyname.com", ".easyname.eu"],
        smtp: ("smtps", "smtp.easyname.com"),
        imap: Some("imap.easyname.com"),
        preset: Some("easyname"),
        ..NONE
    },
];

impl Known {
    /// The one that has mailboxes at a domain.
    pub(super) fn at(domain: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.domains.contains(&domain))
    }

    /// The one to whose server the mail of a domain goes.
    pub(super) fn behind(mail_host: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.mail_hosts.iter().any(|end| mail_host.ends_with(end)))
    }

    /// The one whose server this is.
    pub(super) fn of_server(host: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.smtp.1 == host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PRESETS;

    #[test]
    fn each_provider_has_a_server_and_its_preset_is_one() {
        for known in &KNOWN {
            assert!(!known.name.is_empty() && !known.smtp.1.is_empty(), "{known:?}");
            assert!(["smtp", "smtps"].contains(&known.smtp.0));
            assert!(!known.domains.is_empty() || !known.mail_hosts.is_empty(), "{known:?}");
            let is_there = |name| PRESETS.iter().any(|preset| preset.name == name);
            assert!(known.preset.is_none_or(is_there), "{known:?}");
        }
        assert_eq!(Known::behind("coalition-example.mail.protection.outlook.com").unwrap().name, "Microsoft 365");
        assert_eq!(Known::at("example.org"), None);
    }
}
