//! A campaign on its way through Postfix, and the comparison of what arrived with the log.

use std::collections::{BTreeMap, BTreeSet};

use super::arrived::Arrived;
use super::server::Postfix;
use crate::harness::{Campaign, Ran, text};

/// A campaign that sends through Postfix, from a domain of its own.
pub struct Post {
    pub campaign: Campaign,
    pub domain: String,
    /// When, in seconds since 1970.
    pub began: i64,
}

impl Post {
    /// The settings say `coalition.example` and `[smtp]` where the domain and the server are to stand.
    pub fn new(postfix: &Postfix, name: &str, smtp: &str, settings: &str) -> Self {
        let now = jiff::Timestamp::now();
        let id = format!("{name}-{:x}", now.as_nanosecond());
        let domain = format!("{id}.coalition.example");
        let settings = settings.replace("coalition.example", &domain);
        let (before, after) = settings.split_once("[smtp]\n").unwrap();
        let after = after.split_once("\n[").map(|(_, rest)| format!("\n[{rest}")).unwrap_or_default();
        let settings = format!("id = \"{id}\"\n{before}[smtp]\n{smtp}{after}");
        let campaign = Campaign::new()
            .file("campaign.toml", settings)
            .environment("SSL_CERT_FILE", &postfix.authority)
            .environment("SMTP_PASSWORD", &postfix.password);
        Self { campaign, domain, began: now.as_second() }
    }

    /// Reads back what arrived and compares it with the log: everything that was accepted is there once for each
    /// address it went to, under the Message-ID of the log, and nobody else got anything.
    #[track_caller]
    pub fn compare(&self, postfix: &Postfix, addressed: &[Addressed]) -> Vec<(Addressed, Arrived)> {
        let accepted: BTreeMap<String, serde_json::Value> = self
            .campaign
            .log()
            .into_iter()
            .filter(|row| row["state"] == "accepted")
            .map(|row| (ascii(&text(&row["email"])), row))
            .collect();
        let to: BTreeSet<&String> = addressed.iter().map(|one| &one.to).collect();
        assert_eq!(accepted.keys().collect::<BTreeSet<_>>(), to);
        let mut expected: Vec<(String, String)> = addressed
            .iter()
            .flat_map(|one| {
                let message_id = text(&accepted[&one.to]["message_id"]);
                one.cc.iter().chain([&one.to]).map(move |address| (address.clone(), message_id.clone()))
            })
            // Postfix refuses this one, and the letter goes to the others.
            .filter(|(address, _)| !address.starts_with("nobody@"))
            .collect();
        let mail = postfix.mail_from(&self.domain, expected.len());
        let mut found: Vec<_> = mail.iter().map(|one| (one.field("delivered_to"), one.field("message_id"))).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);

        let mut compared = Vec::new();
        for one in mail {
            let one_of = |known: &&Addressed| text(&accepted[&known.to]["message_id"]) == one.field("message_id");
            let known = addressed.iter().find(one_of).unwrap();
            assert_eq!(one.read["to"], serde_json::json!([{ "name": known.name, "address": known.to }]));
            let cc: Vec<String> =
                one.read["cc"].as_array().unwrap().iter().map(|copy| text(&copy["address"])).collect();
            assert_eq!(cc, known.cc);
            assert!(text(&one.read["from"][0]["address"]).ends_with(&self.domain));
            assert_eq!(one.field("content_language"), known.language);
            let row = &accepted[&known.to];
            assert_eq!((row["smtp_code"].as_u64(), text(&row["smtp_enhanced"])), (Some(250), "2.0.0".to_owned()));
            let second = |name: &str| text(&row[name]).parse::<jiff::Timestamp>().unwrap().as_second();
            assert!(one.date() <= second("accepted_at"), "{row}");
            assert!(one.date() >= self.began, "{row}");
            compared.push((known.clone(), one));
        }
        compared
    }

    /// Checks that a password is neither in what was said nor in a file, in clear or as a login writes it.
    #[track_caller]
    pub fn nowhere_is(&self, postfix: &Postfix, ran: &Ran, password: &str) {
        let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        for form in [password.to_owned(), encode(password), encode(&format!("\0{}\0{password}", postfix.user))] {
            assert!(!ran.stdout.contains(&form) && !ran.stderr.contains(&form), "{ran:#?}");
            assert_eq!(self.campaign.files_with(&form), [""; 0]);
        }
    }
}

/// Whom a letter went to, and in which language.
#[derive(Debug, Clone)]
pub struct Addressed {
    pub to: String,
    pub name: String,
    pub cc: Vec<String>,
    pub language: &'static str,
    /// What the letter calls them.
    pub salutation: String,
}

/// An address as it goes over the wire.
pub fn ascii(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap();
    format!("{local}@{}", idna::domain_to_ascii(domain).unwrap())
}

/// The rows of a list, by column.
pub fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}
