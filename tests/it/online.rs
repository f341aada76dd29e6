//! `check --online`, with a real server of names on loopback (NSD), the sandbox's SMTP and a scripted IMAP server.

mod https;
mod names;

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use self::https::Https;
use self::names::Names;
use crate::harness::{Campaign, Ran, text};
use crate::imap::server::ImapServer;
use crate::office::{Authority, SECRET};

/// Names that all is well with.
const SOUND: &str = "\
example.org. MX 10 mx.example.org.\n\
coalition.example. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
_dmarc.coalition.example. TXT \"v=DMARC1; p=quarantine\"\n";

/// The key that signs, and its other half. Made for this test.
const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq";

fn checked(campaign: &Campaign, names: &Names) -> Ran {
    let mut command = campaign.command(&["check", "--online", "--json"]);
    Ran::new(command.env("UNDERSIGNED_DNS", names.address()).output().unwrap())
}

/// What was found: severity, about, message, who.
fn found(ran: &Ran) -> Vec<[String; 4]> {
    let all: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let online = all["online"].as_array().unwrap();
    online.iter().map(|one| ["severity", "about", "message", "who"].map(|key| text(&one[key]))).collect()
}

#[track_caller]
fn has(found: &[[String; 4]], [severity, about, message, who]: [&str; 4]) {
    let is_it = |one: &&[String; 4]| one[0] == severity && one[1] == about && one[2].contains(message) && one[3] == who;
    assert!(found.iter().any(|one| is_it(&one)), "{severity} {about} {message} {who} is not in {found:#?}");
}

#[test]
fn where_nothing_is_wrong_that_is_said_and_nothing_is_sent() {
    let Some(names) = Names::with(SOUND) else { return };
    let campaign = Campaign::new().server([]);
    let ran = checked(&campaign, &names).exits(0);
    let found = found(&ran);
    assert!(found.iter().all(|one| one[0] != "error"), "{found:#?}");
    has(&found, ["fine", "recipients", "mail goes somewhere at 1 domain", "nobody"]);
    has(&found, ["fine", "coalition.example", "an SPF record", "nobody"]);
    has(&found, ["fine", "coalition.example", "`p=quarantine`", "nobody"]);
    has(&found, ["fine", "[smtp]", "letters from `letters@coalition.example` are accepted", "nobody"]);
    assert_eq!(campaign.received().len(), 0);
    let ran = campaign.command(&["check", "--online"]).env("UNDERSIGNED_DNS", names.address()).output().unwrap();
    let ran = Ran::new(ran).exits(0);
    ran.prints("fine: coalition.example: an SPF record");
}

#[test]
fn each_way_in_which_mail_goes_nowhere_is_named_with_its_row() {
    let names = format!(
        "{SOUND}null.example. MX 0 .\nnowhere.example. TXT \"hello\"\nitself.example. A 192.0.2.7\nexmaple.org. MX 10 mx.elsewhere.example.\n"
    );
    let Some(names) = Names::with(&names) else { return };
    let campaign = Campaign::new()
        .recipients(
            "email,name\nana@example.org,A\nbo@example.org,B\ncy@example.org,C\nd@null.example,D\ne@nowhere.example,E\n\
            f@itself.example,F\ng@missing.example,G\nh@exmaple.org,H\ni@exampel.org,I\n",
        )
        .server([]);
    let found = found(&checked(&campaign, &names).exits(2));
    has(&found, ["error", "null.example", "takes no mail", "coordinator"]);
    has(&found, ["error", "nowhere.example", "no mail server", "coordinator"]);
    has(&found, ["warning", "itself.example", "names no mail server", "coordinator"]);
    has(&found, ["error", "missing.example", "no such domain", "coordinator"]);
    has(&found, ["warning", "exmaple.org", "looks like a slip", "coordinator"]);
    has(&found, ["error", "exampel.org", "no such domain", "coordinator"]);
    let said = checked(&campaign, &names).stdout;
    assert!(said.contains("is `example.org` meant? Mend the list (lists/recipients.csv:10:1 of 1 address)"), "{said}");
}

#[test]
fn what_the_senders_domain_lacks_is_said_with_the_record_that_mends_it() {
    let Some(names) = Names::with("example.org. MX 10 mx.example.org.\n") else { return };
    let campaign = Campaign::new().server([]);
    let bare = found(&checked(&campaign, &names).exits(2));
    has(&bare, ["error", "coalition.example", "no SPF record", "domain"]);
    has(&bare, ["warning", "coalition.example", "no DMARC record", "domain"]);
    has(&bare, ["warning", "coalition.example", "cannot be known from here", "coordinator"]);
    let twice = "coalition.example. TXT \"v=spf1 -all\"\ncoalition.example. TXT \"v=spf1 +all\"\n_dmarc.coalition.example. TXT \"v=DMARC1; p=reject; aspf=s\"\nexample.org. MX 10 mx.example.org.\n";
    let Some(names) = Names::with(twice) else { return };
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let elsewhere = settings.replace("[letter]", "bounce_to = \"b@bounces.coalition.example\"\n[letter]");
    has(&found(&checked(&campaign, &names).exits(2)), ["error", "coalition.example", "2 SPF records", "domain"]);
    campaign.write("campaign.toml", elsewhere);
    has(
        &found(&checked(&campaign, &names)),
        ["warning", "coalition.example", "reports go to `bounces.coalition.example`", "coordinator"],
    );
}

#[test]
fn the_key_that_signs_is_compared_with_the_one_in_dns() {
    let campaign = Campaign::new().server([]).environment("DKIM_KEY", KEY);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let signs = "[sender.dkim]\nselector = \"s1\"\nkey = { env = \"DKIM_KEY\" }\n[letter]";
    campaign.write("campaign.toml", settings.replace("[letter]", signs));
    let Some(names) = Names::with(SOUND) else { return };
    let none = checked(&campaign, &names).exits(2);
    has(
        &found(&none),
        ["error", "coalition.example", "no key is published at `s1._domainkey.coalition.example`", "domain"],
    );
    let record = none.stdout.split("v=DKIM1; k=ed25519; p=").nth(1).unwrap().split('`').next().unwrap().to_owned();
    let publish = |key: &str| format!("{SOUND}s1._domainkey.coalition.example. TXT \"v=DKIM1; k=ed25519; p={key}\"\n");
    let Some(names) = Names::with(&publish(&record)) else { return };
    has(
        &found(&checked(&campaign, &names).exits(0)),
        ["fine", "coalition.example", "the key of [sender.dkim] is published", "nobody"],
    );
    let Some(names) = Names::with(&publish("MCowBQYDK2VwAyEA")) else { return };
    has(&found(&checked(&campaign, &names).exits(2)), ["error", "coalition.example", "another key", "domain"]);
}

#[test]
fn a_server_that_refuses_the_sender_and_an_inbox_without_its_folders_are_found() {
    let Some(names) = Names::with(SOUND) else { return };
    let authority = Authority::new();
    let server = ImapServer::start(Encryption::Implicit(authority.server("localhost", 2999)), "AUTH=PLAIN");
    server.folder("Gesendet", 1);
    server.is_for_sent("Gesendet");
    let inbox = format!(
        "[inbox]\nurl = \"imaps://letters%40coalition.example@localhost:{}\"\npassword = {{ env = \"INBOX_PASSWORD\" }}\n\
        folders = [\"INBOX\", \"Answers\"]\nsent_folder = \"Sent\"\n",
        server.port()
    );
    let refuses =
        Fault::always(When::Always, At::Mail, Act::Reply("550 5.7.60 not allowed to send as this sender".into()));
    let campaign = Campaign::new().settings(&inbox).file("authority.pem", authority.pem()).server([refuses]);
    let trusted = campaign.path("authority.pem").into_os_string().into_string().unwrap();
    let campaign = campaign.environment("SSL_CERT_FILE", trusted).environment("INBOX_PASSWORD", SECRET);
    let all = found(&checked(&campaign, &names).exits(2));
    has(&all, ["error", "[smtp]", "refuses letters from `letters@coalition.example`", "coordinator"]);
    has(&all, ["error", "[inbox]", "the folder `Answers`", "coordinator"]);
    has(&all, ["fine", "[inbox]", "the server calls it `Gesendet`", "nobody"]);
    assert!(!server.heard().iter().any(|heard| heard.line.contains("APPEND") || heard.line.contains("SELECT")));
}

#[test]
fn a_workspace_begins_with_the_servers_that_the_domain_names_or_its_provider_has() {
    let names = "\
        _submissions._tcp.coalition.example. SRV 0 1 465 smtp.coalition.example.\n\
        _submission._tcp.coalition.example. SRV 0 1 587 smtp.coalition.example.\n\
        _imaps._tcp.coalition.example. SRV 10 1 9930 b.coalition.example.\n\
        _imaps._tcp.coalition.example. SRV 5 1 9931 a.coalition.example.\n\
        tenant.example. MX 0 tenant-example.mail.protection.outlook.com.\n\
        silent.example. A 192.0.2.1\n";
    let Some(names) = Names::with(names) else { return };
    let begun = |address: &str| {
        let campaign = Campaign::new();
        let mut command = campaign.command(&["init", "fresh", "--account", address]);
        let ran = Ran::new(command.env("UNDERSIGNED_DNS", names.address()).output().unwrap());
        (ran, std::fs::read_to_string(campaign.path("fresh/campaign.toml")).ok(), campaign)
    };
    let (ran, settings, campaign) = begun("letters@coalition.example");
    ran.exits(0).says("as `coalition.example` says in DNS");
    let settings = settings.unwrap();
    assert!(settings.contains("from = \"letters@coalition.example\"\n"), "{settings}");
    assert!(settings.contains("url = \"smtps://letters%40coalition.example@smtp.coalition.example\"\n"), "{settings}");
    assert!(
        settings.contains("url = \"imaps://letters%40coalition.example@a.coalition.example:9931/INBOX\"\n"),
        "{settings}"
    );
    let checked = campaign.command_in(&campaign.path("fresh"), &["check"]).output().unwrap();
    Ran::new(checked).exits(0);

    let (ran, settings, campaign) = begun("letters@tenant.example");
    ran.exits(0).says("Microsoft 365 has it");
    let settings = settings.unwrap();
    assert!(
        settings.contains("smtp://letters%40tenant.example@smtp.office365.com\"\nauth = \"oauth\"\n"),
        "{settings}"
    );
    assert!(settings.contains("preset = \"microsoft-365\"\n") && !settings.contains("\nper_hour"), "{settings}");
    assert!(
        settings.contains("[oauth]\nprovider = \"microsoft\"\n") && !settings.contains("The password"),
        "{settings}"
    );
    let in_it =
        |arguments: &[&str]| Ran::new(campaign.command_in(&campaign.path("fresh"), arguments).output().unwrap());
    in_it(&["check"]).exits(0).says("stands for the id of the application that your organisation registered");
    in_it(&["login"]).exits(2).says("`client_id` in [oauth] is to be that of the application");

    // Where the provider names no limit, there is one all the same.
    let (ran, settings, _campaign) = begun("letters@posteo.de");
    ran.exits(0).says("Posteo has it");
    let settings = settings.unwrap();
    assert!(settings.contains("preset = \"posteo\"\nper_hour = 1000\n"), "{settings}");

    // What is not known is said, and nothing is written.
    let (ran, settings, _campaign) = begun("letters@silent.example");
    ran.exits(2).says("`silent.example` does not say which servers it has");
    assert_eq!(settings, None);
}

/// What a domain says to mail programs of its servers.
fn configuration(smtp: &str, imap: &str) -> String {
    let server = |side: &str, kind: &str, host: &str, port: u16| {
        format!(
            "<{side}Server type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port><socketType>SSL</socketType>\
            <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></{side}Server>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"x\">{}{}</emailProvider></clientConfig>",
        server("incoming", "imap", imap, 993),
        server("outgoing", "smtp", smtp, 465)
    )
}

#[test]
fn a_workspace_begins_with_what_the_domain_says_to_mail_programs_and_nobody_else_is_asked_unless_somebody_says_so() {
    let Some(names) = Names::with(
        "autoconfig.first.example. A 127.0.0.1\nsecond.example. A 127.0.0.1\nthird.example. A 127.0.0.1\n\
        autoconfig.thunderbird.net. A 127.0.0.1\nautoconfig.other.example. A 127.0.0.1\n",
    ) else {
        return;
    };
    let authority = Authority::new();
    let known = ["autoconfig.first.example", "second.example", "third.example", "autoconfig.thunderbird.net"];
    let https = Https::with(
        authority.server_of(&known),
        &[
            (
                "autoconfig.first.example/mail/config-v1.1.xml",
                configuration("smtp.first.example", "imap.first.example"),
            ),
            (
                "second.example/.well-known/autoconfig/mail/config-v1.1.xml",
                configuration("smtp.gmail.com", "imap.gmail.com"),
            ),
            (
                "autoconfig.thunderbird.net/v1.1/third.example",
                configuration("smtp.third.example", "imap.third.example"),
            ),
            (
                "autoconfig.other.example/mail/config-v1.1.xml",
                configuration("smtp.other.example", "imap.other.example"),
            ),
        ],
    );
    let begun = |arguments: &[&str]| {
        let campaign = Campaign::new().file("authority.pem", authority.pem());
        let mut command = campaign.command(&[&["init", "fresh", "--account"], arguments].concat());
        command.env("UNDERSIGNED_DNS", names.address()).env("UNDERSIGNED_HTTPS_PORT", https.port());
        let ran = Ran::new(command.env("SSL_CERT_FILE", campaign.path("authority.pem")).output().unwrap());
        (ran, std::fs::read_to_string(campaign.path("fresh/campaign.toml")).unwrap_or_default())
    };
    let (ran, settings) = begun(&["letters@first.example"]);
    ran.exits(0).says("as `first.example` says to mail programs");
    assert!(settings.contains("url = \"smtps://letters%40first.example@smtp.first.example\"\n"), "{settings}");
    assert!(settings.contains("url = \"imaps://letters%40first.example@imap.first.example/INBOX\"\n"), "{settings}");

    // A provider that is known by its server has its limits and its way of signing in.
    let (ran, settings) = begun(&["letters@second.example"]);
    ran.exits(0).says("as `second.example` says to mail programs");
    assert!(settings.contains("preset = \"gmail\"") && settings.contains("auth = \"oauth\""), "{settings}");
    assert!(settings.contains("client_secret = { keyring = true }\n"), "{settings}");

    let (ran, settings) = begun(&["letters@third.example"]);
    ran.exits(2).says("`third.example` does not say which servers it has").says("`--lookup` asks");
    assert_eq!(settings, "");
    assert!(!https.asked().iter().any(|asked| asked.contains("thunderbird")), "{:?}", https.asked());

    let (ran, settings) = begun(&["letters@third.example", "--lookup"]);
    ran.exits(0).says("`autoconfig.thunderbird.net` has it");
    assert!(settings.contains("@smtp.third.example\"\n"), "{settings}");
    let asked = https.asked();
    assert_eq!(asked.last().unwrap(), "autoconfig.thunderbird.net/v1.1/third.example", "no more than the domain");
    begun(&["letters@silent.example", "--lookup"]).0.exits(2).says("does not know it either");

    // Whose certificate is another's is not believed.
    begun(&["letters@other.example"]).0.exits(2).says("`other.example` does not say");
    begun(&["not an address"]).0.exits(2);
}
