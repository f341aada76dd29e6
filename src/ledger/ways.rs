//! The ways of a server: what runs have learned of it that no standard tells.

/// What is known of a server's ways. What is not known is taken for the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerWays {
    /// Whether it takes what stands behind a message in the same write.
    pub ahead: TakesAhead,
    /// How many letters it takes over one connection, where it has said that it takes no more.
    pub letters_per_connection: Option<u32>,
}

/// Whether a server takes commands from behind a message in the same write, as RFC 2920, 3.1 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TakesAhead {
    /// Nothing else is known.
    #[default]
    Yes,
    /// It forgot them, or refused them for where they stood.
    No,
}
