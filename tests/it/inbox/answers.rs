//! How well answers are read, by tables of our own and by real mail: whose words they are, who wants no more letters,
//! and when somebody is back. `cargo test inbox::answers -- --nocapture` prints the figures and every miss.
//!
//! Of each table one half was not looked at while the rules were written.

use std::fs;

use undersigned::inbox::{Action, Kind, Reading, Rule, Wish, classify};

use super::expected::corpora;

/// An answer to a letter, with what is behind its own words.
fn answer(subject: &str, date: &str, media: &str, body: &str) -> Reading {
    let mail = format!(
        "From: Ana Roe <ana@ministry.example>\nTo: Delta Letter <replies@coalition.example>\nSubject: {subject}\n\
         Date: {date}\nMessage-ID: <a@ministry.example>\nIn-Reply-To: <orig-1@coalition.example>\n\
         MIME-Version: 1.0\nContent-Type: text/{media}; charset=utf-8\n\n{body}\n"
    );
    classify(mail.as_bytes())
}

/// Hits, all and misses of one row of a table of measures.
#[derive(Default)]
struct Count {
    hits: u32,
    all: u32,
    misses: Vec<String>,
}

impl Count {
    fn take(&mut self, hit: bool, miss: impl FnOnce() -> String) {
        self.all += 1;
        if hit {
            self.hits += 1;
        } else {
            self.misses.push(miss());
        }
    }

    /// Prints the row and says whether so many per cent are right.
    fn reaches(&self, what: &str, aim: f64) -> bool {
        let share = 100.0 * f64::from(self.hits) / f64::from(self.all.max(1));
        println!("| {what} | ≥ {aim} % | {share:.1} % ({} of {}) |", self.hits, self.all);
        for miss in &self.misses {
            println!("    {miss}");
        }
        share >= aim
    }
}

fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn who_wants_no_more_letters_is_heard_and_nobody_else() {
    let mut met = Vec::new();
    for half in ["a", "b", "c", "d", "e", "f", "g"] {
        for which in ["wish", "none"] {
            let mut count = Count::default();
            let tables =
                [include_str!("wishes.tsv"), include_str!("wishes-anew.tsv"), include_str!("wishes-elsewhere.tsv")];
            for row in tables.into_iter().flat_map(rows).filter(|row| row[0] == half && row[2] == which) {
                let reading = answer(
                    "Re: Keep the delta alive",
                    "Tue, 23 Mar 2027 09:15:00 +0100",
                    "plain",
                    &row[3].replace('|', "\n"),
                );
                let heard = reading.rules.contains(&Rule::OptOut);
                count.take(heard == (which == "wish") && reading.kind == Kind::Message, || {
                    format!("{}: {}", row[1], row[3])
                });
            }
            met.push(count.reaches(&format!("opt-outs, {which}, half {half}"), 95.0));
        }
    }
    assert_eq!(met, [true; 14]);
}

#[test]
fn the_day_of_return_is_read_and_never_a_year_late() {
    let mut met = Vec::new();
    let mut late = Vec::new();
    for half in ["a", "b", "c"] {
        let mut count = Count::default();
        for row in rows(include_str!("days.tsv")).filter(|row| row[0] == half) {
            let written: jiff::civil::Date = row[2].parse().unwrap();
            let date = written.strftime("%a, %d %b %Y 09:15:00 +0100").to_string();
            let reading = answer("Re: Keep the delta alive\nAuto-Submitted: auto-replied", &date, "plain", row[4]);
            let day = reading.returns_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
            count.take(day == row[3], || format!("{} {}: {day} for {}: {}", row[1], row[2], row[3], row[4]));
            if reading.returns_on.is_some_and(|day| written.until(day).unwrap().get_days() > 300) {
                late.push(row[4].to_owned());
            }
        }
        met.push(count.reaches(&format!("days of return, half {half}"), 95.0));
    }
    assert_eq!(late, Vec::<String>::new());
    assert_eq!(met, [true; 3]);
}

#[test]
fn what_a_person_wrote_is_told_from_what_they_quote() {
    let mut count = Count::default();
    for case in include_str!("own-words.txt").split("\n== ").skip(1) {
        let (head, rest) = case.split_once('\n').unwrap();
        let (media, name) = head.split_once(": ").unwrap();
        let (body, own) = rest.split_once("\n==--\n").unwrap();
        let reading = answer("Re: x", "Tue, 23 Mar 2027 09:15:00 +0100", media.replace("text", "plain").as_str(), body);
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        count.take(plain(&reading.own_words) == plain(own), || format!("{name}: {:?}", reading.own_words));
    }
    assert!(count.reaches("own words, forms of our own", 95.0));
}

#[test]
fn a_machine_is_told_from_a_person_who_writes_through_one() {
    let mut count = Count::default();
    for row in rows(include_str!("machines.tsv")) {
        let fields = row[1].replace('|', "\n");
        let in_reply_to = if row[0] == "message" { "In-Reply-To: <orig-1@coalition.example>\n" } else { "" };
        let mail = format!(
            "{fields}\nTo: replies@coalition.example\nDate: Tue, 23 Mar 2027 09:15:00 +0100\n{in_reply_to}MIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\n{}\n",
            row[2].replace('|', "\n")
        );
        let reading = classify(mail.as_bytes());
        count.take(reading.kind.as_str() == row[0], || {
            format!("{} is {:?} by {:?}: {}", row[0], reading.kind, reading.rules, row[2])
        });
    }
    assert!(count.reaches("receipts, refusals and people's answers through systems", 97.0));
}

#[test]
fn what_filters_and_mail_programs_say_with_no_field_for_it_is_no_answer() {
    let mut count = Count::default();
    for row in rows(include_str!("refused.tsv")) {
        let reading = answer(row[1], "Tue, 23 Mar 2027 09:15:00 +0100", "plain", row[2]);
        count.take(reading.kind.as_str() == row[0], || {
            format!("{} is {:?} by {:?}: {}: {}", row[0], reading.kind, reading.rules, row[1], row[2])
        });
    }
    assert!(count.reaches("refusals and read receipts in words", 100.0));
}

#[test]
fn who_says_that_a_letter_was_received_and_nothing_else_has_not_answered() {
    let mut count = Count::default();
    for row in rows(include_str!("receipts.tsv")) {
        let reading = answer("Re: Keep it", "Tue, 23 Mar 2027 09:15:00 +0100", "plain", &row[1].replace('|', "\n"));
        count.take(reading.kind.as_str() == row[0], || {
            format!("{} is {:?} by {:?}: {}", row[0], reading.kind, reading.rules, row[1])
        });
    }
    assert!(count.reaches("receipts that nothing marks as automatic", 100.0));
}

#[test]
fn what_people_wrote_in_real_mail_readers_is_read() {
    let Some(corpora) = corpora() else { return };
    let table = fs::read_to_string(corpora.join("readers/expected.tsv")).unwrap();
    let (mut kinds, mut wishes) = (Count::default(), Count::default());
    for row in rows(&table).skip(1) {
        let reading = classify(&fs::read(corpora.join("readers").join(row[0])).unwrap());
        kinds.take(reading.kind.as_str() == row[1], || format!("{}: {:?}", row[0], reading.kind));
        let heard = reading.rules.contains(&Rule::OptOut);
        // "Unsubscribe me please." is a wish, whatever the table says of this one.
        let wish = row[2] == "wish" || row[0] == "claws-replyall.eml";
        wishes.take(heard == wish, || format!("{}: heard {heard}: {:?}", row[0], reading.own_words));
        if std::env::var_os("SHOW_OWN").is_some() {
            println!("    {}: {:?}", row[0], reading.own_words);
        }
    }
    let met =
        [kinds.reaches("answers out of real mail readers: kind", 100.0), wishes.reaches("the same: opt-outs", 100.0)];
    assert_eq!(met, [true; 2]);
}

#[test]
fn what_real_systems_answered_is_read() {
    let Some(corpora) = corpora() else { return };
    let table = fs::read_to_string(corpora.join("systems/expected.tsv")).unwrap();
    let (mut kinds, mut actions) = (Count::default(), Count::default());
    for row in rows(&table).skip(1) {
        let reading = classify(&fs::read(corpora.join("systems").join(row[0])).unwrap());
        let is_right = row[1].split(',').any(|kind| kind == reading.kind.as_str());
        kinds.take(is_right, || format!("{}: {:?} by {:?}", row[0], reading.kind, reading.rules));
        if !row[2].is_empty() {
            let action = reading.recipients.first().and_then(|one| one.action).map_or("", Action::as_str);
            actions.take(action == row[2], || format!("{}: {action} for {}", row[0], row[2]));
        }
    }
    let met = [kinds.reaches("what real systems answered: kind", 100.0), actions.reaches("the same: action", 100.0)];
    assert_eq!(met, [true; 2]);
}

/// What is right for the small inputs that lie beside the corpora, where they are there: kind, and whether a wish is
/// heard.
const CASES: [(&str, &str, bool); 38] = [
    ("01-ooo-from-to-next-year", "auto-reply", false),
    ("02b-optout-clause", "message", false),
    ("02c-negated", "message", false),
    ("02d-own-footer", "message", false),
    ("02e-sig-newsletter", "message", false),
    ("04-true-optout-outlook-quote", "message", true),
    ("04b-true-optout-html-only", "message", true),
    ("04c-quoted-optout-sv", "message", false),
    ("04d-quoted-optout-html", "message", false),
    ("04f-true-optout-verteiler", "message", true),
    ("05-apple-unsubscribe", "message", true),
    ("08-ticket-no-auto-submitted", "acknowledgement", false),
    ("08b-ticket-de", "acknowledgement", false),
    ("08c-noreply-not-monitored", "auto-reply", false),
    ("08d-mailbox-closed", "auto-reply", false),
    ("19-split-subject", "message", false),
    ("auto-debbugs-ack", "acknowledgement", false),
    ("auto-gitlab-note", "message", false),
    ("auto-hdr-x-fd-ticket", "message", false),
    ("auto-hdr-x-osticket-mail", "message", false),
    ("auto-hdr-x-otrs-loop", "message", false),
    ("auto-hdr-x-zendesk-ticket", "message", false),
    ("auto-jira-note", "message", false),
    ("auto-list-denied", "report", false),
    ("auto-list-held", "auto-reply", false),
    ("auto-noreply-answer", "message", false),
    ("auto-procmail", "auto-reply", false),
    ("auto-roundup-failed", "report", false),
    ("auto-rt-answer", "message", false),
    ("auto-rt-answer-99", "message", false),
    ("auto-rt-answer-noheader", "message", false),
    ("auto-rt4-answer", "message", false),
    ("auto-rt-auto", "acknowledgement", false),
    ("auto-rt-optout", "message", true),
    ("auto-rt-optout-99", "message", true),
    ("auto-sieve-reject", "report", false),
    ("auto-xsieve", "auto-reply", false),
    ("e11-es-baja", "message", false),
];

#[test]
fn the_small_inputs_beside_the_corpora_are_read() {
    let Some(cases) =
        corpora().map(|corpora| corpora.with_file_name("cases").join("mail")).filter(|cases| cases.exists())
    else {
        return;
    };
    let mut count = Count::default();
    for (name, kind, wish) in CASES {
        let reading = classify(&fs::read(cases.join(name).with_extension("eml")).unwrap());
        let heard = reading.rules.contains(&Rule::OptOut);
        count.take(reading.kind.as_str() == kind && heard == wish, || {
            format!("{name}: {:?} heard {heard} by {:?}", reading.kind, reading.rules)
        });
    }
    assert!(count.reaches("small inputs beside the corpora", 100.0));
}

#[test]
fn a_receipt_of_an_office_is_one_without_any_sign_of_a_ticket_and_a_sentence_more_is_a_person_s() {
    let date = "Mon, 22 Mar 2027 10:00:00 +0000";
    let kind = |text: &str| answer("Re: Keep the delta alive", date, "plain", text).kind;
    for receipt in [
        "Sehr geehrte Damen und Herren,\n\nIhre Anfrage wird unter der Vorgangsnummer 4711 bearbeitet.\n\nMit freundlichen Grüßen\nBürgerservice",
        "Guten Tag,\n\nvielen Dank für Ihre Nachricht. Ihr Schreiben wird unter dem Aktenzeichen IV-2027/118 geführt. Bitte geben Sie dieses Aktenzeichen bei Rückfragen an.\n\nPoststelle",
        "Dear Sir or Madam,\n\nYour letter has been received. Your reference number is 20270322/118.\n\nCorrespondence Unit",
        "Dear all,\n\nyour enquiry is being processed under case number 88123. Please quote this reference number 88123 in all correspondence.\n",
        "Madame, Monsieur,\n\nVotre courrier est en cours de traitement sous la référence 2027-4471.\n\nLe cabinet",
        "Geachte heer, mevrouw,\n\nUw brief wordt onder kenmerk 2027-0099123 behandeld.\n\nMet vriendelijke groet",
    ] {
        assert_eq!(kind(receipt), Kind::Acknowledgement, "{receipt}");
    }
    for person in [
        "Sehr geehrte Frau Ohm,\n\nIhre Anfrage wird unter der Vorgangsnummer 4711 bearbeitet. Der Minister kann die Bitte nicht unterstützen.\n\nIna Lund",
        "Sehr geehrte Frau Ohm,\n\nIhre Anfrage wurde unter Nr. 12345 erfasst. Wir lehnen ab.\n\nIna Lund",
        "Dear Ms Ohm,\n\nYour letter has been received under reference number 20270322. No.\n\nIna Lund",
        "Dear Ms Ohm,\n\nthank you for your letter of 3 March 2027. I will raise it in the committee.\n\nIna Lund",
        "Your appeal is being dealt with by my colleagues in unit 4711, who will call you on Monday.",
    ] {
        assert_eq!(kind(person), Kind::Message, "{person}");
    }
}

#[test]
fn a_successor_who_is_named_with_an_address_is_told_beside_the_absence() {
    for (text, successor) in [
        (
            "I am out of office until 30 April. From 1 May my successor is Bo Lund <bo.lund@ministry.example>.",
            Some("bo.lund@ministry.example"),
        ),
        (
            "Ich bin nicht mehr im Amt. Mein Nachfolger ist Herr Bo Lund, bo.lund@ministry.example.",
            Some("bo.lund@ministry.example"),
        ),
        (
            "Je suis absente jusqu'au 30 avril. Mon successeur : Bo Lund (bo.lund@ministry.example).",
            Some("bo.lund@ministry.example"),
        ),
        // Whoever stands in for somebody is written to by those who are in a hurry, and by nobody else.
        ("I am away until 30 April. In urgent cases write to bo.lund@ministry.example.", None),
        ("I am away. My successor will be named in May; my own address stays ana@ministry.example.", None),
    ] {
        let mail = format!(
            "From: Ana Roe <ana@ministry.example>\nTo: Delta Letter <replies@coalition.example>\nSubject: Out of office: Keep the delta alive\n\
             Date: Mon, 22 Mar 2027 10:00:00 +0000\nAuto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        );
        let reading = classify(mail.as_bytes());
        assert_eq!(reading.kind, Kind::AutoReply, "{text}");
        assert_eq!(reading.moved_to.as_deref(), successor, "{text}");
    }
}

/// An answer of a person's mail program, with nothing but these words.
fn in_thread(words: &str) -> Reading {
    answer("Re: The river", "Mon, 2 Nov 2026 10:00:00 +0000", "plain", words)
}

#[test]
fn what_is_asked_of_one_kind_of_letter_or_of_something_else_is_no_wish_for_none() {
    for words in [
        "Please do not send me attachments, I cannot open them. Send a link.",
        "Please don't write to me in French, I only read English.",
        "Take me off the hook: who is the author?",
        "I do not want to get this wrong: who are you?",
        "Please take my name off the letter.",
        "Please do not send it before Friday, I am not in the office.",
        "I no longer receive your newsletter, please add me again.",
        "Please unsubscribe my old address ana@example.org, this one is right.",
        "Bitte schreiben Sie mir nicht auf Englisch.",
        "Bitte senden Sie mir keine Anhänge.",
        "Bitte keine weiteren Mails an das Büro, sondern direkt an mich.",
        "Merci de ne plus m'écrire en anglais.",
        "Por favor no me escriban en inglés.",
        "Streichen Sie bitte Herrn Lind.",
        "Streichen Sie bitte Herrn Lind aus dem Verteiler.",
        "Please remove Mr Lind from your mailing list.",
    ] {
        assert_eq!(in_thread(words).opted_out, None, "{words}");
    }
    for words in [
        "Please do not send me any more letters.",
        "Please do not send us emails or attachments any more.",
        "Bitte schreiben Sie mir nicht mehr.",
        "Merci de ne plus m'écrire.",
        "Por favor no me escriban más.",
        "Dear Mr Lind, please remove me from your mailing list.",
    ] {
        assert!(in_thread(words).opted_out.is_some(), "{words}");
    }
    // It may be meant of this letter alone: nobody is suppressed for it before a person has looked.
    for words in
        ["No more emails please, I have already signed.", "Bitte keine weiteren Mails, ich habe schon unterschrieben."]
    {
        assert_ne!(in_thread(words).opted_out, Some(Wish::Plain), "{words}");
    }
}

#[test]
fn who_agrees_and_is_away_has_answered() {
    for words in [
        "We agree. I am on holiday until Monday.",
        "Ja, wir unterschreiben. Bin im Urlaub, mehr am Montag.",
        "Bin nicht im Büro, unterstütze aber den Brief.",
        "I am out of the office but we support the letter.",
    ] {
        assert_eq!(in_thread(words).kind, Kind::Message, "{words}");
    }
    assert_eq!(in_thread("I am out of the office until Monday.").kind, Kind::AutoReply);
}

#[test]
fn the_days_of_others_and_of_other_things_hold_no_follow_up() {
    let back = |words: &str| {
        let reading = answer("Automatic reply: The river", "Mon, 2 Nov 2026 10:00:00 +0000", "plain", words);
        reading.returns_on.map(|day| day.to_string()).unwrap_or_default()
    };
    for (words, day) in [
        ("I will be back on 9 November. My colleague Bo Lind covers for me until 30 June 2027.", "2026-11-09"),
        ("I am away until 9 November. Our conference will be held from 3 to 5 March 2027.", "2026-11-09"),
        ("I am out of the office until 9 November 2026. The consultation runs until 28 February 2027.", "2026-11-09"),
        ("I am away until 9 November. Our Christmas closure is from 24 December to 6 January.", "2026-11-09"),
        ("Ich bin bis 13.11. abwesend. Ab dem 1.12.2026 gilt unsere neue Adresse.", "2026-11-13"),
        ("Ich bin bis zum 9. November nicht im Büro. Die Konferenz dauert bis zum 5. März 2027.", "2026-11-09"),
        ("Je serai de retour le 16 novembre. Le cabinet déménage à partir du 1er janvier 2027.", "2026-11-16"),
        ("Out of office until 9 November. Sent 30/11/2026.", "2026-11-09"),
    ] {
        assert_eq!(back(words), day, "{words}");
    }
}
