//! What every command is given: where the campaign is, how much to say, what time it is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cli::Cli;
use crate::clock::Clock;
use crate::workspace::Workspace;

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    directory: PathBuf,
    /// The campaign's file, relative to its folder.
    pub config: String,
    /// Whether to say nothing but results and errors.
    pub quiet: bool,
    /// Whether to say more than is usual.
    pub verbose: bool,
    /// The time.
    pub clock: Clock,
}

impl Context {
    /// The context of a command line.
    #[must_use]
    pub fn new(cli: &Cli) -> Self {
        Self {
            directory: cli.directory.clone(),
            config: cli.config.clone(),
            quiet: cli.quiet,
            verbose: cli.verbose > 0,
            clock: Clock::system(),
        }
    }

    /// The folder of `-C`.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Opens the campaign's folder.
    ///
    /// # Errors
    /// Where it is not there.
    pub fn workspace(&self) -> Result<Workspace> {
        Workspace::open(&self.directory)
            .with_context(|| format!("the folder `{}` cannot be opened", self.directory.display()))
    }
}
