//! The whole round with real servers: Postfix carries a campaign to people of all kinds and reports what it cannot
//! deliver, Dovecot keeps their mail and answers for who is away, `sync` reads what came back over IMAP, and the
//! follow-up goes to whom it should.
//!
//! `tests/servers/postfix.sh` and `dovecot.sh` start the servers, and say what they make of each name. Each run has a
//! domain of its own under office.example. The clock is not waited for: what happened is moved into the past.

mod people;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use self::people::{answer, header};
use self::server::Dovecot;
use crate::harness::{Campaign, Ran, text};
use crate::postfix::server::Postfix;

const FOLLOW_UP: &str = "+++\n+++\n\nDear {{recipient.name}},\n\nwe wrote to you {{previous.days_ago}} days ago.\n";

/// A campaign to ten people of a domain, the servers between them, and the campaign's own mailbox.
struct Office {
    postfix: Postfix,
    dovecot: Dovecot,
    domain: String,
    campaign: Campaign,
}

const PEOPLE: [&str; 10] =
    ["minister", "away", "gone", "full", "slow", "silent", "registry", "critic", "moved", "secretariat"];

impl Office {
    fn open() -> Option<Self> {
        let (Some(postfix), Some(dovecot)) = (Postfix::running(), Dovecot::running()) else { return None };
        let id = format!("round-{:x}", jiff::Timestamp::now().as_nanosecond());
        let domain = format!("{id}.office.example");
        let rows: Vec<String> = PEOPLE.iter().map(|name| format!("{name},{name}@{domain},{name}\n")).collect();
        let campaign = Campaign::new()
            .file("templates/follow-up.md", FOLLOW_UP)
            .recipients(&format!("id,email,name\n{}", rows.concat()))
            .environment("SSL_CERT_FILE", &postfix.authority)
            .environment("SMTP_PASSWORD", &postfix.password)
            .environment("INBOX_PASSWORD", &dovecot.password);
        let office = Self { postfix, dovecot, domain, campaign };
        office.settings(&id, &format!("imaps://{}@{}", office.user(), office.dovecot.tls), "plain");
        Some(office)
    }

    /// The campaign's account, as it stands in a URL.
    fn user(&self) -> String {
        format!("letters%40{}", self.domain)
    }

    fn settings(&self, id: &str, inbox: &str, auth: &str) {
        let Self { domain, postfix, .. } = self;
        let settings = format!(
            "id = \"{id}\"\nname = \"Keep the delta\"\n[sender]\nfrom = \"Secretariat <letters@{domain}>\"\n\
            reply_to = \"letters+{{token}}@{domain}\"\nbounce_to = \"letters+{{token}}@{domain}\"\n[letter]\ndate = 2027-03-22\n\
            [smtp]\nurl = \"smtps://{}@{}\"\npassword = {{ env = \"SMTP_PASSWORD\" }}\n\
            [inbox]\nurl = \"{inbox}\"\npassword = {{ env = \"INBOX_PASSWORD\" }}\nauth = \"{auth}\"\nfolders = [\"INBOX\", \"Bounces\"]\n\
            [calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n",
            postfix.user, postfix.tls
        );
        self.campaign.write("campaign.toml", settings);
    }

    /// What is in a folder of somebody's, once it is as much as is expected.
    #[track_caller]
    fn arrived(&self, name: &str, folder: &str, expected: usize) -> Vec<String> {
        self.dovecot.arrived(&format!("{name}@{}", self.domain), folder, expected)
    }

    /// Somebody answers the letter that lies in their mailbox.
    fn answers(&self, name: &str, fields: &str, body: &str) {
        let letter = &self.arrived(name, "", 1)[0];
        answer(&self.postfix.plain, &format!("{name}@{}", self.domain), letter, fields, body);
    }

    /// The campaign's mailbox, as another program sees it.
    fn mailbox(&self) -> String {
        self.dovecot.seen(&format!("letters@{}", self.domain), &self.postfix.authority)
    }

    fn sync(&self) -> Vec<Value> {
        let ran = self.campaign.run(&["sync", "--json"]).exits(0);
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn log(&self) -> String {
        self.campaign.run(&["log", "--format", "csv"]).exits(0).stdout
    }

    fn events(&self) -> String {
        self.campaign.run(&["log", "--events"]).exits(0).stdout
    }

    /// A column of the first round, by recipient.
    fn column(&self, name: &str) -> BTreeMap<String, String> {
        let rows = self.campaign.log().into_iter().filter(|row| row["round"] == 0);
        rows.map(|row| (text(&row["recipient"]), text(&row[name]))).collect()
    }

    /// To whom the follow-up was sent.
    fn reminded(&self) -> BTreeSet<String> {
        let rows = self.campaign.log().into_iter().filter(|row| row["round"] == 1 && row["state"] == "accepted");
        rows.map(|row| text(&row["recipient"])).collect()
    }

    /// So many days go by: all that was sent, and the day of whoever returns, are so much longer ago.
    fn days_go_by(&self, days: i64) {
        let ledger = Connection::open(self.campaign.path("logs/ledger.db")).unwrap();
        let sent = "UPDATE delivery SET accepted_at = accepted_at - ?1 * 86400000000 WHERE accepted_at IS NOT NULL";
        assert!(ledger.execute(sent, [days]).unwrap() > 0);
        let back =
            "UPDATE delivery SET returns_on = date(returns_on, '-' || ?1 || ' days') WHERE returns_on IS NOT NULL";
        assert_eq!(ledger.execute(back, [days]).unwrap(), 1);
    }

    /// How many threads and mails a mail program makes of all that lies with somebody and of what they answered.
    fn threads(&self, names: &[&str]) -> (usize, usize) {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("mail");
        std::fs::create_dir(&database).unwrap();
        for (at, name) in names.iter().enumerate() {
            for (number, mail) in self.dovecot.mails(&format!("{name}@{}", self.domain), "").iter().enumerate() {
                std::fs::copy(mail, database.join(format!("{at}-{number}"))).unwrap();
            }
        }
        let settings = folder.path().join("settings");
        let lines = format!("[database]\npath={}\n[user]\nprimary_email=ana@example.org\n", database.display());
        std::fs::write(&settings, lines).unwrap();
        let notmuch = |arguments: &[&str]| {
            let mut command = Command::new("notmuch");
            Ran::new(command.args(arguments).env("NOTMUCH_CONFIG", &settings).output().unwrap()).exits(0).stdout
        };
        notmuch(&["new", "--quiet", "--no-hooks"]);
        let count = |of: &str| notmuch(&["count", &format!("--output={of}"), "*"]).trim().parse().unwrap();
        (count("threads"), count("messages"))
    }
}

#[test]
fn a_copy_of_each_accepted_letter_lies_in_the_sent_folder_once_and_as_it_arrived() {
    let Some(office) = Office::open() else { return };
    let settings = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let wanted = settings.replace("[inbox]\n", "[inbox]\nsent_folder = \"Sent\"\n");
    office.campaign.write("campaign.toml", wanted);
    office.campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");
    let letters = format!("letters@{}", office.domain);
    let filed = office.dovecot.arrived(&letters, "Gesendet", 10);
    let minister = &office.arrived("minister", "", 1)[0];
    let copy = filed.iter().find(|copy| copy.contains(&format!("minister@{}", office.domain))).unwrap();
    assert!(minister.ends_with(copy.as_str()), "what the servers put before it is all that differs");
    assert!(office.dovecot.mails(&letters, "Gesendet").iter().all(|file| file.to_string_lossy().ends_with(":2,S")));
    // What is kept as if nobody knew of the copies is looked for before it is put there again.
    let ledger = Connection::open(office.campaign.path("logs/ledger.db")).unwrap();
    let again = "INSERT INTO unfiled (delivery, message) SELECT id, CAST('once more' AS BLOB) FROM delivery WHERE state = 'accepted'";
    assert_eq!(ledger.execute(again, []).unwrap(), 10, "nothing was left to do");
    drop(ledger);
    office.campaign.run(&["sync"]);
    office.dovecot.arrived(&letters, "Gesendet", 10);
}

#[test]
fn everybody_is_reminded_who_should_be_and_nobody_else_whatever_came_back() {
    let Some(office) = Office::open() else { return };
    let campaign = &office.campaign;
    campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");

    // Postfix reports, Dovecot answers for who is away, and people do what they do.
    let reports = office.arrived("letters", "Bounces", 4);
    office.arrived("letters", "", 1);
    office.answers("minister", "", "Thank you. We agree, and will say so in the Council.");
    office.answers("critic", "", "Please remove me from your mailing list.");
    // What was sent to the secretariat is passed on to a clerk.
    office.answers("clerk", "", "The secretary has read your letter and will answer in person.");
    let registered = "Your letter has been registered under the reference number Ares(2027)1234567.";
    office.answers("registry", "Auto-Submitted: auto-generated\r\n", registered);
    office.arrived("letters", "", 5);

    // They are read over IMAP, which leaves the mailbox as it was.
    let before = office.mailbox();
    assert!(before.contains("Bounces") && before.matches("FLAGS").count() == 9, "{before}");
    let came = office.sync();
    assert_eq!(office.mailbox(), before);
    assert_eq!(came.len(), 9);
    for mail in &came {
        assert_eq!(mail["deliveries"].as_array().unwrap().len(), 1, "{mail}");
    }
    let expected = [
        ("minister", "accepted", "replied", "stopped: replied"),
        ("gone", "bounced", "none", "stopped: bounced"),
        ("full", "bounced", "none", "stopped: bounced"),
        ("slow", "accepted", "none", ""),
        ("silent", "accepted", "none", ""),
        ("registry", "accepted", "acknowledged", ""),
        ("critic", "accepted", "opted-out", "stopped: opted-out"),
        ("moved", "bounced", "none", "stopped: bounced"),
        ("secretariat", "accepted", "replied", "stopped: replied"),
        ("away", "accepted", "auto-reply", ""),
    ];
    let [states, answers, next] = ["state", "answer", "follow_up"].map(|name| office.column(name));
    for (name, state, answer, follow_up) in expected {
        assert_eq!([&states[name], &answers[name]], [state, answer], "{name}");
        let follow_up = if follow_up.is_empty() { "due " } else { follow_up };
        assert!(next[name].starts_with(follow_up), "{name}: {}", next[name]);
    }
    assert!(next["away"] > next["silent"], "{next:?}");
    // Who is unknown, who moved and who asked for it are written to no more; a mailbox may be full only today.
    let status = campaign.run(&["status"]).exits(0).prints("accepted           7").prints("bounced            3");
    let status = status.prints("1 auto-reply, 1 acknowledged, 2 replied, 1 opted-out");
    status.prints("not written to in any campaign: 3 addresses");
    // Where somebody is now is offered as a correction.
    let moved: Vec<String> = came.iter().map(|mail| text(&mail["deliveries"][0]["moved_to"])).collect();
    assert!(moved.contains(&format!("new-address@{}", office.domain)), "{moved:?}");
    let events = office.events();

    // By another way and another login, all of it is there once more and counts no second time.
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let id = settings.lines().next().unwrap().trim_start_matches("id = \"").trim_end_matches('"').to_owned();
    office.settings(&id, &format!("imap://{}@{}", office.user(), office.dovecot.starttls), "login");
    campaign.run(&["sync"]).exits(0).says("0 new mails, 9 counted before");
    assert_eq!(office.events(), events);
    assert_eq!(office.mailbox(), before);

    // Two weeks later, whoever said nothing or had a machine answer is reminded; who is away is not, yet.
    campaign.run(&["follow-up", "--yes"]).exits(0).says("nobody is due today");
    office.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(office.reminded(), BTreeSet::from(["slow", "silent", "registry"].map(str::to_owned)));
    office.arrived("silent", "", 2);
    office.arrived("registry", "", 2);
    for (name, mails) in [("minister", 1), ("away", 1), ("critic", 1), ("clerk", 1), ("full", 0)] {
        office.arrived(name, "", mails);
    }

    // The second letter to the slow one is late, too. Once that was heard, nothing is left to be done.
    office.arrived("letters", "Bounces", 5);
    assert_eq!(office.sync().len(), 1);
    let (log, events) = (office.log(), office.events());
    for _ in 0..2 {
        assert_eq!(office.sync(), [Value::Null; 0]);
        campaign.run(&["follow-up", "--yes"]).exits(0).says("nobody is due today");
        assert_eq!(office.log(), log);
        assert_eq!(office.events(), events);
    }
    office.arrived("silent", "", 2);
    office.arrived("registry", "", 2);

    // Back from the holidays.
    office.days_go_by(10);
    campaign.run(&["follow-up", "--yes"]).exits(0).says("1 letter to send").prints("4 accepted");
    office.arrived("away", "", 2);
    assert!(office.reminded().contains("away"));

    // Letters, reminders and answers: one thread for each.
    let threads = |name: &str| office.threads(&[name]);
    assert_eq!([threads("silent"), threads("registry"), threads("away")], [(1, 2); 3]);
    // All of it together: six letters, three reminders and six answers are six threads.
    office.arrived("letters", "", 6);
    let all = ["minister", "away", "silent", "registry", "critic", "clerk", "letters"];
    assert_eq!(office.threads(&all), (6, 15));

    envelope_ids(&office, &reports);
}

/// Every report of Postfix repeats the envelope id of its letter, and is known by it where neither the address nor the
/// letter is there to tell.
fn envelope_ids(office: &Office, reports: &[String]) {
    let domain = &office.domain;
    let name = |mail: &Value| text(&mail["place"]).rsplit('/').next().unwrap().to_owned();
    let mut expected = BTreeMap::new();
    for report in reports {
        let id = report.lines().find_map(|line| line.strip_prefix("Original-Envelope-Id: ")).unwrap();
        let to = report.lines().find_map(|line| line.strip_prefix("Original-Recipient: rfc822;")).unwrap().trim();
        assert_eq!(header(report, "To"), format!("letters+{id}@{domain}"));
        let recipient = to.split('@').next().unwrap();
        assert!(!id.contains(recipient));
        let (before, after) = report.split_once("Content-Type: text/rfc822-headers").unwrap();
        let kept = after.lines().filter(|line| !line.starts_with("Message-ID:")).collect::<Vec<_>>().join("\n");
        let bare = format!("{before}Content-Type: text/rfc822-headers{kept}\n");
        let bare = bare.replace(&format!("+{id}"), "").replace(to, &format!("somebody@{domain}"));
        assert_eq!(bare.matches(id).count(), 1, "{bare}");
        office.campaign.write(&format!("reports/new/{recipient}"), bare);
        expected.insert(recipient.to_owned(), (recipient.to_owned(), "envelope id".to_owned()));
    }
    let folder = office.campaign.path("reports");
    let ran = office.campaign.run(&["sync", "--json", "--maildir", folder.to_str().unwrap()]).exits(0);
    let came: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |mail: &Value| (text(&mail["deliveries"][0]["recipient"]), text(&mail["deliveries"][0]["by"]));
    assert_eq!(came.iter().map(|mail| (name(mail), of(mail))).collect::<BTreeMap<_, _>>(), expected);
}
