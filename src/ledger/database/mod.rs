//! The database that a ledger is kept in, as all SQL of the ledger sees it: a SQLite file, or a schema on a PostgreSQL
//! server.
//!
//! Both are asked in the same words, and answer in the same values: those of SQLite. What PostgreSQL has other words
//! for, `postgres::dialect` translates; the few statements that differ in more than words stand beside each other where
//! they are asked ([`Connection::words`]).

mod connection;
mod params;
mod row;
mod statement;

pub(in crate::ledger) use connection::Connection;
pub(in crate::ledger) use params::Params;
pub(in crate::ledger) use row::Row;
pub(in crate::ledger) use statement::Statement;
