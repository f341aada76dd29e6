//! What the reader of a letter would stumble over is told before it is sent.

use crate::harness::Campaign;

fn letter(body: &str) -> Campaign {
    Campaign::new()
        .file("templates/letter.md", format!("+++\nsubject = \"A letter\"\n+++\n\n{body}\n\n{{{{> signatories}}}}\n"))
}

#[test]
fn a_letter_that_would_begin_with_a_comma_stops_the_send() {
    let list = "email,name,salutation\nana@example.org,Ana\nbo@example.org,Bo,   \ncy@example.org,Cy,Dear Cy\n";
    let campaign = letter("{{recipient.salutation}},\n\nplease act.").recipients(list).server([]);
    for command in [&["check"][..], &["send", "--yes"]] {
        campaign
            .run(command)
            .exits(2)
            .says("lists/recipients.csv:2: `salutation` is empty, and templates/letter.md:5:1 greets with it: the line reads `,`")
            .says("lists/recipients.csv:3:22: `salutation` is empty")
            .says("2 errors; nothing was sent");
    }
    assert_eq!(campaign.reached(), [] as [String; 0]);
    campaign.write(
        "templates/letter.md",
        "+++\nsubject = \"A letter\"\n+++\n\n{{default recipient.salutation \"Dear all\"}},\n\nact.\n\n{{> signatories}}\n",
    );
    let ran = campaign.run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("is empty"), "{}", ran.stderr);
}

#[test]
fn an_empty_cell_that_is_printed_is_a_warning_with_its_rows_and_the_line() {
    let list = "email,name,title\nana@example.org,Ana,\nbo@example.org,Bo,Dr\ncy@example.org,Cy,\n";
    let campaign = letter("To {{recipient.title}} {{recipient.name}}\n\nact.").recipients(list);
    campaign.run(&["check"]).exits(0).says(
        "lists/recipients.csv:2:21: `title` is empty in 2 rows (2, 4), and templates/letter.md:5:4 prints it: the line reads `To  Ana`",
    );
    let campaign =
        letter("To {{#if recipient.title}}{{recipient.title}} {{/if}}{{recipient.name}}\n\nact.").recipients(list);
    let ran = campaign.run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("title"), "{}", ran.stderr);
}

#[test]
fn a_no_that_counts_as_a_yes_is_told() {
    let list =
        "email,name,met,country\nana@example.org,Ana,no,NO\nbo@example.org,Bo,yes,NO\ncy@example.org,Cy,WAHR,SE\n";
    let body = "{{#if recipient.met}}We met.{{/if}}{{#if recipient.country}} In {{recipient.country}}.{{/if}} Act.";
    let ran = letter(body).recipients(list).run(&["check"]).exits(0);
    let ran = ran.says("lists/recipients.csv:2:21: `no` in `met` counts as a yes at templates/letter.md:5:1");
    let ran = ran.says("`WAHR` in `met` counts as a yes");
    assert!(!ran.stderr.contains("`NO`"), "{}", ran.stderr);
}

#[test]
fn what_eq_compares_with_is_looked_for_in_the_column() {
    let list = "email,name,country\nana@example.org,Ana,BE\nbo@example.org,Bo,be\ncy@example.org,Cy,FR\n";
    let body = "{{#if (eq recipient.country \"BE\")}}Here.{{else if (eq recipient.country \"GER\")}}There.{{/if}} Act.";
    letter(body)
        .recipients(list)
        .run(&["check"])
        .exits(0)
        .says("templates/letter.md:5:1: `country` is compared with `BE`, and has `be`, which is not the same text")
        .says("`country` is compared with `GER`, which it never is among those who get this letter: it has `BE`, `FR`");
}

#[test]
fn a_letter_that_nobody_signs_is_refused() {
    let signatories = "name,publish\nDelta Watch,no\nÅlvfolket,no\n";
    let campaign = Campaign::new().file("lists/signatories.csv", signatories);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(2).says("lists/signatories.csv: the letter has 0 signatories");
}

#[test]
fn odd_rows_are_told_in_one_line_each() {
    let row = |n: usize| format!("m{n}@parliament.example,Ana Roe\n");
    let list: String = (0..9).map(row).collect();
    let odd =
        "x@parliment.example,ROE ANA\ny@ministry.comm,\"Lind, Bo\"\nz@example.org,O&#039;Neil\nä@example.org,Bo\n";
    let ran = Campaign::new().recipients(&format!("email,name\n{list}{odd}")).run(&["check"]).exits(0);
    ran.says("lists/recipients.csv:11:1: `parliment.example` is one letter from `parliament.example`, which 9 addresses have")
        .says("lists/recipients.csv:12:1: no domain ends in `.comm`: `y@ministry.comm` cannot be reached")
        .says("lists/recipients.csv:13:15: `O&#039;Neil` has a code of HTML, which a letter shows as it is; write `O'Neil`")
        .says("the name `ROE ANA` has words in capitals")
        .says("the name `Lind, Bo` seems to be turned around")
        .says("`ä@example.org` has letters before the @");
}

#[test]
fn check_and_plan_say_how_long_it_takes() {
    let row = |n: usize| format!("m{n}@parliament.example,Ana Roe\n");
    let list: String = (0..718).map(row).collect();
    let campaign =
        Campaign::new().recipients(&format!("email,name\n{list}")).settings("[pace]\nper_domain_per_minute = 10\n");
    let words = "takes about 72 minutes: 718 letters to parliament.example at `per_domain_per_minute = 10`";
    assert!(campaign.run(&["check"]).exits(0).stdout.contains(words));
    assert!(campaign.run(&["plan"]).exits(0).stdout.contains(words));
    let json: serde_json::Value = serde_json::from_str(&campaign.run(&["plan", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(json["takes_seconds"], 4_308);
}

#[test]
fn json_has_every_warning_with_its_row_and_cell() {
    let list =
        "email,name,title\nana@example.org,Ana,\n\"bo@example.org\",\"Bo\",\"Dr\nof\nlaw\"\nZ@example.orgg,Cy,Dr\n";
    let campaign = letter("To {{recipient.title}} {{recipient.name}}\n\nact.").recipients(list);
    let json: serde_json::Value = serde_json::from_str(&campaign.run(&["check", "--json"]).exits(0).stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let ending = findings.iter().find(|one| one["message"].as_str().unwrap().contains(".orgg")).unwrap();
    assert_eq!((&ending["line"], &ending["row"], &ending["cell"]), (&6.into(), &4.into(), &"A4".into()));
    assert_eq!(ending["sheet"], serde_json::Value::Null);
    let json: serde_json::Value = serde_json::from_str(&campaign.run(&["plan", "--json"]).exits(0).stdout).unwrap();
    assert!(json["findings"].as_array().unwrap().iter().any(|one| one["cell"] == "A4"));
}

#[test]
fn what_is_left_of_the_sample_is_told_once_the_letter_is_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let campaign = Campaign::new().file("letter.txt", "Stop the dredging of the Orm\n\nDear all,\n\nplease act.\n");
    let text = campaign.path("letter.txt").display().to_string();
    let started = campaign.command_in(folder.path(), &["init", "--from", &text]).output().unwrap();
    assert!(started.status.success(), "{started:?}");
    let settings = std::fs::read_to_string(folder.path().join("campaign.toml")).unwrap();
    assert!(!settings.contains("2027-03-velma-delta") && !settings.contains("2027-03-22"), "{settings}");
    assert!(settings.contains("-stop-the-dredging-of-the-orm\""), "{settings}");
    assert!(!settings.contains("\n[publish]"), "{settings}");
    let checked = campaign.command_in(folder.path(), &["check"]).output().unwrap();
    let said = String::from_utf8(checked.stderr).unwrap();
    let left = "left of the sample campaign: the sender `letters@coalition.example`, the address for answers, `reply_to = \"replies@coalition.example\"`, 10 fictional signatories; write your own before you send";
    assert!(said.contains(left), "{said}");
    assert!(said.contains("no letter uses the columns `salutation`, `title`, `role`"), "{said}");
    assert_eq!(checked.status.code(), Some(0), "{said}");
}

#[test]
fn a_public_letter_that_cannot_be_published_stops_no_send() {
    let list = "email,name,post\nana@example.org,Ana,Minister\n";
    let settings = "[publish]\n[publish.recipient.en]\nname = \"Ministers\"\n";
    let campaign = letter("To {{recipient.name}}, {{recipient.post}}.").recipients(list).settings(settings);
    campaign.run(&["check"]).exits(0).says("`publish` stops here: ");
    campaign.run(&["publish"]).exits(2);
}

#[test]
fn a_follow_up_that_is_missing_in_a_language_is_told() {
    let follow_up = "[[follow_up]]\nafter = \"10 days\"\ntemplate = \"templates/again.md\"\n";
    let french = "+++\nsubject = \"Une lettre\"\n+++\n\nBonjour.\n\n{{> signatories}}\n";
    Campaign::new()
        .recipients("email,name,lang\nana@example.org,Ana,fr\nbo@example.org,Bo,en\n")
        .file("templates/letter.fr.md", french)
        .file("templates/again.md", "+++\n+++\n\nOnce more.\n\n{{> signatories}}\n")
        .settings(follow_up)
        .run(&["check"])
        .exits(0)
        .says("templates/letter.fr.md is in `fr`, and the follow-up of round 1 is not: it goes out in `en`");
}

#[test]
fn a_plan_tells_what_the_readers_of_its_letters_would_stumble_over() {
    let list = "email,name,title\nana@example.org,Ana,\nbo@example.org,Bo,Dr\n@,Cy,\n".replace("@,Cy,\n", "");
    let campaign = letter("To {{recipient.title}} {{recipient.name}}\n\nact.").recipients(&list);
    let said = "`title` is empty, and templates/letter.md:5:4 prints it: the line reads `To  Ana`";
    campaign.run(&["plan"]).exits(0).says(said);
    let plan = campaign.run(&["plan", "--json"]).exits(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    let findings = plan["findings"].as_array().unwrap();
    let found =
        findings.iter().find(|finding| finding["message"].as_str().unwrap().contains("`title` is empty")).unwrap();
    assert_eq!((&found["line"], &found["severity"]), (&2.into(), &"warning".into()), "{found}");
    assert_eq!(findings.len(), plan["findings"].as_array().unwrap().len());
}

#[test]
fn one_id_for_two_letters_is_told() {
    let campaign = letter("Act.").server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("spring.toml", &settings);
    campaign.write("autumn.toml", settings.replace("id = \"", "id = \"another-"));
    let ran = campaign.run(&["check"]).exits(0).says(
        "campaign.toml: spring.toml has the id `2027-03-delta` too: to the ledger both are one campaign, and whoever got the letter \
         of one gets none of the other; give each an `id` of its own",
    );
    assert!(!ran.stderr.contains("autumn.toml"), "{}", ran.stderr);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"Another letter\"\n+++\n\nStop.\n\n{{> signatories}}\n");
    campaign
        .run(&["check"])
        .exits(0)
        .says("changed since the first letter left: templates/letter.md")
        .says("if this is another campaign, give it an `id` of its own");
}
