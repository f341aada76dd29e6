//! What `check --online` found, as people and scripts read it.

use std::fmt;

use serde_json::{Value, json};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Letters, or answers, do not arrive.
    Error,
    /// It is worth a look.
    Warning,
    /// It is as it should be.
    Fine,
}

/// Who has to do something about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody.
    Nobody,
    /// Whoever keeps the campaign's files.
    Coordinator,
    /// Whoever keeps the sender's domain in DNS.
    DomainKeeper,
    /// Whoever keeps the mail server, or its provider.
    Provider,
}

/// Something that was found in the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// How much it matters.
    pub weight: Weight,
    /// What it is about: a domain, `[smtp]`, `[inbox]`.
    pub about: String,
    /// What was found.
    pub found: String,
    /// Who has to do something about it.
    pub who: Who,
    /// What they have to do; nothing, where there is nothing to be done.
    pub advice: String,
}

impl Weight {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Fine => "fine",
        }
    }
}

impl Who {
    /// In one word, for scripts.
    fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Coordinator => "coordinator",
            Self::DomainKeeper => "domain",
            Self::Provider => "provider",
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Nobody => "",
            Self::Coordinator => "you: ",
            Self::DomainKeeper => "whoever keeps your domain: ",
            Self::Provider => "whoever runs the mail server: ",
        }
    }
}

impl Discovery {
    /// As `check --online --json` gives it.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "severity": self.weight.word(),
            "about": self.about,
            "message": self.found,
            "who": self.who.word(),
            "advice": self.advice,
        })
    }
}

impl fmt::Display for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { weight, about, found, who, advice } = self;
        write!(f, "{}: {about}: {found}", weight.word())?;
        if advice.is_empty() { Ok(()) } else { write!(f, "; {}{advice}", who.in_words()) }
    }
}
