//! The values that a statement is run with.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value};

/// Values in the order of their places in a statement.
pub(in crate::ledger) trait Params: rusqlite::Params {
    /// Each as a value of its own.
    fn values(&self) -> rusqlite::Result<Vec<Value>>;
}

fn value(value: &(impl ToSql + ?Sized)) -> rusqlite::Result<Value> {
    match value.to_sql()? {
        ToSqlOutput::Borrowed(value) => {
            Value::try_from(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
        }
        ToSqlOutput::Owned(value) => Ok(value),
        _ => Err(rusqlite::Error::ToSqlConversionFailure("a value that stands in no column".into())),
    }
}

impl Params for &[&dyn ToSql] {
    fn values(&self) -> rusqlite::Result<Vec<Value>> {
        self.iter().map(|one| value(*one)).collect()
    }
}

impl Params for [&(dyn ToSql + Send + Sync); 0] {
    fn values(&self) -> rusqlite::Result<Vec<Value>> {
        Ok(Vec::new())
    }
}

macro_rules! arrays {
    ($($length:literal)*) => {$(
        impl<T: ToSql> Params for [T; $length] {
            fn values(&self) -> rusqlite::Result<Vec<Value>> {
                self.iter().map(value).collect()
            }
        }
    )*};
}

arrays!(1 2 3);
