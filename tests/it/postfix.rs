//! The whole way: the real binary, a real Postfix, and what lies in the Maildir read back with two parsers that are not ours.
//!
//! `tests/servers/postfix.sh` starts the server and prints the variables that these tests look for. One Maildir serves them all, so
//! each campaign writes from a domain of its own, and what came from that domain is all that it sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mail_parser::{MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

use crate::harness::{Campaign, Ran, material, text};

/// How long mail may take from Postfix's 250 to the Maildir.
const PATIENCE: Duration = Duration::from_mins(1);

const VARIABLES: [&str; 7] = [
    "UNDERSIGNED_POSTFIX",
    "UNDERSIGNED_POSTFIX_STARTTLS",
    "UNDERSIGNED_POSTFIX_TLS",
    "UNDERSIGNED_POSTFIX_USER",
    "UNDERSIGNED_POSTFIX_PASSWORD",
    "UNDERSIGNED_POSTFIX_CA",
    "UNDERSIGNED_MAILDIR",
];

/// The server, where there is one.
struct Postfix {
    plain: String,
    starttls: String,
    tls: String,
    user: String,
    password: String,
    authority: String,
    maildir: PathBuf,
}

impl Postfix {
    /// `None` where no Postfix was started, which is said; in the continuous integration there must be one.
    fn running() -> Option<Self> {
        let values: Vec<String> = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect();
        let Ok([plain, starttls, tls, user, password, authority, maildir]) = <[String; 7]>::try_from(values) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{} must be set", VARIABLES.join(", "));
            eprintln!("skipped: no Postfix; tests/servers/postfix.sh starts one and prints what to set");
            return None;
        };
        Some(Self { plain, starttls, tls, user, password, authority, maildir: maildir.into() })
    }

    /// `[smtp]` for each way to it.
    fn ways(&self) -> [(&'static str, String); 3] {
        let login = "password = { env = \"SMTP_PASSWORD\" }\n";
        [
            ("plain", format!("url = \"smtp+plain://{}\"\n", self.plain)),
            ("starttls", format!("url = \"smtp://{}@{}\"\n{login}", self.user, self.starttls)),
            ("tls", format!("url = \"smtps://{}@{}\"\n{login}", self.user, self.tls)),
        ]
    }

    /// The files that came from a domain: Return-Path is the first line of each.
    fn files_from(&self, domain: &str) -> Vec<PathBuf> {
        let end = format!("@{domain}>\n");
        let entries = std::fs::read_dir(self.maildir.join("new")).into_iter().flatten();
        let is_from = |path: &PathBuf| {
            let mut line = String::new();
            BufReader::new(File::open(path).unwrap()).read_line(&mut line).unwrap();
            line.starts_with("Return-Path: <") && line.ends_with(&end)
        };
        entries.map(|entry| entry.unwrap().path()).filter(is_from).collect()
    }

    /// Everything that came from a domain, once there is as much as is expected.
    fn mail_from(&self, domain: &str, expected: usize) -> Vec<Arrived> {
        let start = Instant::now();
        while self.files_from(domain).len() < expected && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        // One letter too many would come now.
        std::thread::sleep(Duration::from_millis(200));
        let files = self.files_from(domain);
        if files.is_empty() {
            return Vec::new();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/read_back.py");
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).args(&files);
        let ran = Ran::new(python.output().unwrap()).exits(0);
        assert_eq!(ran.stderr, "");
        let read = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
        files.into_iter().zip(read).map(|(path, read)| Arrived { raw: std::fs::read(path).unwrap(), read }).collect()
    }
}

/// A letter in the Maildir, and what Python read in it.
struct Arrived {
    raw: Vec<u8>,
    read: serde_json::Value,
}

impl Arrived {
    fn field(&self, name: &str) -> String {
        text(&self.read[name])
    }

    /// Its plain text and its HTML, on which two parsers agree, and in whose structure is nothing else but the attachments.
    fn bodies(&self) -> (String, String) {
        let message = MessageParser::default().parse(&self.raw).unwrap();
        assert!(!message.parts.iter().any(|part| part.is_encoding_problem));
        assert_eq!((message.text_body.len(), message.html_body.len()), (1, 1));
        let root = message.content_type().unwrap();
        let kind = if message.attachments.is_empty() { "alternative" } else { "mixed" };
        assert_eq!((root.ctype(), root.subtype()), ("multipart", Some(kind)));
        let parts: Vec<_> = self.read["parts"].as_array().unwrap().iter().map(|part| text(&part["type"])).collect();
        assert_eq!(parts[..2], ["text/plain", "text/html"]);
        assert_eq!(parts.len(), 2 + message.attachments.len());
        assert!(self.read["parts"].as_array().unwrap()[..2].iter().all(|part| part["charset"] == "utf-8"));
        assert_eq!(message.subject().unwrap(), self.field("subject"));
        assert_eq!(format!("<{}>", message.message_id().unwrap()), self.field("message_id"));
        let body = |body: Option<std::borrow::Cow<'_, str>>| body.unwrap().replace("\r\n", "\n");
        let (plain, html) = (body(message.body_text(0)), body(message.body_html(0)));
        assert_eq!(hash(plain.as_bytes()), self.field("text"));
        assert_eq!(hash(html.as_bytes()), text(&self.read["parts"][1]["sha256"]));
        (plain, html)
    }

    /// The time in its Date.
    fn date(&self) -> i64 {
        MessageParser::default().parse(&self.raw).unwrap().date().unwrap().to_timestamp()
    }
}

fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A text without its line breaks: wrapping changes nothing else.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reader of HTML sees of it.
fn seen(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let text: String = body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
    folded(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// A campaign that sends through Postfix, from a domain of its own.
struct Post {
    campaign: Campaign,
    domain: String,
    /// When, in seconds since 1970.
    began: i64,
}

impl Post {
    /// The settings say `coalition.example` and `[smtp]` where the domain and the server are to stand.
    fn new(postfix: &Postfix, name: &str, smtp: &str, settings: &str) -> Self {
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

    /// The sample campaign of this repository, as it is but for the server and the pace of a second.
    fn sample(postfix: &Postfix, name: &str, smtp: &str) -> Self {
        let settings = repository("campaign.toml");
        let without: Vec<&str> =
            settings.lines().filter(|line| !line.starts_with("id =") && !line.starts_with("per_second")).collect();
        let mut post = Self::new(postfix, name, smtp, &without.join("\n"));
        let files = ["templates/letter.md", "templates/letter.fr.md", "lists/recipients.csv", "lists/signatories.csv"];
        for file in files.into_iter().chain(["lists/suppressions.csv"]) {
            post.campaign = post.campaign.file(file, repository(file));
        }
        post
    }

    /// Reads back what arrived and compares it with the log: everything that was accepted is there once for each address it went to,
    /// under the Message-ID of the log, and nobody else got anything.
    #[track_caller]
    fn compare(&self, postfix: &Postfix, addressed: &[Addressed]) -> Vec<(Addressed, Arrived)> {
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
    fn nowhere_is(&self, postfix: &Postfix, ran: &Ran, password: &str) {
        let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        for form in [password.to_owned(), encode(password), encode(&format!("\0{}\0{password}", postfix.user))] {
            assert!(!ran.stdout.contains(&form) && !ran.stderr.contains(&form), "{ran:#?}");
            assert_eq!(self.campaign.files_with(&form), [""; 0]);
        }
    }
}

/// Whom a letter went to, and in which language.
#[derive(Debug, Clone)]
struct Addressed {
    to: String,
    name: String,
    cc: Vec<String>,
    language: &'static str,
    /// What the letter calls them.
    salutation: String,
}

/// A file of this repository.
fn repository(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// An address as it goes over the wire.
fn ascii(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap();
    format!("{local}@{}", idna::domain_to_ascii(domain).unwrap())
}

/// The rows of a list, by column.
fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The recipients of the sample campaign, but for those who asked not to be written to.
fn sample_recipients() -> Vec<Addressed> {
    let suppressed: Vec<String> =
        rows(&repository("lists/suppressions.csv")).into_iter().map(|row| row["email"].clone()).collect();
    rows(&repository("lists/recipients.csv"))
        .into_iter()
        .filter(|row| !suppressed.contains(&row["email"]))
        .map(|row| {
            let mut addresses = row["email"].split(';').chain(row["cc"].split(';')).map(str::trim);
            Addressed {
                to: ascii(addresses.next().unwrap()),
                name: row["name"].clone(),
                cc: addresses.filter(|copy| !copy.is_empty()).map(ascii).collect(),
                language: if row["lang"].starts_with("fr") { "fr" } else { "en" },
                salutation: row["salutation"].clone(),
            }
        })
        .collect()
}

/// The subject of a letter of the sample campaign, and those of its paragraphs that have neither markup nor values.
fn sample_letter(language: &str) -> (String, Vec<String>) {
    let letter = repository(if language == "fr" { "templates/letter.fr.md" } else { "templates/letter.md" });
    let subject = letter.lines().find_map(|line| line.strip_prefix("subject = \"")).unwrap().trim_end_matches('"');
    let body = letter.splitn(3, "+++").nth(2).unwrap();
    let plain = body.split("\n\n").filter(|paragraph| !paragraph.contains(['{', '*', '[', '\\'])).map(folded);
    (subject.to_owned(), plain.filter(|paragraph| !paragraph.is_empty()).collect())
}

/// The signatories as the letter prints them.
fn sample_signatories(language: &str) -> Vec<String> {
    let signatories = rows(&repository("lists/signatories.csv"));
    signatories
        .iter()
        .map(|row| {
            let translated = if language == "fr" { row["name_fr"].as_str() } else { "" };
            let name = if translated.is_empty() { &row["name"] } else { translated };
            if row["acronym"].is_empty() { name.to_owned() } else { format!("{name} ({})", row["acronym"]) }
        })
        .collect()
}

#[test]
fn the_sample_campaign_arrives_once_at_each_address_and_in_its_language() {
    let Some(postfix) = Postfix::running() else { return };
    for (way, smtp) in postfix.ways() {
        let post = Post::sample(&postfix, &format!("sample-{way}"), &smtp);
        let ran = post.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("11 accepted, 1 skipped");
        post.nowhere_is(&postfix, &ran, &postfix.password);
        let addressed = sample_recipients();
        let compared = post.compare(&postfix, &addressed);
        assert!(compared.iter().filter(|(to, _)| to.language == "fr").count() >= 5);
        for (to, letter) in compared {
            let (subject, paragraphs) = sample_letter(to.language);
            assert_eq!(letter.field("subject"), subject);
            assert_eq!(text(&letter.read["from"][0]["name"]), "Velma Delta Letter Secretariat");
            assert_eq!(text(&letter.read["reply_to"][0]["address"]), format!("replies@{}", post.domain));
            let (plain, html) = letter.bodies();
            let words = folded(&plain);
            assert!(paragraphs.len() >= 3);
            for paragraph in &paragraphs {
                assert!(words.contains(paragraph), "missing: {paragraph}\n{plain}");
            }
            assert!(plain.contains(&format!("\n{},\n", to.salutation)), "{plain}");
            assert!(plain.contains(&to.name) && seen(&html).contains(&to.name), "{plain}");
            let lines: Vec<&str> = plain.lines().collect();
            for signatory in sample_signatories(to.language) {
                assert!(lines.contains(&signatory.as_str()), "missing: {signatory}\n{plain}");
                assert!(seen(&html).contains(&signatory), "missing: {signatory}\n{html}");
            }
        }
        // Sent again, nobody gets it again.
        post.campaign.run(&["send", "--yes"]).exits(0).says("0 letters to send");
        post.compare(&postfix, &addressed);
    }
}

#[test]
fn what_arrives_is_what_the_preview_showed() {
    let Some(postfix) = Postfix::running() else { return };
    let [_, (_, smtp), _] = postfix.ways();
    let post = Post::sample(&postfix, "preview", &smtp);
    let id = "commissaire.vasseur@commission.example";
    let shown = post.campaign.run(&["preview", id, "--format", "eml"]).exits(0).stdout;
    post.campaign.run(&["send", "--yes", "--only", id]).exits(0).prints("1 accepted");
    let addressed: Vec<Addressed> = sample_recipients().into_iter().filter(|one| one.to == id).collect();
    let dateless = |message: &str| {
        let lines: Vec<&str> = message.lines().skip_while(|line| !line.starts_with("From: ")).collect();
        lines.into_iter().filter(|line| !line.starts_with("Date: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let compared = post.compare(&postfix, &addressed);
    assert_eq!(compared.len(), 2);
    for (_, letter) in compared {
        assert_eq!(dateless(std::str::from_utf8(&letter.raw).unwrap()), dateless(&shown));
    }
}

const ADDRESSEES: &str = "\
email,name,salutation,cc
high.representative@external-action.example,Josep Borell Fontelles,{salutation},cabinet@external-action.example; press@external-action.example
presidency@council.example,Zoë Ångström-Núñez,\"Dear Minister Ångström-Núñez, dear “Zoë”\",
delegation@bücher.example,Jiří Škvorecký & Söhne,Dear <Mr> Škvorecký *&* Söhne,
desk@parliament.example,Łucja Żuraw,Dear Ms Żuraw,secretary@parliament.example
";

/// A letter as it was published, cut into what a campaign needs.
struct Published {
    subject: String,
    /// From the first line of the address to the last line before the signatories.
    body: String,
    signatories: Vec<String>,
    date: &'static str,
    salutation: &'static str,
}

impl Published {
    fn read(folder: &Path, file: &str) -> Self {
        let whole = std::fs::read_to_string(folder.join(file)).unwrap();
        let letter = &whole[whole.find("To the att").unwrap()..];
        let (body, signatories) = letter.split_at(letter.find("\nAmnesty International\n").unwrap());
        let title = whole.lines().find(|line| line.starts_with("JOINT PUBLIC")).unwrap();
        let (date, salutation) = if file.contains("2023") {
            ("15 February 2023", "Dear High Representative Borrell")
        } else {
            ("12 June 2024", "Dear High Representative / Vice-President Borrell")
        };
        // The links lost their targets when the letter was saved.
        let mut body = body.to_owned();
        for number in 1.. {
            if !body.contains("(#)") {
                break;
            }
            body = body.replacen("(#)", &format!("(https://sources.example/{number}?of=this&letter=1)"), 1);
        }
        let signatories = signatories.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        Self { subject: title.to_owned(), body, signatories: signatories.collect(), date, salutation }
    }

    /// The template: the text with values for what differs from one recipient to the next.
    fn template(&self) -> String {
        let body = self
            .body
            .replacen(self.date, "{{date letter.date}}", 1)
            .replacen(self.salutation, "{{recipient.salutation}}", 1)
            .replacen("Josep Borell Fontelles", "{{recipient.name}}", 1);
        format!("+++\nsubject = \"{}\"\n+++\n\n{body}\n\n{{{{> signatories}}}}\n", self.subject)
    }

    fn signatories_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["name", "acronym"]).unwrap();
        // The list does not have them in their order: the letter does.
        for signatory in self.signatories.iter().rev() {
            let (name, acronym) = signatory.rsplit_once(" (").unwrap_or((signatory, ""));
            writer.write_record([name, acronym.trim_end_matches(')')]).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    /// The text that a recipient should read.
    fn text_for(&self, to: &Addressed) -> String {
        let body = self.body.replace("**", "").replacen(self.salutation, &to.salutation, 1).replacen(
            "Josep Borell Fontelles",
            &to.name,
            1,
        );
        let mut plain = String::new();
        let mut rest = body.as_str();
        // `[text](target)` reads `text <target>`; other brackets are the letter's own.
        while let Some(end) = rest.find("](https://") {
            let start = rest[..end].rfind('[').unwrap();
            let close = end + rest[end..].find(')').unwrap();
            plain.extend([&rest[..start], &rest[start + 1..end], " <", &rest[end + 2..close], ">"]);
            rest = &rest[close + 1..];
        }
        folded(&format!("{plain}{rest} {}", self.signatories.join(" ")))
    }
}

#[test]
fn real_letters_arrive_word_for_word_with_all_who_sign() {
    let (Some(postfix), Some(letters)) = (Postfix::running(), material("UNDERSIGNED_LETTERS")) else { return };
    let files = std::fs::read_dir(&letters).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: Vec<String> = files.filter(|name| Path::new(name).extension().is_some_and(|end| end == "txt")).collect();
    assert!(files.len() >= 2);
    for file in files {
        let published = Published::read(&letters, &file);
        assert!(published.signatories.len() >= 5);
        let list = ADDRESSEES.replace("{salutation}", published.salutation);
        for (way, smtp) in postfix.ways() {
            let date = &file["letter-".len()..file.len() - ".txt".len()];
            let settings = format!(
                "name = \"Dialogue\"\n[sender]\nfrom = \"Secretariat, Joint Letters <letters@coalition.example>\"\n\
                 bounce_to = \"bounces+{{token}}@coalition.example\"\n[letter]\ndate = {date}\n[smtp]\n\n[pace]\nconnections = 2\n"
            );
            let mut post = Post::new(&postfix, &format!("letter-{date}-{way}"), &smtp, &settings);
            post.campaign = post
                .campaign
                .file("templates/letter.md", published.template())
                .file("lists/signatories.csv", published.signatories_csv())
                .recipients(&list);
            let ran = post.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("4 accepted");
            post.nowhere_is(&postfix, &ran, &postfix.password);
            let addressed: Vec<Addressed> = rows(&list)
                .into_iter()
                .map(|row| Addressed {
                    to: ascii(&row["email"]),
                    name: row["name"].clone(),
                    cc: row["cc"].split(';').map(str::trim).filter(|copy| !copy.is_empty()).map(ascii).collect(),
                    language: "en",
                    salutation: row["salutation"].clone(),
                })
                .collect();
            for (to, letter) in post.compare(&postfix, &addressed) {
                assert_eq!(letter.field("subject"), published.subject);
                assert_eq!(text(&letter.read["from"][0]["name"]), "Secretariat, Joint Letters");
                assert!(letter.field("return_path").starts_with("<bounces+"), "{}", letter.field("return_path"));
                let (plain, html) = letter.bodies();
                assert_eq!(folded(&plain), published.text_for(&to));
                assert!(plain.trim_end().ends_with(&published.signatories.join("\n")), "{plain}");
                for signatory in &published.signatories {
                    assert!(seen(&html).contains(signatory), "missing: {signatory}\n{html}");
                }
            }
        }
    }
}

#[test]
fn who_is_refused_has_failed_who_is_busy_is_deferred_and_the_others_have_their_letter() {
    let Some(postfix) = Postfix::running() else { return };
    for (way, smtp) in postfix.ways() {
        let post = Post::sample(&postfix, &format!("refused-{way}"), &smtp);
        let more = "nobody@press.example,No One,Dear No One,,,,,en,copy@press.example,\n\
                    later@press.example,Late Riser,Dear Late Riser,,,,,fr,copy@press.example,\n\
                    editor@press.example,Ed Itor,Dear Editor,,,,,en,nobody@radio.example;copy@press.example,\n";
        let post = Post { campaign: post.campaign.recipients(&(repository("lists/recipients.csv") + more)), ..post };
        post.campaign
            .run(&["send", "--yes", "--no-wait"])
            .exits(3)
            .prints("12 accepted, 1 deferred, 1 failed, 1 skipped");
        let mut addressed = sample_recipients();
        addressed.push(Addressed {
            to: "editor@press.example".to_owned(),
            name: "Ed Itor".to_owned(),
            cc: vec!["nobody@radio.example".to_owned(), "copy@press.example".to_owned()],
            language: "en",
            salutation: "Dear Editor".to_owned(),
        });
        post.compare(&postfix, &addressed);
        let code =
            |row: &serde_json::Value| (text(&row["state"]), row["smtp_code"].as_u64(), text(&row["smtp_enhanced"]));
        let refused = post.campaign.row("nobody@press.example");
        assert_eq!(code(&refused), ("failed".to_owned(), Some(550), "5.1.1".to_owned()));
        assert!(text(&refused["smtp_reply"]).ends_with("No such user here"), "{refused}");
        let busy = post.campaign.row("later@press.example");
        assert_eq!(code(&busy), ("deferred".to_owned(), Some(450), "4.2.0".to_owned()));
        assert!(text(&busy["next_attempt_at"]) > text(&busy["last_attempt_at"]), "{busy}");
    }
}

#[test]
fn a_wrong_password_stops_the_run_before_anybody_is_written_to() {
    let Some(postfix) = Postfix::running() else { return };
    let [_, encrypted @ ..] = postfix.ways();
    for (way, smtp) in encrypted {
        let wrong = "incorrect-horse-battery";
        let post = Post::sample(&postfix, &format!("wrong-{way}"), &smtp);
        let post = Post { campaign: post.campaign.environment("SMTP_PASSWORD", wrong), ..post };
        let ran = post.campaign.run(&["send", "--yes", "-vv"]).exits(3).prints("11 planned, 1 skipped");
        let ran = ran.says("refused the login: `535 5.7.8 ").says("check the user, `password` and `auth`");
        post.compare(&postfix, &[]);
        post.nowhere_is(&postfix, &ran, wrong);
        post.nowhere_is(&postfix, &ran, &postfix.password);
        assert!(post.campaign.log().iter().all(|row| row["attempts"] == 0));
        // Mended, the same campaign goes on.
        let post = Post { campaign: post.campaign.environment("SMTP_PASSWORD", &postfix.password), ..post };
        post.campaign.run(&["send", "--yes"]).exits(0).prints("11 accepted");
        post.compare(&postfix, &sample_recipients());
    }
}

#[test]
fn a_server_whose_authority_is_not_trusted_gets_nothing() {
    let Some(postfix) = Postfix::running() else { return };
    let [_, encrypted @ ..] = postfix.ways();
    for (way, smtp) in encrypted {
        let post = Post::sample(&postfix, &format!("stranger-{way}"), &smtp);
        let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap().cert.pem();
        let trusted = post.campaign.path("other.pem").into_os_string().into_string().unwrap();
        let campaign = post.campaign.file("other.pem", other).environment("SSL_CERT_FILE", trusted);
        let post = Post { campaign, ..post };
        post.campaign.run(&["send", "--yes"]).exits(3).says("an authority that is not trusted").prints("11 planned");
        post.compare(&postfix, &[]);
    }
}

#[test]
fn an_attachment_arrives_byte_for_byte_and_one_that_is_too_large_is_refused_before_anything_is_sent() {
    let Some(postfix) = Postfix::running() else { return };
    let [_, (_, smtp), _] = postfix.ways();
    let post = Post::sample(&postfix, "annex", &smtp);
    let settings = std::fs::read_to_string(post.campaign.path("campaign.toml")).unwrap();
    post.campaign.write("campaign.toml", settings.replace("attachments = []", "attachments = [\"añexo 1.pdf\"]"));
    let bytes = |len: usize| -> Vec<u8> { (0..len).map(|n| u8::try_from(n * n % 251).unwrap()).collect() };

    // Under Postfix's 2,000,000 bytes as a file, over it as it travels.
    post.campaign.write("añexo 1.pdf", bytes(1_600_000));
    let ran = post.campaign.run(&["send", "--yes"]).exits(2);
    ran.says("the server takes 1953 KB").says("make the attachments smaller, or link to them");
    post.compare(&postfix, &[]);
    assert!(post.campaign.log().iter().all(|row| row["attempts"] == 0));

    // Just under it as it travels.
    post.campaign.write("añexo 1.pdf", bytes(1_430_000));
    let id = "cabinet@eaux-et-forets.example";
    post.campaign.run(&["send", "--yes", "--only", id]).exits(0).prints("1 accepted");
    let addressed: Vec<Addressed> = sample_recipients().into_iter().filter(|one| one.to == id).collect();
    for (_, letter) in post.compare(&postfix, &addressed) {
        letter.bodies();
        assert!(letter.raw.len() > 1_900_000);
        let annex = &letter.read["parts"][2];
        assert_eq!((text(&annex["type"]), text(&annex["filename"])), ("application/pdf".into(), "añexo 1.pdf".into()));
        assert_eq!(text(&annex["sha256"]), hash(&bytes(1_430_000)));
    }
}
