//! The desk: a campaign in a browser on this machine. Here it is asked over plain HTTP; `browser.rs` looks at it.

pub mod client;
mod forms;
mod hostile;
mod inbox;
mod letter;
mod pages;
mod runs;
