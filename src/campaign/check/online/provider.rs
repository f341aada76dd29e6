//! What is known of providers: the servers by which their customers send, the record by which a domain lets them do so,
//! and the selectors of their DKIM keys: the names that they give their customers. They may change, so that what a
//! domain lacks of them is a warning.
//!
//! Seen in November 2026: Fastmail's on <https://www.fastmail.help/hc/en-us/articles/360060591153>, mailbox.org's on
//! <https://kb.mailbox.org/en/private/custom-domains/> ("SPF, DKIM, and DMARC"), Gandi's SPF on
//! <https://helpdesk.gandi.net/hc/en-us/articles/14001808469404>, Proton's SPF on
//! <https://proton.me/support/anti-spoofing-custom-domain>, Infomaniak's SPF on
//! <https://www.infomaniak.com/en/support/faq/2199/manage-spf-records>, Google's selector, from which a domain may
//! differ, on <https://support.google.com/a/answer/11611356>, and its SPF, as its own page has it, on
//! <https://www.mimecast.com/es/content/set-up-google-workspace-spf-record>. Microsoft's SPF and selectors in a table
//! of an administrator's (<https://gist.github.com/arjancornelissen/811af8d12b76373dec0b4a7362a5723e>), since its own
//! page could not be read. Migadu tells its records to each customer alone: they are those of many customers' domains,
//! and of <https://github.com/droposhado/terraform-cloudflare-migadu>; so are the selectors of Gandi and Proton, in
//! customers' domains. Infomaniak's selector is unknown.

/// A provider whose customers send in the name of a domain of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// Its name.
    pub name: &'static str,
    /// Its servers for sending.
    servers: &'static [&'static str],
    /// What a domain includes in its SPF record.
    pub spf: &'static str,
    /// The selectors of its DKIM keys; one of them is there where signing is switched on.
    pub selectors: &'static [&'static str],
}

const PROVIDERS: [Provider; 8] = [
    Provider {
        name: "Microsoft 365",
        servers: &["smtp.office365.com"],
        spf: "spf.protection.outlook.com",
        selectors: &["selector1", "selector2"],
    },
    Provider {
        name: "Google Workspace",
        servers: &["smtp.gmail.com", "smtp-relay.gmail.com"],
        spf: "_spf.google.com",
        selectors: &["google"],
    },
    Provider {
        name: "Gandi",
        servers: &["mail.gandi.net"],
        spf: "_mailcust.gandi.net",
        selectors: &["gm1", "gm2", "gm3"],
    },
    Provider {
        name: "Fastmail",
        servers: &["smtp.fastmail.com"],
        spf: "spf.messagingengine.com",
        selectors: &["fm1", "fm2", "fm3"],
    },
    Provider {
        name: "Proton",
        servers: &["smtp.protonmail.ch"],
        spf: "_spf.protonmail.ch",
        selectors: &["protonmail", "protonmail2", "protonmail3"],
    },
    Provider {
        name: "mailbox.org",
        servers: &["smtp.mailbox.org"],
        spf: "mailbox.org",
        selectors: &["mbo0001", "mbo0002", "mbo0003", "mbo0004"],
    },
    Provider {
        name: "Migadu",
        servers: &["smtp.migadu.com"],
        spf: "spf.migadu.com",
        selectors: &["key1", "key2", "key3"],
    },
    Provider { name: "Infomaniak", servers: &["mail.infomaniak.com"], spf: "spf.infomaniak.ch", selectors: &[] },
];

impl Provider {
    /// The one whose server this is.
    #[must_use]
    pub fn of(server: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.servers.contains(&server))
    }
}
