mod lists;
mod rounds;
mod sign_in;

use super::*;
use crate::model::{Heading, HiddenRows, Logos, MergedCells, RollColumns, Round, SheetChoice, Sorting};

const MINIMAL: &str = "id = \"c\"\n[sender]\nfrom = \"Ana <ana@example.org>\"\n";

fn load(text: &str) -> Result<(Settings, Faults), Faults> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("campaign.toml"), text).unwrap();
    Settings::load(&Workspace::open(folder.path()).unwrap(), "campaign.toml")
}

fn refused(text: &str) -> String {
    load(text).expect_err(text).to_string()
}

/// Everything that can stand in the file.
const WHOLE: &str = r#"
id   = "2024-06-dialogue"
name = "Suspend the dialogue"
continues = "2023-02-dialogue"

[sender]
from      = "Joint Letter Secretariat <letters@coalition.example>"
reply_to  = "replies+{token}@coalition.example"
bounce_to = "bounces+{token}@coalition.example"

[letter]
template    = "templates/letter.md"
date        = 2024-06-12
language    = "en"
attachments = ["files/annex.pdf"]
pdf         = false
html        = ["sub", "<sup>"]

[lists]
recipients   = "lists/recipients.csv"
signatories  = "lists/signatories.csv"
suppressions = "lists/suppressions.csv"

[smtp]
url      = "smtps://letters@smtp.coalition.example"
password = { command = ["pass", "show", "coalition/smtp"] }
auth     = "auto"
timeout  = "10m"

[pace]
per_second = 5
per_minute = 30
per_hour   = 1000
per_day    = 10000
per_domain_per_minute = 10
connections = 2
counts     = "recipients"
hours      = "Mon-Fri 09:00-17:30 Europe/Brussels"
not_before = "2026-12-01 09:00 Europe/Brussels"
preset     = "microsoft-365"

[retry]
first_after   = "15m"
give_up_after = "4d"

[calendar]
holidays = "lists/holidays.csv"
weekend  = "Fri-Sat"
timezone = "Europe/Brussels"

[[follow_up]]
after    = "10 working days"
template = "templates/follow-up-1.md"

[inbox]
url      = "imaps://replies@imap.coalition.example/INBOX"
password = { env = "INBOX_PASSWORD" }

[ledger]
url = "sqlite:logs/ledger.db"
"#;

#[test]
fn every_key_is_read() {
    let (campaign, faults) = load(WHOLE).unwrap();
    assert!(faults.is_empty(), "{faults}");
    assert_eq!(campaign.letter.date, Some(jiff::civil::date(2024, 6, 12)));
    assert_eq!(campaign.letter.html.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["sub", "sup"]);
    assert!(campaign.letter_settings(Round(0)).contains("html = [\"sub\", \"sup\"]\n"));
    let account = |user: &str| {
        let text = WHOLE.replace("//letters@smtp.coalition.example", &format!("//{user}@smtp.coalition.example"));
        load(&text).unwrap().0.smtp.unwrap().account()
    };
    assert_eq!(account("letters"), "letters@smtp.coalition.example");
    // An address logs in to one account, by whatever name its server is called.
    assert_eq!(account("Letters%40coalition.example"), "letters@coalition.example");
    assert_eq!(campaign.pace.windows().overall.len(), 4);
    assert_eq!(campaign.pace.connections, 2);
    let [follow_up] = &campaign.follow_ups[..] else { panic!("{:?}", campaign.follow_ups) };
    assert_eq!(follow_up.after, After::WorkingDays(10));
    assert_eq!(campaign.calendar.holidays.as_deref(), Some("lists/holidays.csv"));
    assert_eq!(campaign.calendar.weekend, "Fri,Sat".parse().unwrap());
    assert_eq!(campaign.calendar.zone, Some(jiff::tz::TimeZone::get("Europe/Brussels").unwrap()));
    assert_eq!(campaign.continues.unwrap().as_str(), "2023-02-dialogue");
    assert_eq!(campaign.ledger, LedgerSpec::File("logs/ledger.db".to_owned()));
}

#[test]
fn a_short_file_is_filled_up_with_sensible_defaults() {
    let (campaign, _) = load(MINIMAL).unwrap();
    assert_eq!(campaign.name, "c");
    assert_eq!(campaign.letter.template, "templates/letter.md");
    assert_eq!(campaign.lists.recipients, "lists/recipients.csv");
    assert_eq!(campaign.lists.suppressions, None);
    assert_eq!(campaign.smtp, None);
    assert!(campaign.pace.windows().is_empty());
}

#[test]
fn html_that_no_letter_may_have_cannot_be_allowed() {
    assert_eq!(
        refused(&format!("{MINIMAL}[letter]\nhtml = [\"sub\", \"script\", \"spam\"]\n")),
        "campaign.toml:5:16: `html`: `script`: it is no element that a letter may have; known are `abbr`, `bdi`, `br`, `cite`, `dfn`, `kbd`, `mark`, `small`, `span`, `sub`, `sup`, `u`\n\
         campaign.toml:5:26: `html`: `spam`: it is no element that a letter may have; did you mean `span`?"
    );
}

#[test]
fn a_preset_stands_below_the_keys() {
    let (campaign, _) = load(&format!("{MINIMAL}[pace]\npreset = \"microsoft-365\"\nper_minute = 10\n")).unwrap();
    assert_eq!(
        (campaign.pace.per_minute, campaign.pace.per_day, campaign.pace.connections),
        (Some(10), Some(10_000), 3)
    );
}

#[test]
fn when_a_run_stops_by_itself_has_defaults_and_is_checked() {
    let pace = |lines: &str| load(&format!("{MINIMAL}[pace]\n{lines}\n")).map(|(campaign, _)| campaign.pace.stop_after);
    assert_eq!(pace("").unwrap(), StopAfter { refusals: 5, in_doubt: 5, unreachable: 6 });
    let lines = "stop_after_refusals = 3\nstop_after_in_doubt = 1\nstop_after_unreachable = 20";
    assert_eq!(pace(lines).unwrap(), StopAfter { refusals: 3, in_doubt: 1, unreachable: 20 });
    for (line, fault) in [
        ("stop_after_refusals = 0", "campaign.toml:5:23: `stop_after_refusals` must be between 1 and 1000"),
        (
            "stop_after_in_doubt = \"never\"",
            "campaign.toml:5:23: `stop_after_in_doubt` must be a whole number, not a text",
        ),
        (
            "stop_after_refusal = 3",
            "campaign.toml:5:1: unknown key `stop_after_refusal` in [pace]; did you mean `stop_after_refusals`?",
        ),
    ] {
        assert_eq!(pace(line).unwrap_err().to_string(), fault);
    }
}

#[test]
fn outcomes_are_waited_for_where_one_wants_it() {
    let minimal = include_str!("../../../campaign.toml");
    let outcomes = |lines: &str| load(&format!("{minimal}\n{lines}")).unwrap().0.outcomes;
    assert_eq!(outcomes(""), Outcomes::Queued);
    assert_eq!(outcomes("[ledger]\nwait_for_outcomes = true\n"), Outcomes::Awaited);
}

#[test]
fn how_long_is_kept_what_nobody_needs_is_read_and_checked() {
    let read = |line: &str| load(&format!("{MINIMAL}[ledger]\n{line}\n")).map(|(settings, _)| settings.retention);
    assert_eq!(read("").unwrap(), Retention::default(), "everything is kept");
    let both = read("retention = { strangers = \"90d\", campaigns = \"2y\" }").unwrap();
    let said = |kept: Option<KeptFor>| kept.map(|kept| kept.to_string());
    assert_eq!((said(both.strangers), said(both.campaigns)), (Some("90 days".to_owned()), Some("2 years".to_owned())));
    assert_eq!(read("retention = { campaigns = \"6 months\" }").unwrap().strangers, None);
    for (line, fault) in [
        ("retention = \"90d\"", "campaign.toml:5:13: `retention` must be a table, not a text"),
        (
            "retention = {}",
            "campaign.toml:5:13: `retention` says of nothing how long it is kept; write `strangers = \"90d\"`, `campaigns = \"2y\"`, or both",
        ),
        (
            "retention = { strangers = \"90d\", campaign = \"2y\" }",
            "campaign.toml:5:34: unknown key `campaign` in `retention`; did you mean `campaigns`?",
        ),
        (
            "retention = { strangers = \"0d\" }",
            "campaign.toml:5:27: `strangers = \"0d\"`: it is too short: 1d are the least",
        ),
        (
            "retention = { campaigns = \"29d\" }",
            "campaign.toml:5:27: `campaigns = \"29d\"`: it is too short: 30d are the least",
        ),
        (
            "retention = { campaigns = \"6m\" }",
            "campaign.toml:5:27: `campaigns = \"6m\"`: it is counted in whole days; write it as `90d`, `6 months` or `2y`",
        ),
        ("retention = { campaigns = 2 }", "campaign.toml:5:27: `campaigns` must be a text in quotes, not a number"),
    ] {
        assert_eq!(read(line).unwrap_err().to_string(), fault);
    }
}

#[test]
fn an_unknown_key_is_an_error_that_names_the_nearest() {
    assert_eq!(
        refused(&format!("{MINIMAL}\n[pace]\nper_secnd = 5\n")),
        "campaign.toml:6:1: unknown key `per_secnd` in [pace]; did you mean `per_second`?"
    );
    assert!(refused(&format!("{MINIMAL}[smpt]\nurl = \"x\"\n")).contains("unknown key `smpt`; did you mean `smtp`?"));
    assert!(refused("zzz = 1\n[sender]\nfrom = \"a@example.org\"\n").contains("unknown key `zzz`; the known ones are"));
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_their_places() {
    let text = "id = \"a b\"\n[sender]\nfrom = \"ana@\"\n[pace]\nper_day = 0\nhours = \"always\"\n[retry]\nfirst_after = \"soon\"\n";
    let faults = load(text).unwrap_err();
    let places: Vec<String> = faults.iter().map(|fault| fault.place.to_string()).collect();
    assert_eq!(
        places,
        ["campaign.toml:1:6", "campaign.toml:3:8", "campaign.toml:5:11", "campaign.toml:6:9", "campaign.toml:8:15"]
    );
}

#[test]
fn a_missing_key_and_broken_toml_have_their_place() {
    assert!(refused("name = \"x\"\n[sender]\nfrom = \"a@example.org\"\n").contains("`id` is missing at the top"));
    assert!(refused("id = \"c\"\n[sender]\n").contains("campaign.toml:2:1: `from` is missing in [sender]"));
    assert!(refused("id = \"c\n").starts_with("campaign.toml:1:"));
}

#[test]
fn no_path_but_the_ledgers_leaves_the_workspace() {
    for line in [
        "[letter]\ntemplate = \"../letter.md\"",
        "[letter]\nattachments = [\"/etc/passwd\"]",
        "[lists]\nrecipients = \"../../lists.csv\"",
    ] {
        assert!(refused(&format!("{MINIMAL}{line}\n")).contains("outside the workspace"), "{line}");
    }
    // The ledger may: campaigns in several folders share one.
    for (url, path) in [
        ("sqlite:/srv/ledger.db", "/srv/ledger.db"),
        ("sqlite:///srv/ledger.db", "/srv/ledger.db"),
        ("sqlite:../ledger.db", "../ledger.db"),
        ("sqlite://logs/ledger.db", "logs/ledger.db"),
    ] {
        let ledger = load(&format!("{MINIMAL}[ledger]\nurl = \"{url}\"\n")).unwrap().0.ledger;
        assert_eq!(ledger, LedgerSpec::File(path.to_owned()));
    }
}

#[test]
fn a_preset_without_a_number_says_that_nothing_is_limited_until_somebody_limits_it() {
    let warned = |pace: &str| load(&format!("{MINIMAL}[pace]\npreset = \"gandi\"\n{pace}")).unwrap().1.to_string();
    assert!(warned("").contains("`gandi` publishes no number: nothing limits this run"), "{}", warned(""));
    assert!(!warned("per_hour = 100\n").contains("publishes no number"));
}
