//! What was found, planned, sent and heard, as people and scripts read it: findings, plan, previews, status, log,
//! mails. Pure over what was read.

mod copies;
mod event;
mod failed;
mod findings;
mod inbox;
mod json_rows;
mod log;
mod plan;
mod preview;
mod reading;
mod status;
mod table;

pub use copies::copies_left;
pub use event::event_json;
pub use failed::{FailedRow, FailedWriter, ListWriter};
pub use findings::{Findings, Takes, refusal_json};
pub use inbox::last_read;
pub use json_rows::JsonRows;
pub use log::{COLUMNS, Column, LogRow, LogWriter};
pub use plan::{PlanHead, PlanJson, PlanTable, summary};
pub use preview::{PreviewIndex, PreviewLetter, PreviewRow};
pub use reading::{ShownReading, reading_json};
pub use status::{RoundStatus, Status};
pub use table::Table;

pub use crate::model::count::{bytes, counted};
pub use crate::model::printable;
