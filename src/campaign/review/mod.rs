//! What was sent, and what came of it: the status, the log, and what comes next.

mod log;
mod upcoming;

pub use log::write_log;
pub use upcoming::Upcoming;
