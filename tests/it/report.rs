//! The report: one page for insiders, and one for everybody.

use std::path::Path;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::Campaign;
use crate::session::Session;

const LIST: &str = "email,name,organisation,country,Party,phone\n\
    ana@ministry.example,Ana Roe,Ministry of Water,FR,Green,+32 2 555 0101\n\
    bo@parliament.example,Bo Lund,Parliament,BE,Red,\n\
    cy@office.example,Cy Korda,Office,France,Green,\n";

/// A campaign of which something became of everything.
pub fn sent() -> Campaign {
    let campaign = Campaign::new()
        .recipients(LIST)
        .file("lists/signatories.csv", "name,publish,representative\nDelta Watch,,Rep Resentative\nHidden Union,no,\n")
        .settings(
            "[letter]\ndate = 2027-03-22\n[[follow_up]]\nafter = \"3 days\"\ntemplate = \"templates/letter.md\"\n\
             [pace]\nhours = \"Mon-Sun 00:00-24:00 Europe/Brussels\"\n",
        )
        .server([Fault::always(
            When::Recipient("bo@parliament.example".into()),
            At::Rcpt,
            Act::Reply("550 5.1.1 <bo@parliament.example> mailbox of Bo is gone".into()),
        )]);
    campaign.run_aside(&["send", "--yes"]).exits(1);
    campaign.run_aside(&["mark", "cy@office.example", "declined", "--note", "called at home"]).exits(0);
    campaign
}

fn page(campaign: &Campaign, arguments: &[&str]) -> String {
    campaign.run_aside(&[&["report"][..], arguments].concat()).exits(0).stdout
}

#[test]
fn the_report_for_everybody_has_numbers_and_nothing_of_anybody() {
    let campaign = sent();
    for arguments in [&["--public"][..], &["--public", "--by", "Party"], &["--public", "--by", "organisation"]] {
        let page = page(&campaign, arguments);
        let page = page.split("</style>").nth(1).unwrap();
        for private in [
            "@",
            "ministry.example",
            "Ana Roe",
            "Bo Lund",
            "Korda",
            "555 0101",
            "at home",
            "declined",
            "550",
            "mailbox",
            "Hidden Union",
            "Resentative",
            "script",
        ] {
            assert!(!page.contains(private), "{arguments:?} {private}: {page}");
        }
        assert!(page.contains("Delta Watch") && page.contains("Dear [name]"), "{page}");
    }
    let page = page(&campaign, &["--public"]);
    // FR and France are one country.
    assert!(page.contains("<th scope=\"row\">France</th><td class=\"number\">2</td><td class=\"number\">2</td><td class=\"number\">1</td>"), "{page}");
}

#[test]
fn no_column_that_says_who_somebody_is_stands_in_what_everybody_reads() {
    let session = Session::begin();
    let campaign = sent();
    for column in ["email", "Name", "ID", "phone"] {
        campaign.run(&["report", "--public", "--by", column]).exits(2);
    }
    campaign.run(&["report", "--by", "partey"]).exits(2);
    let out = campaign.path("page.html");
    campaign.run(&["report", "--public", "--by", "party", "--out", out.to_str().unwrap()]).exits(0);
    campaign.run(&["report", "--by", "email", "--out", out.to_str().unwrap()]).exits(0);
    session.reads("report");
}

#[test]
fn a_column_that_names_people_is_kept_from_everybody_whatever_it_is_called() {
    let list = "email,name,Spokesperson,Assistente,Nachname,Group,Region\n\
        ana@example.org,Ana Roe,Ana Roe,Eva Nyberg,Roe,Greens,North\n\
        bo@example.org,Bo Lund,Mr Bo Lund,Jan de Wit,Lund,Greens,South\n\
        cy@example.org,Cy Korda,\"Korda, Cy\",Pia Holm,Korda,Left,East\n";
    let campaign = Campaign::new().recipients(list).server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    for column in ["Spokesperson", "Assistente", "Nachname"] {
        let ran = campaign.run_aside(&["report", "--public", "--by", column]).exits(2);
        ran.says(&format!("`--by {column}` would put names"));
    }
    for column in ["Group", "Region"] {
        campaign.run_aside(&["report", "--public", "--by", column]).exits(0);
    }
    campaign.run_aside(&["report", "--by", "Spokesperson"]).exits(0);
}

#[test]
fn an_address_in_any_column_keeps_it_from_everybody() {
    let campaign = Campaign::new()
        .recipients("email,name,contact,call\nana@example.org,Ana,desk@example.net,+32 2 555 01 01\n")
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    for column in ["contact", "call"] {
        campaign.run_aside(&["report", "--public", "--by", column]).exits(2).says(&format!("`--by {column}`"));
    }
}

#[test]
fn the_report_for_insiders_says_who_and_why_and_is_theirs_alone() {
    let campaign = sent();
    let out = campaign.path("report.html");
    campaign.run_aside(&["report", "--out", out.to_str().unwrap()]).exits(0).says("for you alone");
    let page = std::fs::read_to_string(&out).unwrap();
    for part in ["ana@ministry.example", "Bo Lund", "called at home", "mailbox of Bo is gone", "declined", "noindex"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Hidden Union"), "{page}");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&out).unwrap().permissions()) & 0o777, 0o600);
    assert!(!campaign.path("report.csv").exists());
}

#[test]
fn the_same_ledger_gives_the_same_bytes_wherever_and_whenever() {
    let campaign = sent();
    let (here, there) = (campaign.path("here.html"), campaign.path("there.html"));
    let write = |zone: &str, arguments: &[&str], out: &Path| {
        let mut command = campaign.command(&[&["report", "--out"][..], &[out.to_str().unwrap()], arguments].concat());
        assert!(command.env("TZ", zone).env("LANG", "de_DE.UTF-8").status().unwrap().success());
        std::fs::read(out).unwrap()
    };
    for arguments in [&[][..], &["--public"]] {
        let one = write("Pacific/Kiritimati", arguments, &here);
        assert_eq!(one, write("America/Los_Angeles", arguments, &there), "{arguments:?}");
        assert_eq!(String::from_utf8(one).unwrap(), page(&campaign, arguments), "stdout");
    }
}

#[test]
fn a_report_of_many_shows_the_first_thousand_and_has_all_beside_it() {
    let campaign = Campaign::new().many_recipients(1_200).settings("[pace]\nconnections = 8\n").server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    let out = campaign.path("out.html");
    campaign.run_aside(&["report", "--out", out.to_str().unwrap()]).exits(0).says("out.csv");
    let page = std::fs::read_to_string(&out).unwrap();
    assert_eq!(page.matches("@d").count(), 1_000);
    assert!(page.contains("Rows shown: 1,000 / 1,200 · <a href=\"out.csv\""), "{page}");
    assert!(page.contains("<dt>Sent</dt><dd>1,200"));
    let table = std::fs::read_to_string(campaign.path("out.csv")).unwrap();
    assert_eq!(table.lines().count(), 1_201);
    assert_eq!(table, campaign.run_aside(&["log", "--format", "csv"]).stdout);
    // What everybody may read has no people, and needs no table for them.
    std::fs::remove_file(campaign.path("out.csv")).unwrap();
    campaign.run_aside(&["report", "--public", "--out", out.to_str().unwrap()]).exits(0);
    assert!(!campaign.path("out.csv").exists());
}

#[test]
fn before_anything_was_sent_a_report_has_the_letter_and_says_that_it_has_no_numbers() {
    let campaign = Campaign::new();
    let told = campaign.run_aside(&["report"]).exits(0).says("nothing was sent yet");
    assert!(told.stdout.contains("Dear [name]"), "{}", told.stdout);
}
