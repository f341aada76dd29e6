//! The press of a program that was built without one.

use crate::letter::Addressed;
use crate::model::{Fault, Faults, Place};
use crate::workspace::Workspace;

/// There is none.
#[derive(Debug)]
pub enum Press {}

impl Press {
    /// Says that there is no press.
    ///
    /// # Errors
    /// Always.
    pub fn open(_: &Workspace, _: Option<&str>, place: Place) -> Result<Self, Faults> {
        Err(Fault::error(place, super::ABSENT).into())
    }

    /// The files of fonts, of which there are none.
    #[must_use]
    pub fn sources(&self) -> &[(String, [u8; 32])] {
        match *self {}
    }

    /// Makes no PDF.
    ///
    /// # Errors
    /// Never, since there is no press.
    pub fn print(&self, _: &Addressed<'_>) -> Result<Vec<u8>, Faults> {
        match *self {}
    }

    /// Tries nothing out.
    ///
    /// # Errors
    /// Never, since there is no press.
    pub fn try_out(&self, _: &Addressed<'_>) -> Result<u64, Faults> {
        match *self {}
    }
}
