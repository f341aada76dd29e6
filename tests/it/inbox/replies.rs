//! What servers answer, and what it means: the table `replies.tsv` beside this file.

use undersigned::inbox::{Permanence, Reading, Reason, classify};

/// The report of a client that got a reply: Postfix's form.
fn report(command: &str, reply: &str) -> Reading {
    let in_reply = match command {
        "RCPT" => " (in reply to RCPT TO command)",
        "MAIL" => " (in reply to MAIL FROM command)",
        "DATA" => " (in reply to end of DATA command)",
        _ => "",
    };
    let host = match command {
        "CONNECT" => "host mx.example.org[192.0.2.1] refused to talk to me: ",
        "-" => "",
        _ => "host mx.example.org[192.0.2.1] said: ",
    };
    let class = if reply.starts_with('4') { 4 } else { 5 };
    let mail = format!(
        "From: MAILER-DAEMON@mx.example\nTo: letters@coalition.example\nSubject: Undelivered Mail Returned to Sender\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
         <ana@example.org>: {host}{reply}{in_reply}\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: {class}.0.0\n\
         Diagnostic-Code: smtp; {reply}\n\n--b--\n"
    );
    classify(mail.as_bytes())
}

#[test]
fn what_servers_answer_is_understood() {
    let mut wrong = Vec::new();
    let mut read = 0;
    for line in include_str!("replies.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [reason, command, reply] = cells[..] else { panic!("{line}") };
        let reading = report(command, reply);
        let one = &reading.recipients[0];
        read += 1;
        let hard = matches!(reason, "userunknown" | "hostunknown" | "hasmoved" | "notaccept");
        let permanence = if hard && !(reply.starts_with('4') && reason == "notaccept") {
            Permanence::Hard
        } else {
            Permanence::Soft
        };
        if one.reason.map(Reason::as_str) != Some(reason) || one.permanence != Some(permanence) {
            wrong.push(format!("{:?} {:?} for {line}", one.reason, one.permanence));
        }
    }
    assert!(read > 300, "{read} were read");
    assert_eq!(wrong, Vec::<String>::new());
}
