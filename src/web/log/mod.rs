//! The log: who was contacted, with what result; as a page, and as files.

mod asked;
mod files;
mod page;
mod pipe;

pub(super) use files::{csv, xlsx};
pub(super) use page::show;
