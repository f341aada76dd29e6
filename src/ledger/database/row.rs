//! What a statement finds.

use rusqlite::types::{FromSql, FromSqlError, Type, Value, ValueRef};

/// A row.
pub(in crate::ledger) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a [Value]),
}

impl Row<'_> {
    /// What stands in a column; 0 is the first.
    pub(in crate::ledger) fn get<C: Column, T: FromSql>(&self, column: C) -> rusqlite::Result<T> {
        match self {
            Self::Sqlite(row) => row.get(column.place()),
            Self::Postgres(_) => {
                let value = self.get_ref(column)?;
                T::column_result(value).map_err(|error| unreadable(column.place(), value.data_type(), error))
            }
        }
    }

    /// What stands in a column, as it is.
    pub(in crate::ledger) fn get_ref<C: Column>(&self, column: C) -> rusqlite::Result<ValueRef<'_>> {
        match self {
            Self::Sqlite(row) => row.get_ref(column.place()),
            Self::Postgres(row) => {
                let value = row.get(column.place());
                value.map(ValueRef::from).ok_or(rusqlite::Error::InvalidColumnIndex(column.place()))
            }
        }
    }
}

/// As SQLite's own rows say it.
fn unreadable(column: usize, kind: Type, error: FromSqlError) -> rusqlite::Error {
    match error {
        FromSqlError::InvalidType => rusqlite::Error::InvalidColumnType(column, format!("column {column}"), kind),
        FromSqlError::OutOfRange(number) => rusqlite::Error::IntegralValueOutOfRange(column, number),
        error => rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error)),
    }
}

/// The place of a column. It is implemented for one type, so that a number needs no type of its own.
pub(in crate::ledger) trait Column: Copy {
    fn place(self) -> usize;
}

impl Column for usize {
    fn place(self) -> usize {
        self
    }
}

/// The rows that a statement finds, one after the other.
pub(in crate::ledger) enum Rows<'a> {
    Sqlite(rusqlite::Rows<'a>),
    Postgres { rows: std::vec::IntoIter<Vec<Value>>, now: Vec<Value> },
}

impl Rows<'_> {
    /// The next one; `None` after the last.
    pub(in crate::ledger) fn next(&mut self) -> rusqlite::Result<Option<Row<'_>>> {
        match self {
            Self::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            Self::Postgres { rows, now } => Ok(rows.next().map(|next| {
                *now = next;
                Row::Postgres(now)
            })),
        }
    }
}

/// What is read from each of them.
pub(in crate::ledger) struct Mapped<'a, F> {
    pub(super) rows: Rows<'a>,
    pub(super) read: F,
}

impl<T, F: FnMut(&Row<'_>) -> rusqlite::Result<T>> Iterator for Mapped<'_, F> {
    type Item = rusqlite::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next().and_then(|row| row.map(|row| (self.read)(&row)).transpose()).transpose()
    }
}
