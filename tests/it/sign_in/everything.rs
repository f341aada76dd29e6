//! One campaign with every kind of secret: none of them gets into a file, an argument, a trace or an error.

use std::fs::File;
use std::process::{Output, Stdio};

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use super::{KEY, here, visit, with_browser};
use crate::harness::{Campaign, Ran};
use crate::imap::server::{self, ImapServer};
use crate::office::{Authority, SECRET, USER, campaign, office};
use crate::provider::Provider;

/// Made for this test.
const SIGNING_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq";
const CLIENT_SECRET: &str = "the~secret~of~the~application";

/// All that there is: a sign-in with an application's secret and a key for its file, an inbox with a password, letters
/// that are signed, copies in the Sent folder.
struct Everything {
    campaign: Campaign,
    provider: Provider,
    inbox: ImapServer,
}

impl Everything {
    fn new() -> Self {
        let authority = Authority::new();
        let provider = Provider::start(authority.server("localhost", 2999));
        provider.long(600);
        let inbox = ImapServer::start(Encryption::Implicit(authority.server("localhost", 2999)), "AUTH=PLAIN");
        inbox.folder("Sent", 3);
        inbox.is_for_sent("Sent");
        let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["XOAUTH2"]);
        options.logins = (1..=40).map(|number| (USER.to_owned(), provider.token(number))).collect();
        // The first token is refused, the first connection ends after a letter, and a refusal repeats what was said.
        let bye = Act::Followed(b"421 4.3.2 that is enough\r\n".to_vec());
        let repeats = Act::Reply(format!("550 5.1.1 no {} here", provider.token(2)));
        options.script = vec![
            Fault::always(When::Connection(2), At::FinalDot, bye),
            Fault::always(When::Recipient("bo@example.org".to_owned()), At::Rcpt, repeats),
            Fault::once(When::Connection(1), At::Auth, Act::Reply(format!("535 5.7.8 {}", provider.token(2)))),
        ];
        let application =
            provider.settings().replace("[oauth]\n", "[oauth]\nclient_secret = { env = \"CLIENT_SECRET\" }\n");
        let port = inbox.port();
        let settings = format!(
            "auth = \"oauth\"\n{application}[inbox]\nurl = \"imaps://letters%40coalition.example@localhost:{port}\"\n\
            password = {{ command = [\"sh\", \"-c\", \"echo $INBOX_PASSWORD\"] }}\nsent_folder = \"Sent\"\n"
        );
        let campaign = here(campaign(options, &authority, &settings));
        let written = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
        let signs = "[sender.dkim]\nselector = \"s1\"\nkey = { env = \"DKIM_KEY\" }\n[letter]";
        campaign.write("campaign.toml", written.replacen("[letter]", signs, 1));
        std::fs::create_dir(campaign.path("tmp")).unwrap();
        let tmp = campaign.path("tmp").display().to_string();
        let campaign = campaign.environment("TMPDIR", tmp).environment("DKIM_KEY", SIGNING_KEY);
        // Nobody is asked about names.
        let campaign = campaign.environment("UNDERSIGNED_DNS", "127.0.0.1:1");
        let campaign = campaign.environment("CLIENT_SECRET", CLIENT_SECRET).environment("INBOX_PASSWORD", SECRET);
        Self { campaign, provider, inbox }
    }

    /// Each secret, as it is and as it is said.
    fn secrets(&self) -> Vec<String> {
        let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let mut all = self.provider.secrets();
        let of_smtp: Vec<String> =
            all.iter().map(|token| encode(&format!("user={USER}\x01auth=Bearer {token}\x01\x01"))).collect();
        all.extend([KEY, SECRET, CLIENT_SECRET, &SIGNING_KEY[20..50]].map(str::to_owned));
        all.push(encode(&format!("\0{USER}\0{SECRET}")));
        let coded: Vec<String> = all.iter().map(|secret| encode(secret)).collect();
        all.into_iter().chain(coded).chain(of_smtp).collect()
    }

    /// Runs the program, and reads the arguments of whatever runs on this machine meanwhile.
    fn run(&self, arguments: &[&str]) -> Ran {
        let said = tempfile::tempdir().unwrap();
        let (stdout, stderr) = (said.path().join("stdout"), said.path().join("stderr"));
        let mut command = self.campaign.command(arguments);
        command.stdin(Stdio::null()).stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
        let mut child = command.spawn().unwrap();
        let status = loop {
            self.looks_at_arguments();
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        let [stdout, stderr] = [stdout, stderr].map(|file| std::fs::read(file).unwrap());
        let ran = Ran::new(Output { status, stdout, stderr });
        self.finds_nothing(&ran);
        ran
    }

    #[track_caller]
    fn looks_at_arguments(&self) {
        let secrets = self.secrets();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(arguments) = std::fs::read(entry.path().join("cmdline")) else { continue };
            let arguments = String::from_utf8_lossy(&arguments);
            let found = secrets.iter().find(|secret| arguments.contains(secret.as_str()));
            assert_eq!(found, None, "{arguments}");
        }
    }

    #[track_caller]
    fn finds_nothing(&self, ran: &Ran) {
        for secret in self.secrets() {
            assert!(!ran.stdout.contains(&secret) && !ran.stderr.contains(&secret), "{secret}: {ran:#?}");
            assert_eq!(self.campaign.files_with(&secret), [""; 0], "{secret}");
            assert_eq!(self.campaign.kept_with(&secret), [""; 0], "{secret}");
        }
        let raw = data_encoding::BASE64.decode(SIGNING_KEY.as_bytes()).unwrap();
        assert_eq!(self.campaign.files_with(&raw[16..]), [""; 0]);
    }
}

#[test]
fn no_secret_of_a_campaign_that_has_them_all_is_in_any_file_argument_trace_or_error() {
    let all = Everything::new();
    let child = all.campaign.start(&["login", "--no-open", "-vvv"]);
    let signed_in = with_browser(child, |page| {
        assert!(visit(&all.provider.consent(page)).starts_with("HTTP/1.1 200"));
    });
    all.finds_nothing(&signed_in.exits(0));
    all.run(&["check", "--online", "-vvv"]);
    all.run(&["test", "me@elsewhere.example", "-vvv"]);
    all.inbox.order("APPEND", 1, server::Act::Say(format!("TAG NO you said {SECRET}\r\n")));
    all.run(&["send", "--yes", "-vvv"]).exits(1).prints("2 accepted, 1 failed");
    all.run(&["sync", "-vvv"]).exits(0);
    assert_eq!(all.inbox.mails("Sent").len(), 2);
    for arguments in [&["log", "--events"][..], &["log", "--format", "json"], &["status", "-vvv"], &["report"]] {
        all.run(arguments).exits(0);
    }
    // What is refused repeats what was shown.
    let shown = all.provider.secrets().concat();
    let no = format!("{{\"error\":\"invalid_grant\",\"error_description\":\"no: {shown} {CLIENT_SECRET}\"}}");
    all.provider.answers(&[(400, &no)]);
    all.run(&["check", "--online", "-vvv"]);
    all.inbox.order("AUTHENTICATE", 2, server::Act::Say(format!("TAG NO {SECRET} is wrong\r\n")));
    all.run(&["sync", "-vvv"]).exits(3);
    all.run(&["logout", "-vvv"]).exits(0);
    all.run(&["send", "--yes", "-vvv"]).exits(2);
}
