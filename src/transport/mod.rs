//! Placeholder.
pub mod pace;
