//! People at their desks: they read a letter and answer it through Postfix.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// A header of a letter, unfolded.
pub fn header(letter: &str, name: &str) -> String {
    let letter = letter.replace("\r\n", "\n");
    let head = letter.split("\n\n").next().unwrap().replace("\n ", " ").replace("\n\t", " ");
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {head}")).to_owned()
}

/// Answers a letter from an address. `fields` are more of the answer's header.
pub fn answer(postfix: &str, from: &str, letter: &str, fields: &str, body: &str) {
    let to = header(letter, "Reply-To");
    let id = header(letter, "Message-ID");
    let date = jiff::fmt::rfc2822::to_string(&jiff::Zoned::now()).unwrap();
    let message = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Re: {}\r\nDate: {date}\r\nMessage-ID: <answer-to-{}\r\n\
        In-Reply-To: {id}\r\nReferences: {id}\r\n{fields}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n",
        header(letter, "Subject"),
        id.trim_start_matches('<'),
    );
    post(postfix, from, to.trim_matches(['<', '>']), &message);
}

fn post(server: &str, from: &str, to: &str, message: &str) {
    let mut stream = TcpStream::connect(server).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let mut says = |code: &str| {
        let mut line = String::new();
        replies.read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!("{code} ")), "{line}");
    };
    says("220");
    for (command, code) in [
        ("HELO localhost".to_owned(), "250"),
        (format!("MAIL FROM:<{from}>"), "250"),
        (format!("RCPT TO:<{to}>"), "250"),
        ("DATA".to_owned(), "354"),
        (format!("{message}."), "250"),
    ] {
        stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        says(code);
    }
}
