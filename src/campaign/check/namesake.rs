//! Another file of a campaign beside this one's that has its id: to the ledger, both are one campaign.

use std::fs;
use std::path::Path;

use toml::de::DeTable;

use crate::campaign::folder::Folder;
use crate::model::{Fault, Place};

/// So much of a file is read.
const LARGEST: u64 = 1 << 20;

/// A warning for each file of the workspace that has the campaign's id too.
pub(super) fn of_other_files(Folder { workspace, settings, .. }: &Folder) -> Vec<Fault> {
    let Ok(files) = fs::read_dir(workspace.root()) else { return Vec::new() };
    let mut others: Vec<String> = files
        .flatten()
        .filter(|file| file.metadata().is_ok_and(|about| about.is_file() && about.len() <= LARGEST))
        .filter_map(|file| file.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml") && *name != settings.file)
        .filter(|name| {
            let text = workspace.path(name).ok().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
            id_of(&text).is_some_and(|id| id == settings.id.as_str())
        })
        .collect();
    others.sort();
    let warning = |other: String| {
        let message = format!(
            "{other} has the id `{}` too: to the ledger both are one campaign, and whoever got the letter of one gets none of the \
             other; give each an `id` of its own",
            settings.id
        );
        Fault::warning(Place::file(&settings.file), message)
    };
    others.into_iter().map(warning).collect()
}

/// The id that a campaign's file gives it.
fn id_of(text: &str) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let id = table.get_ref().get("id")?.get_ref().as_str()?.trim().to_owned();
    Some(id)
}
