//! An array of JSON objects, written one by one: one object a line.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a JSON array of any length in little memory.
pub struct JsonRows<W> {
    out: W,
    begun: bool,
}

impl<W: Write> JsonRows<W> {
    /// An array that has nothing yet.
    pub fn new(out: W) -> Self {
        Self { out, begun: false }
    }

    /// Adds an element.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn write(&mut self, row: &impl Serialize) -> io::Result<()> {
        self.out.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        Ok(serde_json::to_writer(&mut self.out, row)?)
    }

    /// Ends the array.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}
