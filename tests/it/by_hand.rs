//! Letters that were sent by hand before: `adopt` takes them for the first letters of a campaign, and what follows goes
//! on in their threads.

use undersigned::transport::sandbox::Encryption;

use crate::harness::{Campaign, text};
use crate::imap::server::ImapServer;
use crate::office::{Authority, SECRET};

const FOLLOW_UP: &str = "+++\n+++\n\nDear {{recipient.name}},\n\nwe wrote to you {{previous.days_ago}} days ago.\n";

/// A campaign with a follow-up, of which nothing was sent.
fn campaign(settings: &str) -> Campaign {
    Campaign::new()
        .file("templates/follow-up.md", FOLLOW_UP)
        .settings(&format!(
            "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n{settings}"
        ))
        .server([])
}

fn mail(from: &str, to: &str, subject: &str, day: u32, id: &str) -> String {
    format!(
        "From: Secretariat <{from}>\nTo: {to}\nSubject: {subject}\nDate: {day} Jun 2023 10:00:00 +0000\n\
        Message-ID: <{id}>\n\nDear reader,\nplease act.\n"
    )
}

fn mbox(mails: &[String]) -> String {
    let quoted: Vec<String> = mails.iter().map(|mail| format!("From - Mon Jun  5 10:00:00 2023\n{mail}\n")).collect();
    quoted.concat()
}

const US: &str = "letters@coalition.example";

#[test]
fn letters_in_an_mbox_count_as_accepted_and_follow_ups_go_on_in_their_threads() {
    let campaign = campaign("").file(
        "before.mbox",
        mbox(&[
            mail(US, "\"Ana, Office\" <ANA@example.org>", "Keep the delta", 5, "a1@outlook.example"),
            mail(US, "Bo <bo@example.org>", "Keep the delta", 5, "b1@outlook.example"),
            mail(US, "bo@example.org", "Keep the delta", 5, "b1@outlook.example"),
            mail(US, "cy@example.org", "Lunch?", 6, "c1@outlook.example"),
            mail(US, "dee@example.org", "Keep the delta", 6, "d1@outlook.example"),
            mail("ana@example.org", US, "Re: Keep the delta", 7, "a2@ministry.example"),
        ]),
    );
    let file = campaign.path("before.mbox").display().to_string();
    let adopt = ["adopt", "--mbox", &file, "--subject", "keep the delta"];
    campaign
        .run(&adopt)
        .exits(0)
        .says("2 letters that were sent by hand count as accepted now")
        .says("1 mails went to nobody of the list")
        .says("2 mails are from others, or have another subject");
    let ana = campaign.row("ana@example.org");
    assert_eq!(text(&ana["state"]), "accepted");
    assert_eq!(text(&ana["accepted_at"]), "2023-06-05T10:00:00Z");
    assert_eq!(text(&ana["message_id"]), "<a1@outlook.example>");
    // A second time, nothing happens.
    campaign.run(&adopt).exits(0).says("0 letters").says("2 recipients had one in the ledger already");
    // Whoever has no letter yet gets the first one, and nobody else.
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ["cy@example.org"]);
    campaign.run(&["follow-up", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "cy@example.org"]);
    for letter in campaign.received().into_iter().skip(1) {
        let message = String::from_utf8(letter.message).unwrap();
        let id = if letter.recipients == ["ana@example.org"] { "<a1@outlook.example>" } else { "<b1@outlook.example>" };
        assert!(message.contains(&format!("In-Reply-To: {id}\r\n")), "{message}");
        assert!(message.contains("Subject: Re: Keep the delta\r\n"), "{message}");
    }
}

#[test]
fn a_letter_to_a_further_address_of_a_cell_is_its_rows_and_goes_to_nobody_of_the_row_again() {
    let recipients = "email,name\n\"ana@example.org, desk@example.org\",Ana\n\"bo@example.org; shared@example.org\",Bo\nshared@example.org,Cy\n";
    let campaign = campaign("").file("lists/recipients.csv", recipients).file(
        "before.mbox",
        mbox(&[
            mail(US, "desk@example.org", "Keep the delta", 5, "a1@outlook.example"),
            mail(US, "shared@example.org", "Keep the delta", 5, "c1@outlook.example"),
        ]),
    );
    let file = campaign.path("before.mbox").display().to_string();
    campaign.run(&["adopt", "--mbox", &file]).exits(0).says("2 letters that were sent by hand count as accepted now");
    let ana = campaign.row("ana@example.org");
    assert_eq!((text(&ana["email"]), text(&ana["state"])), ("desk@example.org".to_owned(), "accepted".to_owned()));
    assert_eq!(
        campaign.state("shared@example.org"),
        "accepted",
        "a row's first address comes before another's further one"
    );
    campaign.run(&["adopt", "--mbox", &file]).exits(0).says("2 recipients had one in the ledger already");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ["bo@example.org"]);
}

#[test]
fn what_may_be_any_of_several_letters_is_not_guessed() {
    let campaign = campaign("").file(
        "before.mbox",
        mbox(&[
            mail(US, "ana@example.org", "Keep the delta", 5, "a1@outlook.example"),
            mail(US, "ana@example.org", "Lunch?", 6, "a2@outlook.example"),
        ]),
    );
    let file = campaign.path("before.mbox").display().to_string();
    campaign
        .run(&["adopt", "--mbox", &file])
        .exits(2)
        .says("nothing was adopted")
        .says("`Keep the delta` of 2023-06-05, `Lunch?` of 2023-06-06")
        .says("`--subject`");
    campaign.run(&["adopt", "--mbox", &file, "--subject", "delta"]).exits(0).says("1 letter that was sent by hand");
}

#[test]
fn a_list_names_who_got_a_letter_when_and_under_which_id() {
    let campaign = campaign("").file(
        "before.csv",
        "E-Mail;Sent At;Message-ID;Subject\nana@example.org;2023-06-05;<a1@outlook.example>;Keep the delta\nbo@example.org;2023-06-06T09:30:00Z;;\n",
    );
    let file = campaign.path("before.csv").display().to_string();
    campaign.run(&["adopt", "--list", &file]).exits(0).says("2 letters").says("1 of them have no Message-ID");
    assert_eq!(text(&campaign.row("ana@example.org")["accepted_at"]), "2023-06-05T12:00:00Z");
    assert_eq!(text(&campaign.row("bo@example.org")["accepted_at"]), "2023-06-06T09:30:00Z");
    campaign.write("wrong.csv", "email,date,message_id\nana@example.org,soon,\nbo@example.org,2999-01-01,\ncy@example.org,2023-06-05,nonsense\n");
    let file = campaign.path("wrong.csv").display().to_string();
    campaign
        .run(&["adopt", "--list", &file])
        .exits(2)
        .says("wrong.csv:2:17: `soon` is no day that is over")
        .says("wrong.csv:3:16: `2999-01-01`")
        .says("wrong.csv:4:27: `nonsense` is no Message-ID");
}

#[test]
fn the_sent_folder_is_read_and_nothing_in_it_changes() {
    let authority = Authority::new();
    let server = ImapServer::start(Encryption::Implicit(authority.server("localhost", 2999)), "AUTH=PLAIN");
    server.folder("Gesendet", 3);
    server.is_for_sent("Gesendet");
    server.put("Gesendet", 4, &mail(US, "ana@example.org", "Keep the delta", 5, "a1@outlook.example"));
    server.put("Gesendet", 9, &mail(US, "nobody@example.org", "Lunch?", 5, "a2@outlook.example"));
    let inbox = format!(
        "[inbox]\nurl = \"imaps://letters%40coalition.example@localhost:{}\"\npassword = {{ env = \"INBOX_PASSWORD\" }}\n",
        server.port()
    );
    let campaign = campaign(&inbox).file("authority.pem", authority.pem());
    let trusted = campaign.path("authority.pem").into_os_string().into_string().unwrap();
    let campaign = campaign.environment("SSL_CERT_FILE", trusted).environment("INBOX_PASSWORD", SECRET);
    campaign.run(&["adopt", "--folder", "Sent"]).exits(0).says("1 letter that was sent by hand");
    assert_eq!(text(&campaign.row("ana@example.org")["state"]), "accepted");
    let heard: Vec<String> = server.heard().into_iter().map(|heard| heard.line).collect();
    assert!(heard.iter().any(|line| line.ends_with("EXAMINE \"Gesendet\"")), "{heard:?}");
    assert!(!heard.iter().any(|line| line.contains("STORE") || line.contains("APPEND") || line.contains("SELECT")));
}

#[test]
fn another_campaign_takes_up_the_letters_that_were_sent_by_hand() {
    let campaign = campaign("");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("before.mbox", mbox(&[mail(US, "ana@example.org", "Keep the delta", 5, "a1@outlook.example")]));
    let file = campaign.path("before.mbox").display().to_string();
    campaign.run(&["adopt", "--mbox", &file]).exits(0);
    let next = settings.replace("id = \"2027-03-delta\"", "id = \"2028-03-delta\"\ncontinues = \"2027-03-delta\"");
    campaign.write("campaign.toml", next);
    campaign.run(&["send", "--yes"]).exits(0);
    let ana = campaign.received().into_iter().find(|letter| letter.recipients == ["ana@example.org"]).unwrap();
    let message = String::from_utf8(ana.message).unwrap();
    assert!(message.contains("In-Reply-To: <a1@outlook.example>\r\n"), "{message}");
}
