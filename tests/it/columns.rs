//! What the columns and rows of a list mean, from the list to the letters that arrive.

use crate::harness::{Campaign, text};

const LETTER: &str = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}}.\n";

/// A list as an address book exports it, and what the campaign says of it.
fn exported() -> Campaign {
    Campaign::new()
        .recipients(
            "Given Name,Family Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,CC,Do Not Email,chamber\n\
             Ana,Roe,work,ana@example.org,,DE,,upper\nBo,Lind,,,bo@example.org,FR,,Upper\n\
             Cy,Poe,work,cy@example.org,,DE,1,upper\nDo,Ray,work,do@example.org,,DE,,lower\nEve,Moe,,,,DE,,upper\n",
        )
        .file("templates/letter.md", LETTER)
        .file("templates/letter.de.md", LETTER)
        .settings(
            "[lists]\ncolumns = { email = [\"E-mail 1 - Value\", \"E-mail 2 - Value\"], name = [\"Given Name\", \"Family Name\"], country = \"CC\" }\n\
             opt_out = [\"Do Not Email\"]\nrows = { chamber = \"upper\" }\nlanguage_of = { DE = \"de\" }\n",
        )
        .server([])
}

#[test]
fn an_exported_list_is_sent_as_the_campaign_says_it_is_meant() {
    let campaign = exported();
    campaign
        .run(&["check"])
        .exits(0)
        .prints("`rows` leaves out 1 of 5 rows")
        .prints("4 recipients, 2 letters to send (1 in de, 1 in en)")
        .prints("1 opted out, 1 without an address")
        .says("lists/recipients.csv:6: 1 row has no address, and is skipped (line 6)");
    let plan = campaign.run(&["plan"]).exits(0);
    let plan = plan.prints("skip: opted out (`Do Not Email`)").prints("Eve Moe").prints("skip: no address");
    drop(plan.prints("2 letters to send, to 2 addresses; 1 opted out; 1 without an address"));
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
    // Nothing is sent again.
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 2);
    assert_eq!(text(&campaign.row("ana@example.org")["name"]), "Ana Roe");
    assert_eq!(campaign.state("Eve Moe"), "skipped");
    campaign.run(&["mark", "Eve Moe", "replied", "--note", "by phone"]).exits(0);
    assert_eq!(text(&campaign.row("Eve Moe")["answer"]), "replied");
}

#[test]
fn a_plan_in_json_has_the_rows_without_an_address_and_why_others_are_skipped() {
    let plan = exported().run(&["plan", "--json"]).exits(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["skipped"]["no_address"], 1);
    assert_eq!(plan["skipped"]["opted_out"], 1);
    let eve = &plan["deliveries"][3];
    assert_eq!(
        (&eve["recipient"], &eve["email"], &eve["reason"]),
        (&"Eve Moe".into(), &serde_json::Value::Null, &"no address".into())
    );
}

#[test]
fn the_second_address_of_a_cell_gets_the_letter_where_the_first_does_not() {
    let campaign = Campaign::new()
        .recipients(
            "email,name\nana@example.org,Ana\n\"ana@example.org; bo@example.org\",Ana\n\"gone@example.org; cy@example.org; do@example.org\",Cy\n",
        )
        .file("lists/suppressions.csv", "email,reason\ngone@example.org,asked\n")
        .file("templates/letter.md", LETTER)
        .server([]);
    campaign
        .run(&["check"])
        .exits(0)
        .says("the letter goes to `bo@example.org`, and not to `ana@example.org`: duplicate of line 2")
        .says("the letter goes to `cy@example.org`, and not to `gone@example.org`: suppressed: asked");
    campaign.run(&["send", "--yes"]).exits(0);
    let mut reached = campaign.reached();
    reached.sort();
    assert_eq!(reached, ["ana@example.org", "bo@example.org", "cy@example.org", "do@example.org"]);
    // Nobody gets it twice, whatever becomes of the suppressions and of the order of the rows.
    campaign.write("lists/suppressions.csv", "email,reason\nelse@example.org,asked\n");
    campaign.run(&["send", "--yes"]).exits(0);
    let mut reached = campaign.reached();
    reached.sort();
    assert_eq!(reached, ["ana@example.org", "bo@example.org", "cy@example.org", "do@example.org", "gone@example.org"]);
}

#[test]
fn who_had_a_copy_gets_no_letter_of_their_own_when_the_first_address_comes_to_a_row_of_its_own() {
    let campaign = Campaign::new()
        .recipients("email,name\n\"ana@example.org; bo@example.org\",Ana\n")
        .file("templates/letter.md", LETTER)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 2);
    campaign
        .write("lists/recipients.csv", "email,name\nana@example.org,Ana\n\"ana@example.org; bo@example.org\",Ana\n");
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["suppress", "ana@example.org"]).exits(0);
    campaign.write("lists/recipients.csv", "email,name\n\"ana@example.org; bo@example.org\",Ana\n");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 2, "{:?}", campaign.reached());
}

#[test]
fn several_people_at_one_mailbox_are_said_before_anything_is_sent() {
    let list = "email,name\noffice@example.org,Ana Roe MP\noffice@example.org,Bo Lind MP\n";
    let campaign = Campaign::new().recipients(list).file("templates/letter.md", LETTER);
    let said = "`office@example.org` is the address of `Ana Roe MP` on line 2 too, and gets one letter: nothing goes to \
                `Bo Lind MP`; if that is right, write `same_address = \"first\"` under [lists]";
    campaign.run(&["check"]).exits(0).says(said).prints("1 with the address of somebody else");
    let campaign = campaign.settings("[lists]\nsame_address = \"first\"\n");
    let ran = campaign.run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("same_address"), "{}", ran.stderr);
}

#[test]
fn failed_rows_of_a_mapped_list_come_back_in_its_own_columns() {
    use undersigned::transport::sandbox::{Act, At, Fault, When};
    let unknown = Act::Reply("550 5.1.1 no such user".into());
    let campaign = Campaign::new()
        .recipients("Courriel;Prénom;Nom\nana@example.org;Ana;Roe\n")
        .file("templates/letter.md", LETTER)
        .server([Fault::always(When::Recipient("ana@example.org".into()), At::Rcpt, unknown)]);
    campaign.run(&["send", "--yes"]).exits(1);
    let failed = campaign.run(&["log", "--failed", "--format", "csv"]).exits(0).stdout;
    assert!(failed.starts_with("Courriel,Prénom,Nom,reason\nana@example.org,Ana,Roe,refused"), "{failed}");
}

#[test]
fn a_letter_that_names_a_doubled_column_is_refused() {
    let campaign = Campaign::new().recipients("email,name,Phone,phone\nana@example.org,Ana,1,2\n");
    let campaign = campaign.file("templates/letter.md", LETTER);
    campaign.run(&["check"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"x\"\n+++\n\nCall {{recipient.phone}}.\n");
    campaign.run(&["check"]).exits(2).says("`recipient.phone`: lists/recipients.csv has several columns `phone`");
}

#[test]
fn a_column_that_is_read_as_a_known_one_is_used() {
    let campaign = Campaign::new()
        .recipients("Work-Email,First Name,Last Name,Shoe size\nana@example.org,Ana,Roe,38\n")
        .file("templates/letter.md", LETTER);
    let ran = campaign.run(&["check"]).exits(0).says("no letter uses the column `Shoe size`");
    assert!(ran.stderr.contains("is read as `email`"), "{}", ran.stderr);
}

#[test]
fn a_name_beside_which_the_other_half_stands_is_told() {
    let list = "email,Vorname,Name\nana@example.org,Ana,Roe\nbo@example.org,Bo,Lind\n";
    let campaign = Campaign::new().recipients(list).file("templates/letter.md", LETTER);
    campaign.run(&["check"]).exits(0).says(
        "lists/recipients.csv:1:7: `Name` holds half of a name, such as `Roe`, and `Vorname` the other half, which is not used; write \
         `columns = { name = [\"Vorname\", \"Name\"] }` under [lists] for both",
    );
    let both = campaign.settings("[lists]\ncolumns = { name = [\"Vorname\", \"Name\"] }\n").server([]);
    let ran = both.run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("half of a name"), "{}", ran.stderr);
    both.run(&["send", "--yes"]).exits(0);
    let mail = String::from_utf8_lossy(&both.received()[0].message).into_owned();
    assert!(mail.contains("Dear Ana Roe."), "{mail}");
    let whole = "email,Vorname,Name\nana@example.org,Ana,Ana Roe\nbo@example.org,Bo,\"Lind, Bo\"\n";
    let ran = Campaign::new().recipients(whole).file("templates/letter.md", LETTER).run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("half of a name"), "{}", ran.stderr);
}

#[test]
fn each_list_may_have_an_encoding_of_its_own_a_code_page_too() {
    // `ü` in code page 850; the signatories are in UTF-8.
    let list = [&b"email,name\nana@example.org,J"[..], b"\x81", b"rgen\n"].concat();
    let campaign = Campaign::new()
        .file("lists/recipients.csv", list)
        .file("lists/signatories.csv", "name\nZürich Circle\nØre Fund\n")
        .file("templates/letter.md", format!("{LETTER}\n{{{{> signatories}}}}\n"))
        .settings("[lists]\nencoding = { recipients = \"cp850\" }\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let page = campaign.run(&["preview", "ana@example.org"]).exits(0).stdout;
    assert!(page.contains("Dear Jürgen.") && page.contains("Zürich Circle"), "{page}");
    let wrong = Campaign::new().settings("[lists]\nencoding = { recipient = \"cp850\" }\n");
    wrong.run(&["check"]).exits(2).says("`recipient` is none of the lists; did you mean `recipients`?");
    let wrong = Campaign::new().settings("[lists]\nencoding = { recipients = \"utf-9\" }\n");
    wrong.run(&["check"]).exits(2).says("`encoding` cannot be `utf-9`: it is not an encoding");
}
