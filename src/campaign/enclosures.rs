//! The files that go with every letter of a campaign.

use super::folder::Folder;
use crate::attachment::judge;
use crate::dispatch::Enclosure;
use crate::letter::Variants;
use crate::message::Attachment;
use crate::model::{Fault, Faults, Place, Round};
use crate::workspace::Workspace;

/// Files larger than this are refused as attachments before anything is tried: no mail system takes them.
const LARGEST_ATTACHMENT: u64 = 100 * 1024 * 1024;

/// Reads the files that go with every letter of a round, each in all languages in which it is there.
pub(super) fn read_attachments(folder: &Folder, round: Round, found: &mut Faults) -> Vec<Enclosure> {
    let Folder { workspace, settings, .. } = folder;
    let mut enclosures = Vec::new();
    for (path, place) in settings.attachments(round) {
        let mut read = |path: &str| read_attachment(workspace, path, place).map_err(|fault| found.push(fault)).ok();
        let plain = read(path);
        let variants = Variants::of(workspace, path).known.into_iter();
        let others: Vec<_> = variants.filter_map(|(language, path)| Some((language, read(&path)?))).collect();
        enclosures.extend(plain.map(|plain| Enclosure::new(plain, others)));
    }
    enclosures
}

fn read_attachment(workspace: &Workspace, path: &str, place: &Place) -> Result<Attachment, Fault> {
    let size = workspace.path(path).ok().and_then(|path| path.metadata().ok()).map_or(0, |found| found.len());
    if size > LARGEST_ATTACHMENT {
        let message = format!("attachment `{path}` has {size} bytes; no mail system takes that");
        return Err(Fault::error(place.clone(), message));
    }
    let content = workspace.read(path).map_err(|error| Fault::error(place.clone(), format!("attachment {error}")))?;
    judge(path, &content).map_err(|unfit| Fault::error(place.clone(), format!("attachment {unfit}")))?;
    Ok(Attachment::new(path, &content))
}
