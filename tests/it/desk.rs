//! The desk: a campaign in a browser on this machine. Here it is asked over plain HTTP; `browser.rs` looks at it.

mod attacks;
mod before;
pub mod client;
mod crawl;
pub mod forms;
pub mod hostile;
mod inbox;
mod letter;
mod log;
mod machines;
mod many;
mod needs;
pub mod pages;
pub mod runs;
mod said;
pub mod scenes;
