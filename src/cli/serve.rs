//! The campaign in a browser.

use clap::Args;

/// Serves the desk.
#[derive(Debug, Args)]
pub struct Serve {
    /// The port [default: any that is free]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub port: u16,

    /// Only look: every change is refused
    #[arg(long)]
    pub read_only: bool,

    /// Do not open a browser
    #[arg(long)]
    pub no_open: bool,
}
