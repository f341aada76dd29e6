//! What every command is given: where the campaign is, how much to say, what time it is.

use std::path::{Path, PathBuf};

use crate::campaign::{self, Campaign, Folder, Realm};
use crate::cli::Cli;
use crate::clock::Clock;
use crate::model::Round;
use crate::web::Place;

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
    /// Where this machine remembers ledgers, in the user's folder for what programs keep.
    memory: Option<PathBuf>,
}

impl Context {
    /// The context of a command line.
    #[must_use]
    pub fn new(cli: &Cli) -> Self {
        let (directory, config) = place_of(&cli.directory, &cli.config);
        Self {
            directory,
            config,
            quiet: cli.quiet,
            verbose: cli.verbose > 0,
            clock: Clock::system(),
            memory: dirs::state_dir().or_else(dirs::data_local_dir).map(|folder| folder.join("undersigned")),
        }
    }

    /// The folder of `-C`.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the campaign is, for whoever opens its folder again and again.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { directory: self.directory.clone(), config: self.config.clone(), memory: self.memory.clone() }
    }

    /// Opens the campaign's folder: for real, or with `--sandbox`.
    ///
    /// # Errors
    /// Where it is not there, and all faults of the campaign's file.
    pub fn folder(&self, sandbox: bool) -> campaign::Result<Folder> {
        let realm = if sandbox { Realm::Sandbox } else { Realm::Real };
        let mut folder = Folder::open(&self.directory, &self.config, realm)?;
        // What is tried out is not remembered: its folder may be removed at any time.
        folder.memory = self.memory.clone().filter(|_| !sandbox);
        Ok(folder)
    }

    /// Reads a campaign for one of its rounds.
    ///
    /// # Errors
    /// All faults of all its files.
    pub fn campaign(&self, round: Round) -> campaign::Result<Campaign> {
        Ok(Campaign::read(self.folder(false)?, round, &self.clock)?)
    }
}

/// The folder of a campaign and its file there. A file in a folder below is a campaign of that folder, as after `cd`:
/// its lists and its ledger lie beside it, and two ways to name one campaign do not begin two ledgers.
fn place_of(directory: &Path, config: &str) -> (PathBuf, String) {
    let below = || {
        let (root, file) = (directory.canonicalize().ok()?, directory.join(config));
        let folder = file.parent()?.canonicalize().ok()?;
        let is_below = folder != root && folder.starts_with(&root) && !config.contains("..") && file.is_file();
        // The folder is named as it was, and not in full.
        let named = match Path::new(config).parent()? {
            parent if parent.is_absolute() => folder,
            parent => directory.join(parent),
        };
        is_below.then(|| Some((named, file.file_name()?.to_str()?.to_owned())))?
    };
    below().unwrap_or_else(|| (directory.to_owned(), config.to_owned()))
}
