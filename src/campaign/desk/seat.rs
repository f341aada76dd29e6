//! The number by which a desk names a recipient.

/// The number by which a desk names a recipient: that of their first delivery in the ledger. It holds no address, and
/// stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat(pub i64);
