//! A server's words taken apart: reply code, enhanced status codes, and the command that they answer.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::model::EnhancedStatus;

/// The command of SMTP that a server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// The connection itself, or the greeting.
    Connect,
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// The message.
    Data,
}

/// What the words hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Codes {
    /// The reply code, 4xx or 5xx where there is one.
    pub(super) reply: Option<u16>,
    /// All enhanced status codes, in their order.
    pub(super) enhanced: Vec<EnhancedStatus>,
}

/// How many status codes are read of one text.
const MAX_CODES: usize = 16;

/// Finds the codes in a text. Addresses, host names and IP addresses hold none.
pub(super) fn codes(text: &str) -> Codes {
    let mut found = Codes::default();
    for token in text.split(|c: char| c.is_whitespace() || "<>()[]{}\"',;:=/\\".contains(c)) {
        if !token.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'#') || token.contains('@') {
            continue;
        }
        let token = token.trim_start_matches('#');
        let mut rest = token.trim_end_matches(['.', '-']);
        if let Some((code, after)) = split_reply(rest) {
            found.reply = Some(better(found.reply, code));
            rest = after;
        }
        if let Ok(status) = rest.parse::<EnhancedStatus>()
            && found.enhanced.len() < MAX_CODES
        {
            found.enhanced.push(status);
        }
    }
    found
}

/// `550`, `550-5.1.1` → the code and what is after it.
fn split_reply(token: &str) -> Option<(u16, &str)> {
    let (code, rest) = token.split_at_checked(3)?;
    let rest = match rest.strip_prefix('-') {
        Some(after) => after,
        None if rest.is_empty() => rest,
        None => return None,
    };
    let code: u16 = code.parse().ok()?;
    matches!(code, 200..=259 | 400..=599).then_some((code, rest))
}

/// A refusal counts more than a success, and the first one of each.
fn better(old: Option<u16>, new: u16) -> u16 {
    old.filter(|&old| old >= 400 || new < 400).unwrap_or(new)
}

/// How servers and programs name the commands: Postfix, Exim, sendmail, qmail, `DragonFly` and others.
const NAMES: [(Command, &[&str]); 4] = [
    (
        Command::Data,
        &[
            "end of data",
            "message body",
            "final data",
            "after i sent the message",
            "to data command",
            "after data",
            "text command",
            "[data]",
            "smtp data",
            "(data)",
        ],
    ),
    (Command::Rcpt, &["rcpt", "does not like recipient"]),
    (Command::Mail, &["mail from", "mail_from", "sender was rejected", "mail command", ">>> mail"]),
    (
        Command::Connect,
        &[
            "refused to talk",
            "name was rejected",
            "helo command",
            "ehlo command",
            "initial connection",
            "after ehlo",
            "after helo",
        ],
    ),
];

/// The command that a text says was refused.
pub(super) fn command(text: &str) -> Option<Command> {
    static COMMANDS: LazyLock<(Option<AhoCorasick>, Vec<Command>)> = LazyLock::new(|| {
        let names = NAMES.iter().flat_map(|(_, names)| names.iter());
        let commands = NAMES.iter().flat_map(|(command, names)| names.iter().map(|_| *command)).collect();
        (AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok(), commands)
    });
    let (automaton, commands) = &*COMMANDS;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // The last command that is named is the one that was refused: transcripts name those that went well before. `>>>
    // DATA` says nothing: with PIPELINING it is sent before the answer to RCPT is read.
    let last = automaton.as_ref()?.find_iter(&text).last()?;
    commands.get(last.pattern().as_usize()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_every_place_where_servers_put_them() {
        for (text, reply, enhanced) in [
            ("550 5.1.1 no such user", Some(550), "5.1.1"),
            ("550-5.1.1 no such\n 550 5.1.1 user", Some(550), "5.1.1 5.1.1"),
            ("smtp;550 #5.1.0 Address rejected.", Some(550), "5.1.0"),
            ("host 192.0.2.25[192.0.2.25] said: 552 (#5.2.2)", Some(552), "5.2.2"),
            ("Connected to 192.0.2.5", None, ""),
            ("sent to 550@example.org", None, ""),
        ] {
            let codes = codes(text);
            let shown: Vec<String> = codes.enhanced.iter().map(ToString::to_string).collect();
            assert_eq!((codes.reply, shown.join(" ").as_str()), (reply, enhanced), "{text}");
        }
    }

    #[test]
    fn the_command_named_last_is_the_one_that_was_refused() {
        assert_eq!(
            command(">>> MAIL From:<b@example.net>\n>>> RCPT To:<a@example.org>\n<<< 550 no"),
            Some(Command::Rcpt)
        );
        assert_eq!(command("550 no such user (in reply to RCPT TO command)"), Some(Command::Rcpt));
        assert_eq!(command("no such user"), None);
    }
}
