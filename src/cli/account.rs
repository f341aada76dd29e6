//! Who signs in.

use clap::Args;

/// Signs in.
#[derive(Debug, Args)]
pub struct Login {
    /// Give consent on another device, by a code, where the provider takes that
    #[arg(long)]
    pub device: bool,

    /// Print the page to open, and open no browser
    #[arg(long, conflicts_with = "device")]
    pub no_open: bool,
}

/// Forgets a sign-in.
#[derive(Debug, Args)]
pub struct Logout {}
