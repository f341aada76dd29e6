//! What providers let an account send, as they publish it. Where they say no number, that is said too.

use super::unknown::Unknown;

/// A named set of a provider's limits, as it published them.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name in `campaign.toml`.
    pub name: &'static str,
    /// In any minute.
    pub per_minute: Option<u32>,
    /// In any hour.
    pub per_hour: Option<u32>,
    /// In any 24 hours.
    pub per_day: Option<u32>,
    /// Addresses that do not exist: beyond so many, the provider locks the account.
    pub unknown: Unknown,
    /// At once.
    pub connections: u32,
    /// What the server says where a limit is exceeded; `None` where that is not known.
    pub says: Option<&'static str>,
    /// For what else the provider locks an account; `None` where it does not say.
    pub locks: Option<&'static str>,
    /// Where the provider says so; `None` where no page of it was found that speaks of limits. Providers change their
    /// limits without notice: look before you rely on them.
    pub source: Option<&'static str>,
    /// The month in which that was seen.
    pub seen: &'static str,
}

impl Preset {
    /// Whether the provider names a number at all.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.per_minute.is_some() || self.per_hour.is_some() || self.per_day.is_some()
    }
}

/// A provider that names no number, and nothing else.
const NONE: Preset = Preset {
    name: "",
    per_minute: None,
    per_hour: None,
    per_day: None,
    unknown: Unknown { per_hour: None, per_day: None },
    connections: 1,
    says: None,
    locks: None,
    source: None,
    seen: "2026-11",
};

const INFOMANIAK: &str =
    "https://www.infomaniak.com/en/support/faq/2065/understanding-the-24-hour-outgoing-email-limit";
const IONOS: &str = "https://www.ionos.com/help/email/general-topics/what-are-the-mass-mailing-limits/";
const IONOS_SAYS: Option<&str> =
    Some("450-Requested mail action not taken: mailbox unavailable / 450 Mail send limit exceeded.");
const MAIL_CH: &str = "https://mail.ch/en/help/app/messages/daily_send_limit";

/// The providers whose pages were seen. All that name a number count recipients; where a day is named, it is taken for
/// any 24 hours, which is never more than the provider lets through.
pub const PRESETS: [Preset; 29] = [
    Preset {
        name: "microsoft-365",
        per_minute: Some(30),
        per_day: Some(10_000),
        connections: 3,
        says: Some("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"),
        source: Some(
            "https://learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements",
        ),
        ..NONE
    },
    Preset {
        name: "google-workspace",
        per_day: Some(2_000),
        connections: 2,
        says: Some("550 5.4.5 Daily user sending limit exceeded."),
        source: Some("https://support.google.com/a/answer/166852"),
        ..NONE
    },
    Preset {
        name: "gmail",
        per_day: Some(500),
        says: Some("550 5.4.5 Daily user sending limit exceeded."),
        source: Some("https://support.google.com/mail/answer/22839"),
        ..NONE
    },
    Preset { name: "infomaniak", per_day: Some(1_440), source: Some(INFOMANIAK), ..NONE },
    // Infomaniak's free offers.
    Preset { name: "infomaniak-free", per_day: Some(500), source: Some(INFOMANIAK), ..NONE },
    // 200 in five minutes is 40 a minute, and the least that a mailbox is locked for are more than 15 failures an hour.
    Preset {
        name: "easyname",
        per_minute: Some(40),
        per_hour: Some(400),
        per_day: Some(1_500),
        unknown: Unknown { per_hour: Some(15), per_day: Some(60) },
        locks: Some("more than 15 failure notices in an hour, for an hour; more than 60, for a day"),
        source: Some(
            "https://support.easyname.com/hc/en-at/articles/18770074381969-How-many-e-mails-I-can-send-email-limits",
        ),
        ..NONE
    },
    // In the first week of a contract; then 100, after two weeks 400, and after a month 500 an hour.
    Preset {
        name: "ionos-new",
        per_hour: Some(50),
        per_day: Some(1_200),
        says: IONOS_SAYS,
        source: Some(IONOS),
        ..NONE
    },
    Preset { name: "ionos", per_hour: Some(500), per_day: Some(12_000), says: IONOS_SAYS, source: Some(IONOS), ..NONE },
    // Web hosting; it forbids mass mail besides.
    Preset {
        name: "hetzner",
        per_hour: Some(500),
        locks: Some("mass mail and newsletters"),
        source: Some("https://www.hetzner.com/legal/webhosting/"),
        ..NONE
    },
    // 250 recipients in ten minutes are 25 a minute.
    Preset {
        name: "hosting-de",
        per_minute: Some(25),
        source: Some("https://www.hosting.de/helpdesk/produkte/e-mail/versandlimits/"),
        ..NONE
    },
    // Workspace Email.
    Preset {
        name: "godaddy",
        per_day: Some(250),
        says: Some("554 DED : You've reached your daily relay quota"),
        source: Some("https://ch.godaddy.com/help/wie-viele-e-mail-nachrichten-kann-ich-pro-tag-senden-313"),
        ..NONE
    },
    Preset { name: "mail-ch-free", per_day: Some(50), source: Some(MAIL_CH), ..NONE },
    Preset { name: "mail-ch-plus", per_day: Some(500), source: Some(MAIL_CH), ..NONE },
    Preset { name: "mail-ch-pro", per_day: Some(2_500), source: Some(MAIL_CH), ..NONE },
    Preset { name: "mail-ch-power", per_day: Some(5_000), source: Some(MAIL_CH), ..NONE },
    Preset {
        name: "proton-free",
        per_hour: Some(50),
        per_day: Some(150),
        locks: PROTON_LOCKS,
        source: Some(PROTON),
        ..NONE
    },
    // A paid account's limit goes by its reputation.
    Preset { name: "proton", locks: PROTON_LOCKS, source: Some(PROTON), ..NONE },
    // At most 40 recipients in a message.
    Preset {
        name: "gandi",
        locks: Some("mass mail"),
        source: Some("https://docs.gandi.net/en/gandimail/limitations.html"),
        ..NONE
    },
    // It goes by the age of the account and what that sent lately.
    Preset {
        name: "mailbox-org",
        locks: Some("what looks like misuse, for a while"),
        source: Some("https://kb.mailbox.org/de/privat/e-mail/wie-viele-e-mails-kann-ich-versenden"),
        ..NONE
    },
    Preset {
        name: "zoho",
        locks: Some(
            "many messages that cannot be delivered, many messages or recipients in a day: for one to five working days",
        ),
        says: Some("550 5.4.6 Unusual sending activity detected. Please try after sometime"),
        source: Some("https://www.zoho.com/mail/help/usage-policy.html"),
        ..NONE
    },
    // A part of it comes back each hour.
    Preset {
        name: "startmail",
        says: Some("550 5.7.1 Your mail limit has been reached."),
        source: Some("https://support.startmail.com/hc/de/articles/360006737337-Gesendet-empfangen-Limit"),
        ..NONE
    },
    // What makes it lock an account, and when, it says it does not tell.
    Preset {
        name: "ovh",
        locks: Some("too many letters, too many recipients, or what looks like spam; it does not say how many"),
        source: Some(
            "https://docs.ovhcloud.com/en/guides/web-cloud/email-and-collaborative-solutions/troubleshooting/locked-for-spam",
        ),
        ..NONE
    },
    // It goes by the plan, and is counted in messages a day for all mailboxes of an account together.
    Preset { name: "migadu", source: Some("https://www.migadu.com/en/guides/mailbox_pricing.html"), ..NONE },
    // It speaks of fair use; the numbers of a plan were not seen.
    Preset { name: "fastmail", source: Some("https://www.fastmail.com/help/account/limits.html"), ..NONE },
    Preset { name: "strato", ..NONE },
    Preset { name: "posteo", ..NONE },
    Preset { name: "gmx", ..NONE },
    Preset { name: "web-de", ..NONE },
    Preset { name: "riseup", ..NONE },
];

const PROTON: &str = "https://proton.me/support/email-sending-limits";
const PROTON_LOCKS: Option<&str> = Some("spam or what cannot be delivered, for up to 48 hours");

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, in a minute, an hour and a day, failures in an hour and a day, connections, and where it was seen; 0 where
    /// the page names no number.
    type Row = (&'static str, [u32; 3], [u32; 2], u32, &'static str);

    const ROWS: [Row; 29] = [
        ("microsoft-365", [30, 0, 10_000], [0, 0], 3, "learn.microsoft.com"),
        ("google-workspace", [0, 0, 2_000], [0, 0], 2, "support.google.com"),
        ("gmail", [0, 0, 500], [0, 0], 1, "support.google.com"),
        ("infomaniak", [0, 0, 1_440], [0, 0], 1, "www.infomaniak.com"),
        ("infomaniak-free", [0, 0, 500], [0, 0], 1, "www.infomaniak.com"),
        ("easyname", [40, 400, 1_500], [15, 60], 1, "support.easyname.com"),
        ("ionos-new", [0, 50, 1_200], [0, 0], 1, "www.ionos.com"),
        ("ionos", [0, 500, 12_000], [0, 0], 1, "www.ionos.com"),
        ("hetzner", [0, 500, 0], [0, 0], 1, "www.hetzner.com"),
        ("hosting-de", [25, 0, 0], [0, 0], 1, "www.hosting.de"),
        ("godaddy", [0, 0, 250], [0, 0], 1, "ch.godaddy.com"),
        ("mail-ch-free", [0, 0, 50], [0, 0], 1, "mail.ch"),
        ("mail-ch-plus", [0, 0, 500], [0, 0], 1, "mail.ch"),
        ("mail-ch-pro", [0, 0, 2_500], [0, 0], 1, "mail.ch"),
        ("mail-ch-power", [0, 0, 5_000], [0, 0], 1, "mail.ch"),
        ("proton-free", [0, 50, 150], [0, 0], 1, "proton.me"),
        ("proton", [0, 0, 0], [0, 0], 1, "proton.me"),
        ("gandi", [0, 0, 0], [0, 0], 1, "docs.gandi.net"),
        ("mailbox-org", [0, 0, 0], [0, 0], 1, "kb.mailbox.org"),
        ("zoho", [0, 0, 0], [0, 0], 1, "www.zoho.com"),
        ("startmail", [0, 0, 0], [0, 0], 1, "support.startmail.com"),
        ("ovh", [0, 0, 0], [0, 0], 1, "docs.ovhcloud.com"),
        ("migadu", [0, 0, 0], [0, 0], 1, "www.migadu.com"),
        ("fastmail", [0, 0, 0], [0, 0], 1, "www.fastmail.com"),
        ("strato", [0, 0, 0], [0, 0], 1, ""),
        ("posteo", [0, 0, 0], [0, 0], 1, ""),
        ("gmx", [0, 0, 0], [0, 0], 1, ""),
        ("web-de", [0, 0, 0], [0, 0], 1, ""),
        ("riseup", [0, 0, 0], [0, 0], 1, ""),
    ];

    #[test]
    fn every_preset_is_what_its_row_says_number_by_number() {
        for (preset, (name, limits, unknown, connections, host)) in PRESETS.iter().zip(ROWS) {
            assert_eq!(preset.name, name);
            let number = |limit: Option<u32>| limit.unwrap_or(0);
            assert_eq!([preset.per_minute, preset.per_hour, preset.per_day].map(number), limits, "{name}");
            assert_eq!([preset.unknown.per_hour, preset.unknown.per_day].map(number), unknown, "{name}");
            assert_eq!(preset.connections, connections, "{name}");
            match preset.source {
                Some(source) => assert!(source.starts_with(&format!("https://{host}/")), "{name}: {source}"),
                // Where no page was found, no number is known.
                None => assert!(host.is_empty() && !preset.is_published(), "{name}"),
            }
            assert_eq!(preset.seen, "2026-11", "{name}");
            assert_eq!(preset.is_published(), limits != [0, 0, 0], "{name}");
        }
    }

    #[test]
    fn names_are_there_once() {
        let names: std::collections::BTreeSet<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        assert_eq!(names.len(), PRESETS.len());
    }
}
