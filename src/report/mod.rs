//! What the ledger holds, as people and scripts read it: the log and the status. Pure over what was read.

mod cell;
mod count;
mod log;
mod status;
mod table;

pub use cell::{inert, printable};
pub use count::{bytes, counted};
pub use log::{COLUMNS, LogRow, LogWriter};
pub use status::{RoundStatus, Status};
pub use table::Table;
