//! Bad input: a clear error with its place, exit status 2, and nothing sent.

use crate::harness::Campaign;
use crate::session::Session;

const HEAD: &str = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\n";

/// Everything here is said by `check` and by `send`, and nobody is written to.
#[track_caller]
fn refused(campaign: Campaign, said: &[&str]) {
    let campaign = campaign.server([]);
    let others = [&["send", "--yes"][..], &["send", "--sandbox", "--yes"]];
    for mut ran in
        std::iter::once(campaign.run(&["check"])).chain(others.map(|arguments| campaign.run_aside(arguments)))
    {
        ran = ran.exits(2);
        assert_eq!(ran.stdout, "", "{ran:?}");
        for text in said {
            ran = ran.says(text);
        }
    }
    assert!(campaign.received().is_empty());
    assert_eq!(attempts(&campaign), 0);
}

/// How many attempts are in the ledger, where there is one.
fn attempts(campaign: &Campaign) -> i64 {
    let path = campaign.path("logs/ledger.db");
    if !path.exists() {
        return 0;
    }
    let ledger = rusqlite::Connection::open(path).unwrap();
    ledger.query_row("SELECT count(*) FROM attempt", [], |row| row.get(0)).unwrap()
}

pub fn letter(body: &str) -> Campaign {
    Campaign::new().file("templates/letter.md", format!("{HEAD}{body}\n"))
}

fn list(csv: &str) -> Campaign {
    Campaign::new().recipients(csv)
}

/// The campaign's server, and lines that are not the harness's.
fn settings(campaign: &Campaign, from: &str, to: &str) {
    let text = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    assert!(text.contains(from));
    campaign.write("campaign.toml", text.replace(from, to));
}

#[test]
fn a_picture_that_is_none_or_too_much_of_one_is_refused() {
    let session = Session::begin();
    let bomb = {
        // A PNG of 10 KB that says it has 50,000 × 50,000 pixels.
        let mut head = b"IHDR\0\0\xC3\x50\0\0\xC3\x50\x08\x02\0\0\0".to_vec();
        head.extend_from_slice(&[0xC4, 0xCD, 0xAA, 0x9D]);
        [&b"\x89PNG\r\n\x1A\n\0\0\0\x0D"[..], &head, b"\0\0\x27\x10IDAT", &[0; 10_000]].concat()
    };
    let signatories =
        "name,logo\nBomb,a.png\nScript,b.png\nText,c.png\nOutside,../d.png\nFolder,logos\nMissing,e.png\n";
    refused(
        Campaign::new()
            .file("a.png", bomb)
            .file("b.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")
            .file("c.png", "not a picture")
            .file("logos/f.png", "")
            .file("lists/signatories.csv", signatories)
            .settings("[letter]\ndate = 2027-03-22\nheader = \"files/no.png\"\nheader_alt = \"The delta\"\n"),
        &[
            "campaign.toml:10:10: `files/no.png` does not exist in the workspace",
            "lists/signatories.csv:2:6: `a.png` has 50000 × 50000 pixels",
            "lists/signatories.csv:3:8: `b.png` is SVG, which mail programs do not show and which may hold a script",
            "lists/signatories.csv:4:6: `c.png` is not a picture that mail programs show",
            "lists/signatories.csv:5:9: `../d.png` is outside the workspace",
            "lists/signatories.csv:6:8: `logos` cannot be read: it is not a file",
            "lists/signatories.csv:7:9: `e.png` does not exist in the workspace",
        ],
    );
    let header = |lines: &str| Campaign::new().settings(&format!("[letter]\ndate = 2027-03-22\n{lines}\n"));
    refused(header("header = \"h.png\""), &["campaign.toml:10:10: `header` needs `header_alt` beside it"]);
    refused(header("header_alt = \"x\""), &["campaign.toml:10:14: `header_alt` stands for a picture"]);
    refused(header("header = \"../h.png\"\nheader_alt = \"x\""), &["`header = \"../h.png\"`", "outside the workspace"]);
    refused(header("header = \"h.png\"\nheader_alt = \"\""), &["write what the picture says"]);
    session.reads("bad-pictures");
}

#[test]
fn a_list_that_is_missing_or_has_no_row_is_refused() {
    let session = Session::begin();
    refused(
        Campaign::new().settings("[lists]\nrecipients = \"lists/all.csv\"\n"),
        &["lists/all.csv", "does not exist in the workspace"],
    );
    refused(list(""), &["lists/recipients.csv: the file is empty"]);
    refused(list("email,name\n"), &["lists/recipients.csv: there is a header and no row"]);
    refused(list("email,name\r\n\r\n;\n"), &["lists/recipients.csv"]);
    refused(
        Campaign::new().file("lists/signatories.csv", "name\n"),
        &["lists/signatories.csv: there is a header and no row"],
    );
    session.reads("bad-list-missing");
}

#[test]
fn a_header_without_its_required_column_is_refused_at_its_place() {
    let session = Session::begin();
    refused(
        list("reply to,name\nana@example.org,Ana\n"),
        &["lists/recipients.csv:1:1: the header has no column `email`", "columns = { email = \"reply to\" }"],
    );
    refused(
        Campaign::new().file("lists/signatories.csv", "acronym\nDW\n"),
        &["lists/signatories.csv:1:1: ", "no column `name`"],
    );
    refused(list("email,E-Mail,name\na@example.org,b@example.org,X\n"), &["lists/recipients.csv:1:7: `E-Mail`"]);
    session.reads("bad-list-header");
}

#[test]
fn a_row_with_too_many_cells_is_refused_at_the_first_of_them() {
    let session = Session::begin();
    refused(list("email,name\nana@example.org,Ana,Bo\n"), &["lists/recipients.csv:2:21: `Bo` is cell 3 of a row"]);
    refused(
        list("email;name\r\nana@example.org;Ana\r\nbo@example.org;Bo;x;y\r\n"),
        &["lists/recipients.csv:3:19: `x`"],
    );
    session.reads("bad-list-cells");
}

#[test]
fn every_kind_of_wrong_address_is_named_with_its_place() {
    let session = Session::begin();
    let rows = [
        ("ana@", "ends after the @"),
        ("@example.org", "nothing before the @"),
        ("ana", "no @"),
        ("a b@example.org", "a blank"),
        ("a@b@example.org", "`@` cannot stand before the @"),
        ("a@example..org", "a dot"),
        ("a..b@example.org", "a dot"),
        (".a@example.org", "a dot"),
        ("a@-example.org", "not valid"),
        ("a@exam_ple.org", "not valid"),
        ("a@[127.0.0.1]", "literals in brackets"),
        ("Ana <ana@example.org>", "write the bare address"),
        ("mailto:ana@example.org", "`:`"),
        ("a@localhost", "no dot"),
    ];
    let lines: Vec<String> = rows.iter().map(|(address, _)| format!("{address},X")).collect();
    let campaign = list(&format!("email,name\n{}\n", lines.join("\n"))).server([]);
    let ran = campaign.run(&["send", "--yes"]).exits(2);
    for (number, (address, why)) in rows.iter().enumerate() {
        let place = format!("lists/recipients.csv:{}:", number + 2);
        let line =
            ran.stderr.lines().find(|line| line.contains(&place)).unwrap_or_else(|| panic!("{address}: {ran:#?}"));
        assert!(line.contains(address) && line.contains(why), "{line}");
    }
    assert!(ran.stderr.contains(&format!("{} errors; nothing was sent", rows.len())));
    assert!(campaign.received().is_empty());
    refused(
        list("email,cc,bcc,name\na@example.org,b@,c@example.org; d,X\n"),
        &["lists/recipients.csv:2:15: `b@`", "lists/recipients.csv:2:33: `d`"],
    );
    refused(list("email,name\n,Ana\n"), &["lists/recipients.csv: no row has an address; is `email` the right column?"]);
    session.reads("bad-list-addresses");
}

#[test]
fn what_could_end_a_header_is_refused_and_never_cleaned() {
    let session = Session::begin();
    for (control, shown) in [("\n", "\\n"), ("\r", "\\r"), ("\r\n", "\\r"), ("\0", "NUL"), ("\x1b", "\\u{1b}")] {
        refused(
            list(&format!("email,name\nana@example.org,\"Ana{control}Bcc: eve@example.org\"\n")),
            &["lists/recipients.csv:2:", shown],
        );
    }
    for control in ["\n", "\r", "\u{85}", "\u{2028}"] {
        let campaign = list(&format!(
            "email,name,topic\nbo@example.org,Bo,x\nana@example.org,Ana,\"x{control}Bcc: eve@example.org\"\n"
        ))
        .file("templates/letter.md", "+++\nsubject = \"{{recipient.topic}}\"\n+++\n\nHello.\n");
        refused(
            campaign,
            &["lists/recipients.csv:3:22: ", "which cannot stand in the subject", "templates/letter.md:2:"],
        );
    }
    session.reads("bad-list-control-characters");
}

#[test]
fn a_line_break_bound_for_the_text_is_welcome() {
    let campaign = list("email,name,topic\nana@example.org,Ana,\"one\ntwo\"\n")
        .file("templates/letter.md", format!("{HEAD}{{{{recipient.topic}}}}\n"))
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org"]);
}

#[test]
fn unknown_keys_of_the_campaign_are_named_with_the_nearest_known_one() {
    let session = Session::begin();
    refused(
        Campaign::new().settings("[pace]\nper_secnd = 5\n"),
        &["campaign.toml:", "unknown key `per_secnd` in [pace]", "`per_second`"],
    );
    refused(Campaign::new().settings("[pase]\n"), &["unknown key `pase`; did you mean `pace`?"]);
    refused(Campaign::new().settings("[sender.from]\n"), &["campaign.toml:"]);
    refused(Campaign::new().settings("[pace]\nhours = \"Mon-Fry 09:00-17:00 Europe/Brussels\"\n"), &["`Fry`"]);
    refused(
        Campaign::new().settings("[[follow_up]]\nafter = \"soon\"\ntemplate = \"templates/letter.md\"\n"),
        &["`after = \"soon\"`"],
    );
    let campaign = Campaign::new().server([]);
    settings(&campaign, "[smtp]\n", "[smtp]\nport = 25\n");
    campaign.run(&["send", "--yes"]).exits(2).says("campaign.toml:").says("unknown key `port` in [smtp]");
    session.reads("bad-settings-keys");
}

#[test]
fn a_password_in_the_file_is_refused_and_not_repeated() {
    let session = Session::begin();
    for lines in [
        "url = \"smtps://letters@smtp.example.org\"\npassword = \"correct horse\"",
        "url = \"smtps://letters:correct%20horse@smtp.example.org\"",
        "url = \"smtp+plain://letters@127.0.0.1\"\npassword = { env = \"SMTP_PASSWORD\" }",
        "url = \"smtp+plain://smtp.example.org\"",
    ] {
        let ran = Campaign::new().smtp(lines).run(&["send", "--yes"]).exits(2).says("campaign.toml:");
        assert!(!ran.stderr.contains("horse"), "{ran:#?}");
    }
    Campaign::new()
        .smtp("url = \"smtps://letters@smtp.example.org\"\npassword = { env = \"UNDERSIGNED_NOT_SET\" }")
        .run(&["send", "--yes"])
        .exits(2)
        .says("`UNDERSIGNED_NOT_SET`: the variable is not set");
    session.reads("bad-settings-password");
}

#[test]
fn unknown_names_in_a_letter_are_refused_at_their_place() {
    let session = Session::begin();
    refused(
        letter("Dear {{recipient.nmae}}"),
        &["templates/letter.md:5:8: `recipient.nmae`", "did you mean `recipient.name`?"],
    );
    refused(letter("{{#if recipient.rank}}x{{/if}}"), &["templates/letter.md:5:7: `recipient.rank`"]);
    refused(letter("{{#each recipients}}x{{/each}}"), &["templates/letter.md:5:9: `recipients`"]);
    refused(letter("{{#each signatories}}{{nome}}{{/each}}"), &["templates/letter.md:5:24: `nome`"]);
    refused(letter("{{#if recipient.name}}x{{else}}\n{{bogus}}{{/if}}"), &["templates/letter.md:6:3: `bogus`"]);
    refused(letter("{{previous.subject}}"), &["templates/letter.md:5:3: `previous`"]);
    refused(letter("{{shout recipient.name}}"), &["templates/letter.md:5:3: `shout` is not a helper"]);
    refused(letter("{{> logo}}"), &["templates/letter.md:5:1: there is no partial `logo`"]);
    refused(
        Campaign::new().file("templates/letter.md", "+++\nsubject = \"{{shout recipient.name}}\"\n+++\n\nx\n"),
        &["templates/letter.md:2:14: `shout` is not a helper"],
    );
    refused(
        list("email,name,lang\nana@example.org,Ana,fr\n")
            .file("templates/letter.fr.md", "+++\nsubject = \"x\"\n+++\n\n{{oops}}\n"),
        &["templates/letter.fr.md:5:3: `oops`"],
    );
    session.reads("bad-letter-names");
}

#[test]
fn a_letter_that_is_not_one_is_refused_at_its_place() {
    let session = Session::begin();
    refused(letter("Dear {{recipient.name"), &["templates/letter.md:5:6: `{{` begins a tag that does not end"]);
    refused(letter("{{#if recipient.name}}x"), &["templates/letter.md:5:1: `{{#if recipient.name}}` is not closed"]);
    refused(letter("{{#if recipient.name}}x{{/each}}"), &["templates/letter.md:5:24: `{{/each}}`"]);
    refused(letter("{{{recipient.name}}}"), &["templates/letter.md:5:1: ", "unescaped"]);
    refused(letter("{{&recipient.name}}"), &["templates/letter.md:5:1: ", "unescaped"]);
    let whole = |text: &[u8]| Campaign::new().file("templates/letter.md", text);
    refused(whole(b"Hello.\n"), &["templates/letter.md:1:1: a letter begins with a line `+++`"]);
    refused(whole(b"+++\nsubject = \"x\"\n\nHello.\n"), &["templates/letter.md:1:1: the front matter is not closed"]);
    refused(
        whole(b"+++\npreheader = \"x\"\n+++\n\nHello.\n"),
        &["templates/letter.md:1:1: the front matter has no `subject`"],
    );
    refused(
        whole(b"+++\nsubject = \"x\"\nsubjekt = 1\n+++\n\nHello.\n"),
        &["templates/letter.md:3:1: `subjekt`", "`subject`"],
    );
    refused(whole(b"+++\nsubject = \"x\"\n+++\n\nHell\xf6.\n"), &["templates/letter.md:5:5: ", "not UTF-8"]);
    session.reads("bad-letter-form");
}

#[test]
fn attachments_are_there_and_within_the_workspace() {
    let session = Session::begin();
    let with =
        |path: &str| Campaign::new().settings(&format!("[letter]\ndate = 2027-03-22\nattachments = [\"{path}\"]\n"));
    refused(with("annex.pdf"), &["campaign.toml:10:16: attachment `annex.pdf` does not exist"]);
    refused(with("../annex.pdf"), &["campaign.toml:", "`../annex.pdf` is outside the workspace"]);
    refused(with("/etc/hostname"), &["campaign.toml:", "`/etc/hostname` is outside the workspace"]);
    refused(
        Campaign::new().file("templates/letter.md", "+++\nsubject = \"x\"\nattachments = [\"no.pdf\"]\n+++\n\nx\n"),
        &["templates/letter.md:3:", "`no.pdf` does not exist"],
    );
    refused(
        list("email,name,attachments\nana@example.org,Ana,no.pdf\n"),
        &["lists/recipients.csv:2:21: ", "`no.pdf` does not exist"],
    );
    refused(
        list("email,name,attachments\nana@example.org,Ana,../../x\n"),
        &["lists/recipients.csv:2:21: ", "outside the workspace"],
    );
    #[cfg(unix)]
    {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.pdf"), "x").unwrap();
        let campaign = with("files/secret.pdf");
        std::os::unix::fs::symlink(outside.path(), campaign.path("files")).unwrap();
        refused(campaign, &["`files/secret.pdf` is outside the workspace", "symbolic link"]);
    }
    session.reads("bad-attachments");
}

#[test]
fn all_faults_of_all_files_are_told_at_once() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"annex.pdf\"]\n[lists]\nsuppressions = \"lists/suppressions.csv\"\n")
        .recipients("email,name\nana@,Ana\nbo@example.org,Bo\ncy@@example.org,Cy\n")
        .file("lists/signatories.csv", "name,url\nDelta Watch,ftp://x\n,\n")
        .file("lists/suppressions.csv", "email,reason\nnobody,\n")
        .file("templates/letter.md", format!("{HEAD}{{{{bogus}}}} {{{{recipient.rank}}}}\n"));
    refused(
        campaign,
        &[
            "lists/recipients.csv:2:1: `ana@`",
            "lists/recipients.csv:4:1: `cy@@example.org`",
            "lists/signatories.csv:2:13: `ftp://x`",
            "lists/suppressions.csv:2:1: `nobody`",
            "campaign.toml:",
            "`annex.pdf` does not exist",
        ],
    );
    let campaign = Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"annex.pdf\"]\n")
        .file("templates/letter.md", format!("{HEAD}{{{{bogus}}}} {{{{recipient.rank}}}}\n"));
    refused(campaign, &["letter.md:5:3: `bogus`", "letter.md:5:13: `recipient.rank`", "`annex.pdf` does not exist"]);
    session.reads("bad-everything");
}

#[test]
fn an_id_stands_for_one_recipient() {
    let session = Session::begin();
    refused(
        list("id,email,name\n1,ana@example.org,Ana\n1,bo@example.org,Bo\n"),
        &["lists/recipients.csv:3:1: ", "the id `1` is already that of line 2"],
    );
    session.reads("bad-list-ids");
}

#[test]
fn two_campaigns_with_one_id_and_different_letters_do_not_mix() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"Another campaign\"\n+++\n\nOther words.\n");
    campaign.write("lists/recipients.csv", "email,name\ndi@example.org,Di\n");
    campaign.run(&["send", "--yes"]).exits(2).says("templates/letter.md").says("an `id` of its own");
    assert_eq!(campaign.reached(), ["ana@example.org"]);
    session.reads("bad-campaign-id");
}

#[test]
fn a_fault_in_a_follow_ups_letter_is_found_before_the_first_letter_goes() {
    let session = Session::begin();
    let settings = "[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up-1.md\"\n";
    let follow_up =
        |body: &str| format!("+++\nsubject = \"Our letter of {{{{date previous.sent_at}}}}\"\n+++\n\n{body}\n");
    let campaign = Campaign::new().settings(settings).server([]);
    campaign.write("templates/follow-up-1.md", follow_up("Dear {{recipient.nmae}},"));
    campaign.run(&["check"]).exits(2).says("templates/follow-up-1.md:5:8: `recipient.nmae`");
    campaign.write("templates/follow-up-1.md", follow_up("Dear {{recipient.name}},"));
    campaign.run(&["check"]).exits(0);
    session.reads("bad-follow-up");
}

#[test]
fn a_password_in_the_place_of_a_name_is_not_shown() {
    let campaign = Campaign::new()
        .smtp("url = \"smtps://letters@smtp.example.org\"\npassword = { env = \"correct-horse-9\" }")
        .run(&["send", "--yes"]);
    let ran = campaign.exits(2).says("never the password").says("such as `SMTP_PASSWORD`");
    assert!(!format!("{ran:?}").contains("correct-horse"), "{ran:?}");
}
