//! The inbox on an IMAP server that does what it should not: what was read is recorded, nothing counts twice, and the
//! next run goes on.

mod folders;
mod sent_folder;
pub mod server;
mod withheld;

use undersigned::transport::sandbox::Encryption;

use self::server::{Act, ImapServer};
use crate::harness::{Campaign, Ran, text};
use crate::mails::{answer, letter, report};
use crate::office::{Authority, SECRET, ways};
use crate::sync::{did, lines, sent};

const US: &str = "letters@coalition.example";

/// A campaign whose letters were sent, and whose inbox is on a server.
pub struct Office {
    pub campaign: Campaign,
    pub server: ImapServer,
}

impl Office {
    fn open() -> Self {
        let authority = Authority::new();
        let encryption = Encryption::Implicit(authority.server("localhost", 2999));
        Self::with(&authority, encryption, "AUTH=PLAIN", "")
    }

    /// `settings` are more of `[inbox]`.
    pub fn with(authority: &Authority, encryption: Encryption, mechanisms: &str, settings: &str) -> Self {
        let scheme = if matches!(encryption, Encryption::Implicit(_)) { "imaps" } else { "imap" };
        let server = ImapServer::start(encryption, mechanisms);
        let campaign = sent("").file("authority.pem", authority.pem());
        let trusted = campaign.path("authority.pem").into_os_string().into_string().unwrap();
        let campaign = campaign.environment("SSL_CERT_FILE", trusted).environment("INBOX_PASSWORD", SECRET);
        let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
        let inbox = format!(
            "[inbox]\nurl = \"{scheme}://letters%40coalition.example@localhost:{}\"\npassword = {{ env = \"INBOX_PASSWORD\" }}\n{settings}",
            server.port()
        );
        campaign.write("campaign.toml", format!("{config}\n{inbox}\n"));
        Self { campaign, server }
    }

    /// A report of failure on the letter to ana.
    fn failure(&self) -> String {
        let ana = letter(&self.campaign, "ana@example.org");
        report(US, "ana@example.org", "failed", "5.1.1", Some(&ana.id))
    }

    /// An answer of bo.
    fn answer(&self) -> String {
        let bo = letter(&self.campaign, "bo@example.org");
        answer("bo@example.org", US, &format!("In-Reply-To: <{}>\n", bo.id), "We agree.")
    }

    /// Mails that are about nothing, under the UIDs from one to another.
    fn others(&self, uids: std::ops::RangeInclusive<u32>) {
        for uid in uids {
            let mail = answer(&format!("person{uid}@elsewhere.example"), US, "", "Something else.");
            self.server.put("INBOX", uid, &mail);
        }
    }

    fn sync(&self) -> Ran {
        self.campaign.run(&["sync", "--json", "-vv"])
    }

    fn events(&self) -> String {
        self.campaign.run(&["log", "--events"]).exits(0).stdout
    }

    /// The commands of the last runs, without their tags.
    fn commands(&self) -> Vec<String> {
        let heard = self.server.heard().into_iter().filter_map(|heard| {
            let (tag, command) = heard.line.split_once(' ')?;
            tag.starts_with('a').then(|| command.to_owned())
        });
        heard.collect()
    }

    /// What is listed as about no letter: place and reason.
    fn unmatched(&self) -> Vec<(String, String)> {
        let listed = lines(&self.campaign.run(&["sync", "--unmatched", "--json"]).exits(0));
        listed.iter().map(|mail| (text(&mail["place"]), text(&mail["reason"]))).collect()
    }
}

fn effects(ran: &Ran) -> Vec<String> {
    lines(ran).iter().flat_map(did).collect()
}

#[test]
fn a_mailbox_is_read_under_tls_with_each_login_and_nothing_in_it_is_changed() {
    let authority = Authority::new();
    for (auth, offered, login) in [
        ("auto", "AUTH=PLAIN AUTH=LOGIN", "AUTHENTICATE PLAIN"),
        ("auto", "IDLE", "LOGIN"),
        ("plain", "AUTH=PLAIN", "AUTHENTICATE PLAIN"),
        ("login", "AUTH=PLAIN", "LOGIN"),
        ("xoauth2", "AUTH=PLAIN AUTH=XOAUTH2", "AUTHENTICATE XOAUTH2"),
    ] {
        for encryption in ways(authority.server("localhost", 2999)) {
            let starts = matches!(encryption, Encryption::StartTls(_));
            let office = Office::with(&authority, encryption, offered, &format!("auth = \"{auth}\"\n"));
            office.server.put("INBOX", 7, &office.failure());
            let ran = office.sync().exits(0);
            assert_eq!(effects(&ran), ["ana@example.org bounced"]);
            let heard = office.server.heard();
            for one in &heard {
                assert_eq!(one.encrypted, !one.line.ends_with("STARTTLS"), "{one:?}");
            }
            let mut said: Vec<&str> =
                heard.iter().map(|one| one.line.split_once(' ').map_or("", |(_, said)| said)).collect();
            said.retain(|said| !said.is_empty());
            let login = said.iter().position(|said| said.starts_with(login)).unwrap();
            said.remove(login);
            let fetched =
                said.iter().position(|said| said.starts_with("UID FETCH 7 (UID RFC822.SIZE BODY.PEEK[]<0.")).unwrap();
            said.remove(fetched);
            let first = usize::from(starts);
            assert_eq!(said[..first], ["STARTTLS"][..first]);
            assert_eq!(said[first..], ["CAPABILITY", "EXAMINE \"INBOX\"", "UID SEARCH UID 1:*", "LOGOUT"]);
            let coded = data_encoding::BASE64.encode(SECRET.as_bytes());
            for form in [SECRET, &coded] {
                assert!(!ran.stdout.contains(form) && !ran.stderr.contains(form), "{ran:#?}");
                assert_eq!(office.campaign.files_with(form), [""; 0]);
            }
        }
    }
}

#[test]
fn a_refused_login_is_said_and_records_nothing() {
    for (auth, offered) in [("plain", "AUTH=PLAIN"), ("login", "IDLE"), ("xoauth2", "AUTH=XOAUTH2")] {
        let authority = Authority::new();
        let encryption = Encryption::Implicit(authority.server("localhost", 2999));
        let mut office = Office::with(&authority, encryption, offered, &format!("auth = \"{auth}\"\n"));
        office.server.put("INBOX", 7, &office.failure());
        let before = office.events();
        office.campaign = office.campaign.environment("INBOX_PASSWORD", "wrong-horse");
        let ran = office.sync().exits(3);
        let ran = ran
            .says("refused the login: `NO [AUTHENTICATIONFAILED] wrong`")
            .says("check the user in `url`, the password");
        assert!(ran.stdout.is_empty() && !ran.stderr.contains("wrong-horse"), "{ran:#?}");
        assert_eq!(office.events(), before);
        assert!(!office.commands().iter().any(|command| command.starts_with("EXAMINE")));
        office.campaign = office.campaign.environment("INBOX_PASSWORD", SECRET);
        assert_eq!(effects(&office.sync().exits(0)), ["ana@example.org bounced"]);
    }
}

/// An office whose password comes from a command, which counts its calls in a file.
fn with_command(command: &str) -> Office {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let office = Office::with(&authority, encryption, "AUTH=XOAUTH2", "auth = \"xoauth2\"\n");
    let config = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let config = config.replace("{ env = \"INBOX_PASSWORD\" }", "{ command = [\"sh\", \"token.sh\"] }");
    office.campaign.write("campaign.toml", config);
    let counting = "n=$(($(cat calls 2>/dev/null || echo 0) + 1)); echo $n > calls";
    office.campaign.write("token.sh", format!("{counting}\n{command}\n"));
    office
}

/// How often the command was run since this was asked last.
fn calls(office: &Office) -> String {
    let calls = std::fs::read_to_string(office.campaign.path("calls")).unwrap();
    std::fs::remove_file(office.campaign.path("calls")).unwrap();
    calls.trim().to_owned()
}

#[test]
fn a_refused_token_is_asked_for_once_more_and_no_oftener() {
    let office = with_command("[ $n = 1 ] && echo stale-horse || echo \"$INBOX_PASSWORD\"");
    office.server.put("INBOX", 7, &office.failure());
    let ran = office.sync().exits(0);
    assert_eq!(effects(&ran), ["ana@example.org bounced"]);
    assert_eq!(calls(&office), "2");
    assert_eq!(office.commands().iter().filter(|command| *command == "AUTHENTICATE XOAUTH2").count(), 2);

    let office = with_command("echo stale-horse");
    let before = office.events();
    let ran = office.sync().exits(3).says("refused the login: `NO [AUTHENTICATIONFAILED] wrong`");
    assert!(!ran.stderr.contains("stale-horse"), "{ran:#?}");
    assert_eq!(calls(&office), "2");
    assert_eq!(office.events(), before);
}

#[test]
fn a_session_that_is_opened_anew_asks_for_the_token_anew() {
    let office = with_command("echo \"$INBOX_PASSWORD\"");
    office.server.put("INBOX", 7, &office.failure());
    office.server.order("UID FETCH 7", 1, Act::Cut(10));
    assert_eq!(effects(&office.sync().exits(0)), ["ana@example.org bounced"]);
    assert_eq!(calls(&office), "2");

    // What was read before the command fails is recorded.
    let office = with_command("[ $n = 1 ] || { echo \"$INBOX_PASSWORD\"; exit 4; }; echo \"$INBOX_PASSWORD\"");
    office.server.put("INBOX", 7, &office.failure());
    office.others(10..=90);
    office.server.order("80,81", 1, Act::Cut(10));
    let ran =
        office.sync().exits(3).says("the command `sh`: it ended with exit status: 4").says("`password` in [inbox]");
    assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET), "{ran:#?}");
    assert_eq!(effects(&ran), ["ana@example.org bounced"]);
}

#[test]
fn a_server_that_is_not_there_or_not_the_one_is_told_nothing() {
    let office = Office::open();
    let before = office.events();
    let config = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let elsewhere =
        |port: u16| config.replace(&format!("localhost:{}", office.server.port()), &format!("localhost:{port}"));
    // Nobody listens on port 1; a port that was free a moment ago may be another test's by now.
    office.campaign.write("campaign.toml", elsewhere(1));
    office.sync().exits(3).says("`localhost` port 1 cannot be reached");
    office.campaign.write("campaign.toml", config);

    let trusted = std::fs::read(office.campaign.path("authority.pem")).unwrap();
    office.campaign.write("authority.pem", Authority::new().pem());
    office.sync().exits(3).says("an authority that is not trusted");
    office.campaign.write("authority.pem", trusted);

    for (greeting, said) in
        [("* BYE too many\r\n", "* BYE too many"), ("220 smtp.example ESMTP\r\n", "220 smtp.example")]
    {
        office.server.order("", 1, Act::Say(greeting.to_owned()));
        office.sync().exits(3).says("the server does not greet").says(said);
    }
    office.server.order("", 1, Act::Cut(3));
    office.sync().exits(3).says("broke");
    assert_eq!(office.commands(), [""; 0]);
    assert_eq!(office.events(), before);
}

#[test]
fn starttls_fails_closed() {
    for (said, why) in [
        ("TAG OK begin\r\na2 OK [CAPABILITY IMAP4rev1] logged in\r\n", "which could be an attack"),
        ("TAG NO not here\r\n", "refused STARTTLS: `NO not here`"),
        ("TAG BAD what\r\n", "refused STARTTLS: `BAD what`"),
        ("* PREAUTH welcome\r\n* BYE\r\n", "ended the session"),
    ] {
        let authority = Authority::new();
        let encryption = Encryption::StartTls(authority.server("localhost", 2999));
        let office = Office::with(&authority, encryption, "AUTH=PLAIN", "");
        office.server.order("STARTTLS", 1, Act::Say(said.to_owned()));
        office.sync().exits(3).says(why);
        assert_eq!(office.commands(), ["STARTTLS"]);
    }
}

#[test]
fn a_server_that_takes_no_password_is_not_told_one() {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let office = Office::with(&authority, encryption, "LOGINDISABLED AUTH=XOAUTH2", "");
    office.sync().exits(3).says("takes no password by PLAIN or LOGIN").says("`auth = \"oauth\"`");
    assert_eq!(office.commands(), ["CAPABILITY"]);
}

#[test]
fn a_connection_that_is_cut_costs_nothing_that_was_read() {
    let office = Office::open();
    office.others(1..=20);
    office.server.put("INBOX", 18, &office.failure());
    // In the middle of a mail: the same run goes on in a new session.
    office.server.order("17,18", 1, Act::Cut(100));
    office.server.order("UID FETCH 18 ", 1, Act::Cut(100));
    let ran = office.sync().exits(0).says("20 new mails");
    assert_eq!(effects(&ran), ["ana@example.org bounced"]);
    assert!(!ran.stderr.contains("cannot be fetched"), "{ran:#?}");
    assert_eq!(office.unmatched().len(), 19);
}

#[test]
fn where_the_server_goes_away_the_next_run_goes_on_from_there() {
    let office = Office::open();
    office.others(1..=80);
    office.server.put("INBOX", 78, &office.failure());
    office.server.order("77,78", 1, Act::Leave(10));
    let ran = office.sync().exits(3).says("what was read is recorded").says("64 new mails");
    // Why it went away comes before why it cannot be reached any more.
    let ran = ran.says("the server closed the connection; it was opened anew, and then: ");
    assert_eq!(effects(&ran), [""; 0]);
    assert_eq!(office.unmatched().len(), 64);
    office.server.mend();
    office.commands();
    assert_eq!(effects(&office.sync().exits(0).says("16 new mails")), ["ana@example.org bounced"]);
    assert!(office.commands().contains(&"UID SEARCH UID 65:*".to_owned()));
    assert_eq!(office.unmatched().len(), 79);
}

#[test]
fn what_the_server_wants_people_to_know_is_shown_once() {
    let office = Office::open();
    office.others(1..=1);
    let alert = "* OK [ALERT] The mailbox is nearly full\r\n";
    office.server.order("EXAMINE", 1, Act::Say(format!("{alert}{alert}* OK [UIDVALIDITY 1] ok\r\nTAG OK\r\n")));
    let ran = office.sync().exits(0).says("the server of [inbox] wants you to know: The mailbox is nearly full");
    assert_eq!(ran.stderr.matches("nearly full").count(), 1);
    office.server.order("AUTHENTICATE", 1, Act::Say("TAG NO [ALERT] Log in by the web first\r\n".to_owned()));
    let ran = office.sync().exits(3).says("wants you to know: Log in by the web first");
    ran.says("refused the login: `NO [ALERT] Log in by the web first`; it offers `PLAIN`");
}
