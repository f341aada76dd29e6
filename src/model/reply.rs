//! What a server said.

use std::fmt;
use std::str::FromStr;

/// An enhanced status code (RFC 3463), such as `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedStatus {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    pub class: u8,
    /// What it concerns: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail within the subject.
    pub detail: u16,
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl FromStr for EnhancedStatus {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: Option<&str>| {
            part.filter(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|part| part.parse::<u16>().ok())
                .ok_or(NotAStatus)
        };
        let mut parts = text.splitn(3, '.');
        let (class, subject, detail) = (number(parts.next())?, number(parts.next())?, number(parts.next())?);
        let class = u8::try_from(class).map_err(|_| NotAStatus)?;
        if matches!(class, 2 | 4 | 5) { Ok(Self { class, subject, detail }) } else { Err(NotAStatus) }
    }
}

/// A text that is no enhanced status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enhanced status code (RFC 3463)")]
pub struct NotAStatus;

/// A server's whole reply to one command (RFC 5321, 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits.
    pub code: u16,
    /// The enhanced status code at the start of the text, where there is one.
    pub enhanced: Option<EnhancedStatus>,
    /// The text of all lines without the codes, joined by single spaces; what is not UTF-8 is replaced.
    pub text: String,
}

impl Reply {
    /// A reply from its code and the text of its lines; an enhanced status code is taken off the front of each line.
    pub fn new<'a>(code: u16, lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut enhanced = None;
        let mut text = String::new();
        for line in lines {
            let line = line.trim();
            let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
            let rest = match first.parse::<EnhancedStatus>() {
                Ok(status) => {
                    enhanced.get_or_insert(status);
                    rest.trim_start()
                }
                Err(NotAStatus) => line,
            };
            if !text.is_empty() && !rest.is_empty() {
                text.push(' ');
            }
            text.push_str(rest);
        }
        Self { code, enhanced, text }
    }

    /// 4xx: the same command may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// 5xx: it will not.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        (500..600).contains(&self.code)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(status) = self.enhanced {
            write!(f, " {status}")?;
        }
        if !self.text.is_empty() {
            write!(f, " {}", self.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enhanced_code_is_taken_off_every_line() {
        let reply = Reply::new(550, ["5.1.1 no such user", "5.1.1 ask the registry"]);
        assert_eq!(reply.enhanced.unwrap().to_string(), "5.1.1");
        assert_eq!(reply.text, "no such user ask the registry");
        assert_eq!(reply.to_string(), "550 5.1.1 no such user ask the registry");
        assert!(reply.is_permanent() && !reply.is_transient());
    }

    #[test]
    fn what_only_looks_like_a_code_stays_in_the_text() {
        let reply = Reply::new(250, ["1.2.3.4 is welcome"]);
        assert_eq!(reply.enhanced, None);
        assert_eq!(reply.to_string(), "250 1.2.3.4 is welcome");
        assert!("5.1".parse::<EnhancedStatus>().is_err());
        assert!("3.0.0".parse::<EnhancedStatus>().is_err());
    }
}
