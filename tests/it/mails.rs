//! Mails that come back: what a test puts into an inbox.

use undersigned::transport::sandbox::Received;

use crate::harness::Campaign;

/// What a mail can say of a letter.
pub struct Sent {
    pub id: String,
    pub bounce_to: String,
    pub reply_to: String,
}

/// The letter to an address.
pub fn letter(campaign: &Campaign, to: &str) -> Sent {
    let letters = campaign.received();
    let found = letters.iter().find(|letter| letter.recipients[0] == to).unwrap();
    Sent { id: field(found, "Message-ID: <"), bounce_to: found.from.clone(), reply_to: field(found, "Reply-To: ") }
}

/// What follows a word at the beginning of a line of a letter.
pub fn field(letter: &Received, name: &str) -> String {
    let message = String::from_utf8_lossy(&letter.message);
    let line = message.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim_end_matches('>').to_owned()
}

/// A delivery report (RFC 3464). `returned` is the Message-ID of the letter in it.
pub fn report(to: &str, about: &str, action: &str, status: &str, returned: Option<&str>) -> String {
    let returned = returned.map_or_else(String::new, |id| {
        format!("--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\nSubject: To Ana\nTo: {about}\n\n")
    });
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n{}\
        Message-ID: <{action}-{status}-{about}@mx.example.org>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n\n\
        --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {about}\n\
        Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {}50 {status} no\n\n{returned}--b--\n",
        date(),
        status.chars().next().unwrap(),
    )
}

/// An answer. `fields` are more of its header.
pub fn answer(from: &str, to: &str, fields: &str, body: &str) -> String {
    format!(
        "From: {from}\nTo: {to}\nSubject: Re: To Ana\n{}Message-ID: <answer-{from}>\n{fields}MIME-Version: 1.0\n\
        Content-Type: text/plain; charset=utf-8\n\n{body}\n",
        date()
    )
}

pub fn date() -> String {
    format!("Date: {}\n", jiff::fmt::rfc2822::to_string(&jiff::Zoned::now()).unwrap())
}
