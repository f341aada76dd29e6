//! What was found, planned, sent and heard, as people and scripts read it: findings, plan, previews, status, log,
//! mails. Pure over what was read.

mod account;
mod approval;
mod copies;
mod copy_field;
mod copy_log;
mod course;
mod event;
mod failed;
mod findings;
mod inbox;
mod json_rows;
mod log;
mod log_row;
mod log_table;
mod online;
mod page;
mod plan;
mod preview;
mod reading;
mod sight;
mod status;
mod status_parts;
mod table;
mod why;
mod workbook;

pub use account::{Account, Numbers, Open, Person};
pub use approval::{ApprovalFacts, ApprovalLetter, Sample, SampleBody, approval_page};
pub use copies::copies_left;
pub use copy_field::CopyField;
pub use copy_log::{COPY_COLUMNS, CopyWriter};
pub use course::{Count, Course};
pub use event::event_json;
pub use failed::{FailedRow, FailedWriter, ListWriter};
pub use findings::{Findings, Takes, refusal_json};
pub use inbox::last_read;
pub use json_rows::JsonRows;
pub use log::LogWriter;
pub use log_row::{COLUMNS, Column, LogRow};
pub use log_table::{LogLine, LogTable};
pub use online::{Discovery, Weight, Who};
pub use page::{Audience, ReportFacts, groups_in_order, needs_table, report_page};
pub use plan::{PlanHead, PlanJson, PlanTable, summary};
pub use preview::{PreviewIndex, PreviewLetter, PreviewRow};
pub use reading::{ShownReading, reading_json};
pub use sight::Sight;
pub use status::{RoundStatus, Status};
pub use status_parts::OverdueStatus;
pub use table::Table;
pub use why::{Cause, Why};
pub use workbook::{PersonRow, SHEET_ROWS, common_header, workbook};

pub use crate::model::count::{bytes, counted};
pub use crate::model::printable;
