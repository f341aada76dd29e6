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
    let minimal = include_str!("../../campaign.toml");
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
fn how_signatories_are_printed_is_read_and_checked() {
    let read =
        |lines: &str| load(&format!("{MINIMAL}[signatories]\n{lines}\n")).map(|(campaign, _)| campaign.signatories);
    assert_eq!(read("").unwrap(), RollStyle::default());
    assert_eq!(
        read("heading = false\nignore_articles = false\ncolumns = \"auto\"\nlogos = true").unwrap(),
        RollStyle::default()
    );
    let style = read(
        "heading = { fr = \"Signé par\", EN_gb = \"Signed by\" }\ngroup_by = \"country\"\nignore_articles = true\ncolumns = 2\nlogos = false",
    );
    let style = style.unwrap();
    let own = vec![("en-GB".parse().unwrap(), "Signed by".to_owned()), ("fr".parse().unwrap(), "Signé par".to_owned())];
    assert_eq!(style.heading, Heading::Words { own, place: Place::at("campaign.toml", 5, 11) });
    assert_eq!(style.group_by, Some(("country".to_owned(), Place::at("campaign.toml", 6, 12))));
    assert_eq!((style.sorting, style.logos), (Sorting::BehindArticle, Logos::Hidden));
    assert_eq!(style.columns, RollColumns::Fixed(2));
    for (line, fault) in [
        ("columns = 4", "campaign.toml:5:11: `columns` must be 1, 2, 3 or \"auto\""),
        ("columns = \"two\"", "campaign.toml:5:11: `columns` must be 1, 2, 3 or \"auto\""),
        (
            "heading = \"x\"",
            "campaign.toml:5:11: `heading` must be true, false or a table such as { en = \"Signed by\" }",
        ),
        (
            "heading = { \"in english\" = \"x\" }",
            "campaign.toml:5:13: `heading`: `in english` is not a language tag; write one such as `fr` or `fr-BE`",
        ),
        ("heading = { en = \" \" }", "campaign.toml:5:13: the heading in `en` must be one line of text"),
        ("heading = { en = \"a\\nb\" }", "campaign.toml:5:13: the heading in `en` must be one line of text"),
        ("heading = { en = 1 }", "campaign.toml:5:18: the heading in `en` must be a text in quotes"),
        (
            "group_by = \"\"",
            "campaign.toml:5:12: `group_by = \"\"`: write the name of a column of the signatories list",
        ),
        ("groupby = \"x\"", "campaign.toml:5:1: unknown key `groupby` in [signatories]; did you mean `group_by`?"),
    ] {
        assert_eq!(read(line).unwrap_err().to_string(), fault);
    }
}

#[test]
fn what_shapes_the_block_of_signatories_is_on_the_record() {
    let settings = |lines: &str| load(&format!("{MINIMAL}{lines}\n")).unwrap().0.letter_settings(Round(0));
    let plain = settings("");
    let mut known = vec![plain.clone()];
    for line in [
        "[letter]\nshow = [\"region\"]",
        "[signatories]\nheading = true",
        "[signatories]\nheading = { en = \"Signed by\" }",
        "[signatories]\ngroup_by = \"country\"",
        "[signatories]\nignore_articles = true",
        "[signatories]\ncolumns = 2",
        "[signatories]\nlogos = false",
    ] {
        let changed = settings(line);
        assert!(!known.contains(&changed), "{line}");
        assert_eq!(settings(&format!("# moved\n{line}")), changed);
        known.push(changed);
    }
    assert_eq!(settings("[signatories]\ncolumns = \"auto\"\nlogos = true"), plain);
}

#[test]
fn what_a_round_was_sent_with_can_be_read_again() {
    for lines in [
        "[letter]\ndate = 2024-06-12\nshow = [\"region\"]\nhtml = [\"sub\"]\npdf = \"all\"",
        "[signatories]\nheading = { en = \"Signed \\\"by\\\"\", sr-Latn = \"x\" }\ngroup_by = \"country\"\ncolumns = 2\nlogos = false",
        "[signatories]\nheading = true\nignore_articles = true",
    ] {
        let campaign = load(&format!("name = 'A \"name\"'\n{MINIMAL}{lines}\n")).unwrap().0;
        let record = campaign.letter_settings(Round(0));
        let (again, faults) = load(&record).unwrap_or_else(|faults| panic!("{faults}\n{record}"));
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(again.letter_settings(Round(0)), record);
        assert_eq!((again.name, again.sender), (campaign.name, campaign.sender));
        assert_eq!((again.letter.date, again.letter.html), (campaign.letter.date, campaign.letter.html));
    }
}

#[test]
fn a_pdf_is_set_for_each_round_or_for_all() {
    let follow_up = |pdf: &str| format!("[[follow_up]]\nafter = \"1 days\"\ntemplate = \"f.md\"\n{pdf}\n");
    let rounds = |letter: &str, pdf: &str| {
        let text = format!("{MINIMAL}[letter]\ndate = 2027-03-22\n{letter}\n{}", follow_up(pdf));
        let settings = load(&text).unwrap().0;
        [0, 1].map(|round| settings.pdf(Round(round)).map(|(pdf, _)| *pdf))
    };
    assert_eq!(rounds("pdf = true", ""), [Some(PdfFor::Each), Some(PdfFor::Each)]);
    assert_eq!(rounds("pdf = true", "pdf = false"), [Some(PdfFor::Each), None]);
    assert_eq!(rounds("", "pdf = \"all\""), [None, Some(PdfFor::All)]);
    let files = |own: &str| {
        let text = format!("{MINIMAL}[letter]\nattachments = [\"a.pdf\"]\n{}", follow_up(own));
        let settings = load(&text).unwrap().0;
        [0, 1].map(|round| settings.attachments(Round(round)).iter().map(|(path, _)| path.clone()).collect::<Vec<_>>())
    };
    assert_eq!(files(""), [["a.pdf"], ["a.pdf"]]);
    assert_eq!(files("attachments = []"), [vec!["a.pdf".to_owned()], Vec::new()]);
}

#[test]
fn a_follow_up_that_quotes_needs_the_letters_date() {
    let follow_up = "[[follow_up]]\nafter = \"1 days\"\ntemplate = \"f.md\"\nquote = true\n";
    assert!(
        refused(&format!("{MINIMAL}{follow_up}")).starts_with("campaign.toml:7:9: `quote` needs `date` in [letter]")
    );
    let campaign = load(&format!("{MINIMAL}[letter]\ndate = 2024-06-12\n{follow_up}")).unwrap().0;
    assert_eq!([0, 1, 2].map(|round| campaign.quotes(Round(round))), [false, true, false]);
    let plain =
        load(&format!("{MINIMAL}[letter]\ndate = 2024-06-12\n{}", follow_up.replace("true", "false"))).unwrap().0;
    assert_ne!(campaign.letter_settings(Round(1)), plain.letter_settings(Round(1)));
    assert_eq!(campaign.letter_settings(Round(0)), plain.letter_settings(Round(0)));
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
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for password in ["\"hunter2\"", "{ text = \"hunter2\" }"] {
        let text = format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\npassword = {password}\n");
        let error = refused(&text);
        assert!(!error.contains("hunter2"), "{error}");
    }
    for url in [
        "[smtp]\nurl = \"smtps://u:hunter2@smtp.example.org\"",
        "[inbox]\nurl = \"imaps://u:hunter2@imap.example.org\"",
        "[ledger]\nurl = \"postgres://u:hunter2@db.example.org\"",
    ] {
        assert!(!refused(&format!("{MINIMAL}{url}\n")).contains("hunter2"), "{url}");
    }
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
fn how_spreadsheets_are_read_is_said_under_lists() {
    let lists = |lines: &str| load(&format!("{MINIMAL}[lists]\n{lines}\n")).unwrap().0.lists.format;
    let format = lists("sheet = \"Ministers\"\nhidden_rows = \"skip\"\nmerged_cells = \"first\"");
    assert_eq!(format.sheet, SheetChoice::Named("Ministers".to_owned()));
    assert_eq!((format.hidden_rows, format.merged_cells), (Some(HiddenRows::Skip), MergedCells::First));
    let each = lists("sheet = { recipients = \"Ministers\" }").sheet;
    assert_eq!(each, SheetChoice::Each([("recipients".to_owned(), "Ministers".to_owned())].into()));
    assert_eq!(lists("").hidden_rows, None);
    for (line, said) in [
        ("sheet = { recipient = \"A\" }", "`recipient` is none of the lists; did you mean `recipients`?"),
        ("sheet = \"\"", "it names no sheet"),
        ("hidden_rows = \"show\"", "`hidden_rows` cannot be `show`"),
        ("merged_cells = true", "`merged_cells` must be a text in quotes"),
    ] {
        assert!(refused(&format!("{MINIMAL}[lists]\n{line}\n")).contains(said), "{line}");
    }
}

#[test]
fn a_password_needs_tls_a_user_and_exactly_one_source() {
    let smtp = |lines: &str| format!("{MINIMAL}[smtp]\n{lines}\n");
    let env = "password = { env = \"X\" }";
    assert!(refused(&smtp(&format!("url = \"smtp+plain://127.0.0.1\"\n{env}"))).contains("never takes a password"));
    assert!(refused(&smtp(&format!("url = \"smtps://smtp.example.org\"\n{env}"))).contains("names no user"));
    assert!(refused(&smtp("url = \"smtps://u@smtp.example.org\"")).contains("`password` is missing"));
    let two = "url = \"smtps://u@smtp.example.org\"\npassword = { env = \"X\", keyring = true }";
    assert!(refused(&smtp(two)).contains("exactly one of"));
}

#[test]
fn when_a_follow_up_is_due_is_checked() {
    let follow_up =
        |after: &str| refused(&format!("{MINIMAL}[[follow_up]]\ntemplate = \"t.md\"\nafter = \"{after}\"\n"));
    for after in ["0 days", "two weeks", "10 working", "9999 days"] {
        assert!(
            follow_up(after).contains(&format!("campaign.toml:6:9: `after = \"{after}\"`")),
            "{}",
            follow_up(after)
        );
    }
    assert!(refused(&format!("{MINIMAL}[calendar]\nweekend = \"Mon-Sun\"\n")).contains("a week needs a working day"));
    assert!(refused(&format!("{MINIMAL}[calendar]\ntimezone = \"Mars/Base\"\n")).contains("is not a time zone"));
    let own = refused(&MINIMAL.replace("id = \"c\"", "id = \"c\"\ncontinues = \"c\""));
    assert!(own.contains("campaign.toml:2:13: `continues` names this campaign"), "{own}");
}

#[test]
fn what_the_columns_and_rows_of_a_list_mean_is_read_and_checked() {
    let keys = "columns = { Email = \"E-mail 1 - Value\", name = [\"First Name\", \"Last Name\"] }\nopt_out = [\"Do Not Email\"]\n\
        rows = { end_date = \"\", chamber = [\"upper\", \"lower\"] }\nlanguage_of = { DE = \"de\" }\nsame_address = \"first\"\n";
    let rules = load(&format!("{MINIMAL}[lists]\n{keys}")).unwrap().0.lists.rules;
    let columns: Vec<(&str, Vec<&str>)> = rules
        .columns
        .iter()
        .map(|rule| (rule.known, rule.sources.iter().map(|source| source.column.as_str()).collect()))
        .collect();
    assert_eq!(columns, [("email", vec!["E-mail 1 - Value"]), ("name", vec!["First Name", "Last Name"])]);
    assert_eq!(rules.opt_out[0].column, "Do Not Email");
    let rows: Vec<(&str, &[String])> =
        rules.rows.iter().map(|rule| (rule.column.column.as_str(), rule.values.as_slice())).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|(column, values)| *column == "end_date" && *values == [String::new()]), "{rows:?}");
    assert_eq!((rules.language_of[0].country.as_str(), rules.language_of[0].language.as_str()), ("DE", "de"));
    assert_eq!(rules.shared_address, crate::model::SharedAddress::First);
    let each = load(&format!("{MINIMAL}[lists]\nsame_address = \"each\"\n")).unwrap().0.lists.rules;
    assert_eq!(each.shared_address, crate::model::SharedAddress::Each);
    for (line, why) in [
        ("columns = { mail = \"x\" }", "`mail` is no known column of a recipients list; did you mean `email`?"),
        ("columns = { email = \"\" }", "`email`: write the name of a column"),
        ("columns = \"x\"", "`columns` must be a table"),
        ("rows = { x = [] }", "`x`: write which cells a row must have"),
        ("language_of = { DE = \"German\" }", "`German` is not a language tag; did you mean `de`?"),
        ("opt_out = 3", "`opt_out` must hold texts in quotes"),
    ] {
        let found = refused(&format!("{MINIMAL}[lists]\n{line}\n"));
        assert!(found.contains(why), "{line}: {found}");
    }
}

/// `[smtp]` that signs in, and an `[oauth]` of these lines.
fn signing_in(oauth: &str) -> String {
    format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\nauth = \"oauth\"\n[oauth]\n{oauth}\n")
}

#[test]
fn a_provider_is_known_by_its_name_or_by_its_urls() {
    let load = |oauth: &str| load(&signing_in(oauth)).unwrap().0.oauth.unwrap();
    let microsoft = load("provider = \"microsoft\"\nclient_id = \"1\"\ntenant = \"coalition.example\"");
    let at = "https://login.microsoftonline.com/coalition.example/oauth2/v2.0";
    assert_eq!(microsoft.provider.token_url.as_str(), format!("{at}/token"));
    assert_eq!(microsoft.provider.authorization_url.as_str(), format!("{at}/authorize"));
    assert_eq!(microsoft.provider.device_url.unwrap().as_str(), format!("{at}/devicecode"));
    assert!(
        load("provider = \"microsoft\"\nclient_id = \"1\"").provider.token_url.as_str().contains("/organizations/")
    );
    let google = load("provider = \"google\"\nclient_id = \"1\"\nclient_secret = { env = \"X\" }");
    assert_eq!(google.provider.scopes, ["https://mail.google.com/"]);
    assert!(google.provider.device_url.is_none() && google.client_secret.is_some() && google.key.is_none());
    let own = "provider = { authorization_url = \"https://login.example/a\", token_url = \"https://login.example/t\", \
               scopes = [\"mail\", \"offline_access\"] }\nclient_id = \"1\"\nkey = { file = \"key\" }";
    let own = load(own);
    assert_eq!((own.provider.name.as_str(), own.provider.kind), ("login.example", ProviderKind::Other));
    assert!(own.key.is_some());
}

#[test]
fn a_sign_in_that_could_leak_or_cannot_be_is_refused() {
    let own = |token: &str| {
        format!(
            "provider = {{ authorization_url = \"https://login.example/a\", token_url = \"{token}\", scopes = [\"m\"] }}\nclient_id = \"1\""
        )
    };
    for (oauth, why) in [
        ("client_id = \"1\"".to_owned(), "`provider` is missing in [oauth]"),
        ("provider = \"microsoft\"".to_owned(), "`client_id` is missing in [oauth]"),
        ("provider = \"gogle\"\nclient_id = \"1\"".to_owned(), "did you mean `google`?"),
        (
            "provider = \"google\"\nclient_id = \"1\"\nclient_secret = \"hunter2\"".to_owned(),
            "a secret is never written",
        ),
        (
            "provider = \"google\"\nclient_id = \"1\"\ntenant = \"a.example\"".to_owned(),
            "`provider = \"microsoft\"` alone",
        ),
        ("provider = \"microsoft\"\nclient_id = \"1\"\ntenant = \"a/../b\"".to_owned(), "the organisation's domain"),
        ("provider = \"google\"\nclient_id = \"1\"\nkey = { keyring = true }".to_owned(), "leave `key` out"),
        ("provider = { scopes = [] }\nclient_id = \"1\"".to_owned(), "`token_url` is missing in `provider`"),
        (own("http://login.example/t"), "must begin with `https://`"),
        (own("http://127.0.0.1/t"), "must begin with `https://`"),
        (own("https://a:hunter2@login.example/t"), "more than host, port, path and query"),
    ] {
        let said = refused(&signing_in(&oauth));
        assert!(said.contains(why), "{oauth}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let smtp =
        |lines: &str| format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\nauth = \"oauth\"\n{lines}\n");
    assert!(refused(&smtp("")).contains("`auth = \"oauth\"` needs `[oauth]`"));
    let both = "password = { env = \"X\" }\n[oauth]\nprovider = \"google\"\nclient_id = \"1\"";
    assert!(refused(&smtp(both)).contains("`undersigned login` signs in; take it out"));
    let nobody = "[oauth]\nprovider = \"google\"\nclient_id = \"1\"\n";
    let (_, faults) = load(&format!("{MINIMAL}{nobody}")).unwrap();
    assert!(faults.to_string().contains("nobody signs in by [oauth]"), "{faults}");
}

#[test]
fn a_preset_without_a_number_says_that_nothing_is_limited_until_somebody_limits_it() {
    let warned = |pace: &str| load(&format!("{MINIMAL}[pace]\npreset = \"gandi\"\n{pace}")).unwrap().1.to_string();
    assert!(warned("").contains("`gandi` publishes no number: nothing limits this run"), "{}", warned(""));
    assert!(!warned("per_hour = 100\n").contains("publishes no number"));
}
