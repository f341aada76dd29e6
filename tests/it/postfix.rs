//! The whole way: the real binary, a real Postfix, and what lies in the Maildir read back with two parsers that are not
//! ours.
//!
//! `tests/servers/postfix.sh` starts the server and prints the variables that these tests look for. One Maildir serves
//! them all, so each campaign writes from a domain of its own, and what came from that domain is all that it sent.

mod arrived;
mod post;
pub mod published;
mod sample;
pub mod server;

use arrived::{folded, hash, seen};
use post::{Addressed, Post, ascii, rows};
use published::Published;
use sample::{repository, sample_letter, sample_recipients, sample_signatories};
use server::Postfix;

use crate::harness::{material, text};

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
    // A Message-ID is made with the ledger's key, so that there must be a ledger.
    post.campaign.run(&["stop"]).exits(0);
    post.campaign.run(&["stop", "--undo"]).exits(0);
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

#[test]
fn real_letters_arrive_word_for_word_with_all_who_sign() {
    let (Some(postfix), Some(letters)) = (Postfix::running(), material("UNDERSIGNED_LETTERS")) else { return };
    let files = std::fs::read_dir(&letters).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    assert!(files.len() >= 2);
    for file in files {
        let published = Published::read(&file);
        assert!(published.signatories.len() >= 5);
        let (list, date) = (published.recipients(), published.date());
        for (way, smtp) in postfix.ways() {
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
    ran.says("the server takes 2000000").says("make the attachments smaller, or link to them");
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
