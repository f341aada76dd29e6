//! Mail of every kind, made up, and what it is.

use undersigned::inbox::{Action, Kind, Permanence, Reading, Reason, Rule, classify};

fn read(header: &str, body: &str) -> Reading {
    let to = "To: replies@coalition.example\nDate: Mon, 3 Jun 2024 09:00:00 +0200\n";
    classify(format!("{header}\n{to}\n{body}\n").as_bytes())
}

#[test]
fn an_answer_is_a_message_though_it_speaks_of_receiving_and_delivery() {
    for (subject, body) in [
        ("Re: The river", "Thank you for your letter of 1 June, reference 12345. We agree."),
        ("Re: Out of office", "I am back, let us talk."),
        ("AW: Der Fluss", "vielen Dank für Ihre Nachricht, Aktenzeichen 2024/123. Wir treffen uns gern."),
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "see below, it came back\n\nYour message could not be delivered to\n<bo@example.org>",
        ),
        ("The delivery of the river petition", "When shall we meet for the delivery?"),
    ] {
        let reading =
            read(&format!("From: Ana <ana@example.org>\nSubject: {subject}\nReturn-Path: <ana@example.org>"), body);
        assert_eq!(reading.kind, Kind::Message, "{subject}: {:?}", reading.rules);
    }
}

/// What programs write in the name of whom they serve, in the thread of our letter: none of it is that person's answer.
#[test]
fn a_program_in_the_name_of_a_person_answers_nothing() {
    let sent = "Your message\n\n   To: Bo Roe\n   Subject: The river\n   Sent: 30/11/2026 10:00\n\n";
    let gesendet = "Ihre Nachricht\n\n   An: Bo Roe\n   Betreff: Der Fluss\n   Gesendet: 30.11.2026\n\n";
    for (kind, from, subject, body) in [
        (Kind::Receipt, "bo@example.org", "Read: The river", &*format!("{sent}was read on 1/12/2026 09:00.")),
        (Kind::Receipt, "bo@example.org", "Not read: The river", &*format!("{sent}was deleted without being read.")),
        (Kind::Receipt, "bo@example.org", "Gelesen: Der Fluss", &*format!("{gesendet}wurde am 1.12.2026 gelesen.")),
        (
            Kind::Report,
            "antispam@example.org",
            "Message rejected",
            "Your message to bo@example.org was rejected by the content filter and has not been delivered.",
        ),
        (
            Kind::Report,
            "bo@example.org",
            "Message rejected",
            "Your message to bo@example.org was rejected by the content filter and has not been delivered.",
        ),
        (
            Kind::AutoReply,
            "noreply@filter.example",
            "Votre message",
            "Votre message à bo@example.org est en attente de votre authentification. Cliquez ici pour vous authentifier.",
        ),
        (
            Kind::AutoReply,
            "bo@example.org",
            "Please confirm",
            "Please confirm that you are human to have your message delivered: https://filter.example/c/1",
        ),
        (
            Kind::Acknowledgement,
            "desk@gov.example",
            "[Ticket#2026-4711] The river",
            "Ihre Anfrage ist unter der Nummer #2026-4711 bei uns eingegangen. Wir melden uns in Kürze bei Ihnen.",
        ),
    ] {
        let header = format!("From: Bo <{from}>\nSubject: {subject}\nIn-Reply-To: <letter-1@coalition.example>");
        let reading = read(&header, body);
        assert_eq!(reading.kind, kind, "{subject}: {body}: {:?}", reading.rules);
    }
    for (subject, body) in [
        ("Read: the report of the commission", "We have read your letter with interest, and agree to meet."),
        ("Re: The river", "Please confirm that you are coming on Monday: https://gov.example/agenda"),
        (
            "Message rejected by the council",
            "The council has rejected the message of your petition; we vote on it again.",
        ),
    ] {
        let header =
            format!("From: Bo <bo@example.org>\nSubject: {subject}\nIn-Reply-To: <letter-1@coalition.example>");
        assert_eq!(read(&header, body).kind, Kind::Message, "{subject}");
    }
}

#[test]
fn what_a_list_s_moderator_refuses_is_a_failure_and_what_waits_for_one_is_not() {
    let mailman = "From: river-bounces@lists.example\nSubject: Request to mailing list River rejected\nPrecedence: bulk\n\
        List-Id: <river.lists.example>\nX-BeenThere: river@lists.example\nX-Mailman-Version: 2.1.39";
    let words = "Your request to the River mailing list\n\n    Posting of your message titled \"The river\"\n\nhas been \
        rejected by the list moderator.  The moderator gave the following reason\nfor rejecting your request:\n\n\
        \"No open letters here\"\n\nAny questions or comments should be directed to the list administrator at:\n\n    \
        river-owner@lists.example";
    let sympa = "From: river-request@lists.example\nSubject: Your message has been rejected\nPrecedence: bulk\nAuto-Submitted: auto-replied\n\
        X-Loop: river@lists.example";
    let french = "Votre message pour la liste river, dont l'objet est ci-dessous, a été rejeté par le modérateur de la liste.\n\nThe river";
    for (header, body) in
        [(mailman, words), (sympa, french), (sympa, "Your message to list river was rejected by its moderator.")]
    {
        let reading = read(header, body);
        assert_eq!(reading.kind, Kind::Report, "{body}: {:?}", reading.rules);
        assert!(reading.rules.contains(&Rule::ListRefuses), "{:?}", reading.rules);
        let [refused] = &reading.recipients[..] else { panic!("{:?}", reading.recipients) };
        assert_eq!((refused.address.as_str(), refused.action), ("river@lists.example", Some(Action::Failed)));
        assert_eq!(refused.reason, Some(Reason::Rejected));
    }
    let held = "Your mail to 'River' with the subject\n\n    The river\n\nIs being held until the list moderator can review it for \
        approval.\n\nThe reason it is being held:\n\n    Post by non-member to a members-only list";
    let reading = read(
        &mailman.replace("Request to mailing list River rejected", "Your message to River awaits moderator approval"),
        held,
    );
    assert_eq!(reading.kind, Kind::AutoReply, "{:?}", reading.rules);
}

#[test]
fn what_is_reported_of_a_whole_domain_is_about_no_letter() {
    for header in [
        "From: noreply-dmarc@mx.example\nSubject: Report Domain: coalition.example Submitter: mx.example Report-ID: <2026.11.29>",
        "From: dmarc@mx.example\nSubject: [Preview] Report Domain: coalition.example Submitter: mx.example Report-ID: 7",
        "From: tls@mx.example\nSubject: Report\nTLS-Report-Domain: coalition.example\nTLS-Report-Submitter: mx.example",
        "From: tls@mx.example\nSubject: Report\nContent-Type: multipart/report; report-type=\"tlsrpt\"; boundary=b",
        "From: dmarc@mx.example\nSubject: for you\nContent-Type: application/gzip; name=\"mx.example!coalition.example!1764374400!1764460799.xml.gz\"",
    ] {
        let reading = read(header, "This is an aggregate report.");
        assert_eq!(reading.kind, Kind::Receipt, "{header}: {:?}", reading.rules);
        assert!(reading.rules.contains(&Rule::AggregateReport), "{header}: {:?}", reading.rules);
    }
    let asked = read(
        "From: Ana <ana@example.org>\nSubject: Re: Report Domain: coalition.example Submitter: mx.example",
        "What is this?",
    );
    assert_eq!(asked.kind, Kind::Message, "{:?}", asked.rules);
}

#[test]
fn a_list_s_mail_is_no_auto_reply() {
    let header = "From: Ana <ana@example.org>\nSubject: Absence of rain\nPrecedence: bulk\nList-Id: <rivers.example.org>\n\
        X-Auto-Response-Suppress: All\nReturn-Path: <rivers-bounces@example.org>";
    assert_eq!(read(header, "There was none.").kind, Kind::Message);
}

#[test]
fn an_out_of_office_says_when_its_sender_is_back() {
    let header = "From: bo@example.org\nSubject: Abwesenheitsnotiz\nAuto-Submitted: auto-replied";
    let reading = read(header, "Ich bin bis zum 14. Juni nicht im Büro.");
    assert_eq!(reading.returns_on.map(|day| day.to_string()).as_deref(), Some("2024-06-14"));
}

#[test]
fn an_acknowledgement_is_told_from_an_out_of_office() {
    for (header, body) in [
        (
            "From: no-reply@ec.example\nSubject: Your letter",
            "We acknowledge receipt of your letter, registered under Ares(2024)4711.",
        ),
        ("From: desk@example.org\nSubject: [Ticket#2024061210000123] The river\nAuto-Submitted: auto-replied", "Hello"),
        (
            "From: poststelle@bund.example\nSubject: Ihre Nachricht\nAuto-Submitted: auto-replied",
            "Wir bestätigen den Eingang Ihrer Nachricht. Aktenzeichen: Z 12345/24",
        ),
        (
            "From: courrier@gouv.example\nSubject: Accusé de réception\nAuto-Submitted: auto-generated",
            "Votre courrier a bien été reçu sous la référence 2024-00123.",
        ),
        (
            "From: registrator@gov.example\nSubject: Mottaget\nReturn-Path: <>",
            "Vi har tagit emot ditt brev. Diarienummer: 2024/01234",
        ),
    ] {
        let reading = read(header, body);
        assert_eq!(reading.kind, Kind::Acknowledgement, "{header}: {:?}", reading.rules);
    }
    let away = read(
        "From: bo@example.org\nSubject: Out of office\nAuto-Submitted: auto-replied",
        "Thank you for your message. I am away, call ref. desk 12345.",
    );
    assert_eq!(away.kind, Kind::AutoReply);
}

#[test]
fn who_wants_no_more_letters_is_heard_and_who_mentions_it_is_not() {
    let wish = read(
        "From: bo@example.org\nSubject: Re: The river",
        "Please remove me from your list.\n\n> Dear Bo,\n> we write …",
    );
    assert!(wish.opted_out.is_some() && wish.rules.contains(&Rule::OptOut));
    assert!(read("From: bo@example.org\nSubject: Unsubscribe", "").opted_out.is_some());
    let long = "We discussed it at length. ".repeat(30) + "Some members told us to unsubscribe from the scheme.";
    assert!(read("From: bo@example.org\nSubject: Re: The river", &long).opted_out.is_none());
    let quoted = "We agree.\n\n> To stop getting these letters, answer \"unsubscribe\".";
    assert!(read("From: bo@example.org\nSubject: Re: The river", quoted).opted_out.is_none());
}

#[test]
fn a_new_address_is_taken_from_the_words_before_it() {
    let left = read(
        "From: bo@example.org\nSubject: Automatic reply",
        "I left. My new address is bo@other.example, or ask info@example.org.",
    );
    assert_eq!(left.moved_to.as_deref(), Some("bo@other.example"));
    let away =
        read("From: bo@example.org\nSubject: Automatic reply", "I am away. In urgent cases write to cy@example.org.");
    assert_eq!(away.moved_to, None);
}

#[test]
fn what_matching_needs_is_there() {
    let header = "From: Ana <ana@example.org>\nSubject: Re: The river\nIn-Reply-To: <a.1@coalition.example>\n\
        References: <z.0@coalition.example>\n <a.1@coalition.example>\nDelivered-To: replies+t0k3n@coalition.example\nX-Original-To: replies+t0k3n@coalition.example";
    let reading = read(header, "yes");
    assert_eq!(reading.in_reply_to, ["a.1@coalition.example"]);
    assert_eq!(reading.references, ["z.0@coalition.example", "a.1@coalition.example"]);
    assert!(reading.sent_to.contains(&"replies+t0k3n@coalition.example".to_owned()));
    assert_eq!(reading.from.as_deref(), Some("ana@example.org"));
    assert_eq!(reading.date.map(|date| date.to_string()).as_deref(), Some("2024-06-03T07:00:00Z"));
}

#[test]
fn a_report_names_the_letter_and_its_envelope() {
    let reading = read(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
        "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nOriginal-Envelope-Id: t0k3n+2Bx\n\n\
         Original-Recipient: rfc822; office@example.org\nFinal-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.0.0\n\
         Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <a.1@coalition.example>\n\
         Subject: =?utf-8?q?L=27=C3=A9tude?=\nTo: office@example.org\n\n--b--",
    );
    let one = &reading.recipients[0];
    assert_eq!((one.address.as_str(), one.original_address.as_deref()), ("bo@example.org", Some("office@example.org")));
    assert_eq!(one.status.map(|status| status.to_string()).as_deref(), Some("5.2.2"));
    assert_eq!(reading.original_message_id.as_deref(), Some("a.1@coalition.example"));
    assert_eq!(reading.original_subject.as_deref(), Some("L'étude"));
    assert_eq!(reading.original_envelope_id.as_deref(), Some("t0k3n+x"));
}

const REFUSED: &str = "Final-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n";

#[test]
fn a_report_that_somebody_passes_on_is_one_and_one_that_they_quote_in_an_answer_is_not() {
    let quoted = format!("> {}", REFUSED.replace('\n', "\n> "));
    let body = format!("See below.\n\nBegin forwarded message:\n\n{quoted}");
    let passed_on = read("From: ana@example.org\nSubject: Fwd: Returned mail", &body);
    assert_eq!((passed_on.kind, passed_on.recipients.len()), (Kind::Report, 1));
    let answer = read("From: ana@example.org\nSubject: Re: The river\nIn-Reply-To: <a.1@coalition.example>", &body);
    assert_eq!(answer.kind, Kind::Message);
}

#[test]
fn a_report_wrapped_in_a_report_that_names_nobody_is_read() {
    let inner = format!(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nContent-Type: multipart/report; boundary=i\n\n\
         --i\n\nfailed\n--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{REFUSED}\n--i--\n"
    );
    let reading = read(
        "From: MAILER-DAEMON@gateway.example\nSubject: Returned mail: User unknown\nContent-Type: multipart/mixed; boundary=o",
        &format!(
            "--o\n\nThe following addresses had permanent delivery errors:\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--"
        ),
    );
    assert_eq!(reading.recipients.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["bo@example.org"]);
}

#[test]
fn a_delay_is_no_failure_and_a_time_that_ran_out_is_said_to_be_given_up() {
    let report = |fields: &str| {
        read(
            "From: MAILER-DAEMON@mx.example\nSubject: report\nContent-Type: multipart/report; boundary=b",
            &format!(
                "--b\n\nSee below.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; bo@example.org\n{fields}\n\n--b--"
            ),
        )
    };
    let delayed = report("Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connection timed out");
    let given_up = report("Action: failed\nStatus: 4.4.1\nDiagnostic-Code: smtp; connection timed out");
    let refused = report("Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; delivery time expired");
    let of = |reading: &Reading| (reading.recipients[0].action, reading.recipients[0].given_up);
    assert_eq!(of(&delayed), (Some(Action::Delayed), false));
    assert_eq!(of(&given_up), (Some(Action::Failed), true));
    assert!(given_up.rules.contains(&Rule::TimeRanOut) && !delayed.rules.contains(&Rule::TimeRanOut));
    assert_eq!(of(&refused), (Some(Action::Failed), false));
}

#[test]
fn user_unknown_ends_all_letters_only_where_the_server_said_it_of_the_address() {
    let permanence = |reply: &str| {
        let body = format!(
            "Hi. I wasn't able to deliver your message to the following addresses.\n\n<bo@example.org>:\n{reply}\n"
        );
        let reading = read("From: MAILER-DAEMON@mx.example\nSubject: failure notice", &body);
        (reading.recipients[0].permanence, reading.recipients[0].reason)
    };
    let hard = (Some(Permanence::Hard), Some(Reason::UserUnknown));
    let soft = (Some(Permanence::Soft), Some(Reason::Filtered));
    assert_eq!(permanence("550 5.1.1 User unknown"), hard);
    assert_eq!(permanence("550 User unknown (in reply to RCPT TO command)"), hard);
    assert_eq!(permanence("550 5.2.1 User unknown (in reply to end of DATA command)"), soft);
    assert_eq!(permanence("550 User unknown"), soft);
}

#[test]
fn a_complaint_names_who_complained() {
    let reading = read(
        "From: fbl@provider.example\nSubject: abuse\nContent-Type: multipart/report; report-type=feedback-report; boundary=b",
        "--b\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <bo@example.org>\n\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: <a.1@coalition.example>\nSubject: The river\n\nDear Bo\n--b--",
    );
    assert_eq!((reading.kind, reading.recipients[0].address.as_str()), (Kind::Complaint, "bo@example.org"));
    assert_eq!(
        (reading.recipients[0].action, reading.original_message_id.as_deref()),
        (None, Some("a.1@coalition.example"))
    );
}

#[test]
fn a_report_that_complains_of_nothing_is_no_complaint() {
    let fields = "From: fbl@provider.example\nSubject: feedback\nContent-Type: multipart/report; report-type=feedback-report; boundary=b";
    let body = |line: &str| {
        format!(
            "--b\n\nA report.\n--b\nContent-Type: message/feedback-report\n\n{line}Original-Rcpt-To: <bo@example.org>\n\n\
             --b\nContent-Type: message/rfc822\n\nMessage-ID: <a.1@coalition.example>\nSubject: The river\n\nDear Bo\n--b--"
        )
    };
    let ses = |kind: &str| {
        let object = format!(
            "{{\"notificationType\":\"Complaint\",\"complaint\":{{{kind}\"complainedRecipients\":[{{\"emailAddress\":\"bo@example.org\"}}]}}}}"
        );
        read("From: sns@provider.example\nSubject: notification", &object).kind
    };
    for (kind, complains) in [
        ("abuse", true),
        ("Fraud", true),
        ("opt-out", true),
        ("not-spam", false),
        ("auth-failure", false),
        ("virus", false),
        ("other", false),
        ("dkim", false),
    ] {
        let wanted = if complains { Kind::Complaint } else { Kind::Receipt };
        assert_eq!(read(fields, &body(&format!("Feedback-Type: {kind}\n"))).kind, wanted, "{kind}");
        let lower = kind.to_lowercase();
        assert_eq!(ses(&format!("\"complaintFeedbackType\":\"{lower}\",")), wanted, "{kind}");
    }
    // Where nothing is said of the kind, somebody complained.
    assert_eq!((read(fields, &body("")).kind, ses("")), (Kind::Complaint, Kind::Complaint));
}

#[test]
fn a_bounce_of_ses_without_a_status_has_that_of_its_type() {
    let permanence = |kind: &str, sub: &str| {
        let object = format!(
            "{{\"notificationType\":\"Bounce\",\"bounce\":{{\"bounceType\":\"{kind}\",\"bounceSubType\":\"{sub}\",\
             \"bouncedRecipients\":[{{\"emailAddress\":\"Bo Lind <bo@example.org>\"}}]}}}}"
        );
        let reading = read("From: sns@provider.example\nSubject: notification", &object);
        assert_eq!(reading.recipients[0].address, "bo@example.org");
        (reading.recipients[0].permanence, reading.recipients[0].reason)
    };
    assert_eq!(permanence("Permanent", "NoEmail"), (Some(Permanence::Hard), Some(Reason::UserUnknown)));
    assert_eq!(permanence("Permanent", "General").0, Some(Permanence::Hard));
    assert_eq!(permanence("Transient", "MailboxFull"), (Some(Permanence::Soft), Some(Reason::MailboxFull)));
    assert_eq!(permanence("Transient", "General").0, Some(Permanence::Soft));
}

#[test]
fn an_answer_is_told_from_a_mail_that_is_passed_on() {
    let read = |header: &str, body: &str| read(&format!("From: ana@ministry.example\n{header}"), body);
    let in_thread = "In-Reply-To: <orig-1@coalition.example>";
    // "VS:" is "vastaus", an answer, in Finnish; in Norwegian and Danish it is "videresendt", passed on.
    let finnish = read(&format!("Subject: VS: Deltaviesti\n{in_thread}"), "Kiitos kirjeestä. Tuemme ehdotusta.");
    assert!(!finnish.passed_on, "{:?}", finnish.rules);
    let below = "Til orientering.\n\nFra: Delta <letters@coalition.example>\nEmne: Delta\n\nDear Minister";
    assert!(read(&format!("Subject: VS: Delta\n{in_thread}"), below).passed_on);
    for mark in ["VL:", "PD:", "[EXTERNAL] FW:"] {
        assert!(read(&format!("Subject: {mark} Delta"), "Please look at this.").passed_on, "{mark}");
    }
    // Some programs attach the mail that is answered.
    let attached = "--b\nContent-Type: text/plain\n\nI do not agree.\n\n--b\nContent-Type: message/rfc822\n\n\
                    From: letters@coalition.example\nSubject: Delta\n\nDear Minister\n\n--b--";
    let kind = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b";
    let references = "References: <orig-1@coalition.example>";
    assert!(!read(&format!("Subject: Re: Delta\n{references}\n{kind}"), attached).passed_on);
    assert!(!read(&format!("Subject: Re: Delta\n{kind}"), attached).passed_on);
    assert!(read(&format!("Subject: Delta\n{kind}"), attached).passed_on);
}

#[test]
fn an_answer_in_html_is_read_though_a_list_puts_its_own_words_behind_it() {
    let footer = "--b\nContent-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\n\n\
        _______________________________________________\nPress mailing list\nhttps://lists.example/press\n--b--";
    let read = |html: &str| {
        let header = "From: Ana <ana@example.org>\nSubject: Re: The river\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=b";
        read(header, &format!("--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n{footer}"))
    };
    let wish = read("<p>Please take us off your list.</p>");
    assert!(wish.opted_out.is_some() && wish.rules.contains(&Rule::OptOut), "{:?}", wish.rules);
    let answer = read("<p>We will vote for it.</p>");
    assert_eq!((answer.kind, answer.opted_out), (Kind::Message, None));
}

#[test]
fn what_a_file_says_that_goes_along_is_not_said_by_the_answer() {
    let header = "From: Ana <ana@example.org>\nSubject: Re: The river\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b";
    let body = "--b\nContent-Type: text/plain\n\nWe agree, see the minutes.\n\
        --b\nContent-Type: text/plain; name=minutes.txt\nContent-Disposition: attachment; filename=minutes.txt\n\n\
        Please take us off your list.\nI am out of the office until 20 June 2024.\n--b--";
    let answer = read(header, body);
    assert_eq!((answer.kind, answer.opted_out, answer.returns_on), (Kind::Message, None, None), "{:?}", answer.rules);
}
