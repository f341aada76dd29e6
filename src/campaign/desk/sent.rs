//! A letter as it was sent: made again of the files, the row and the time of then.

use jiff::Timestamp;
use tempfile::TempDir;

use super::seat::Seat;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::frozen::changed;
use crate::campaign::load::Campaign;
use crate::campaign::past::as_sent::as_sent;
use crate::campaign::past::earlier;
use crate::clock::Clock;
use crate::dispatch::LetterMaker;
use crate::ledger::{BrowseLedger, Delivery, DeliveryId, ReadLedger, Selection};
use crate::lists::RecipientReader;
use crate::model::{Addressee, History, Place, Recipient, RecipientId, Round, Thread, lookup_key};
use crate::pdf::Press;
use crate::plan;

/// Whether this program makes PDFs.
pub const CAN_PRINT: bool = cfg!(feature = "pdf");

/// A letter as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsSent {
    /// The page, which shows everything by itself.
    pub html: String,
    /// The plain text.
    pub text: String,
    /// The message, as its bytes.
    pub source: Vec<u8>,
    /// Whether pictures are left out of it, since the ledger keeps none.
    pub lacks_pictures: bool,
}

/// Why a letter cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotShown {
    /// No such letter left.
    NeverLeft,
    /// The files that it was made of were changed since, and the ledger cannot make it of those of then.
    Changed,
}

/// The letter of a round to whoever sits in a seat.
///
/// # Errors
/// Where the ledger or the files cannot be read, and all faults of the campaign.
pub fn sent_letter(folder: &Folder, seat: Seat, round: Round, clock: &Clock) -> Result<Result<AsSent, NotShown>> {
    let restored = match restore(folder, seat, round, clock)? {
        Ok(restored) => restored,
        Err(why) => return Ok(Err(why)),
    };
    let Restored { maker, row, history, at, delivery, is_as_then, .. } = &restored;
    let merged = maker.merge(row, history, *at)?;
    let source =
        maker.make(&delivery.recipient, delivery.message_id.as_ref(), row, history, *at).map_err(Error::from)?;
    Ok(Ok(AsSent {
        html: merged.to_page(),
        text: format!("{}\n\n{}", merged.subject, merged.text.to_text()),
        source: source.bytes,
        lacks_pictures: !is_as_then,
    }))
}

/// The same letter on paper, as a PDF.
///
/// # Errors
/// As for [`sent_letter`], where a font cannot be read, and where the program makes no PDF.
pub fn sent_pdf(folder: &Folder, seat: Seat, round: Round, clock: &Clock) -> Result<Result<Vec<u8>, NotShown>> {
    let restored = match restore(folder, seat, round, clock)? {
        Ok(restored) => restored,
        Err(why) => return Ok(Err(why)),
    };
    let Restored { maker, row, history, at, press, .. } = &restored;
    let press = press()?;
    let previous = maker.previous(row, history, *at)?;
    let letter = maker.letters().choose(row.lang.as_ref()).letter;
    Ok(Ok(press.print(&letter.to(row, previous.as_ref()))?))
}

/// What a letter is made of again.
struct Restored {
    maker: LetterMaker,
    row: Recipient,
    history: History,
    /// When it was made.
    at: Timestamp,
    delivery: Delivery,
    /// Whether its files are those of then, and not only what the ledger keeps of them.
    is_as_then: bool,
    /// What prints it.
    press: Box<dyn Fn() -> Result<Press>>,
    /// The folder of the files of then, which stays until the letter is made.
    _files: Option<TempDir>,
}

fn restore(folder: &Folder, Seat(number): Seat, round: Round, clock: &Clock) -> Result<Result<Restored, NotShown>> {
    let Some(ledger) = folder.known_ledger()? else { return Ok(Err(NotShown::NeverLeft)) };
    let id = &folder.settings.id;
    let Some(recipient) = ledger.whose(id, DeliveryId(number))? else { return Ok(Err(NotShown::NeverLeft)) };
    let Some(delivery) = delivery(&ledger, folder, &recipient, round)? else { return Ok(Err(NotShown::NeverLeft)) };
    let Some((made_of, left_out)) = ledger.made_of(delivery.id)? else { return Ok(Err(NotShown::NeverLeft)) };
    let campaign = Campaign::read(folder.clone(), round, clock)?;
    let sent_with = ledger.sent_with(id, round)?;
    let files = sent_with.snapshots.into_iter().find(|(snapshot, _)| Some(*snapshot) == made_of.snapshot);
    let Some((_, files)) = files else { return Ok(Err(NotShown::Changed)) };
    let is_as_then = changed(&files, &campaign.files).is_empty() && campaign.columns.names() == made_of.header;
    let (campaign, files) = match (is_as_then, round) {
        (true, _) => (campaign, None),
        (false, Round(0)) => {
            let (campaign, guard) = as_sent(campaign, &files, &made_of.header)?;
            (campaign, Some(guard))
        }
        (false, _) => return Ok(Err(NotShown::Changed)),
    };
    let reader = RecipientReader::new(campaign.columns.clone(), &campaign.folder.settings.lists.recipients);
    let mut row = reader.read(made_of.line, made_of.cells.clone())?;
    plan::leave_out(&mut row, &left_out);
    let history = history(&ledger, folder, &delivery, round)?;
    let earlier = earlier::read(&campaign, round, Some(&ledger))?;
    // Fonts lie where they lie now: a ledger keeps none.
    let Folder { workspace, settings, .. } = folder.clone();
    let press = move || -> Result<Press> {
        Ok(Press::open(&workspace, settings.letter.fonts.as_deref(), Place::file(&settings.file))?)
    };
    let maker = campaign.into_maker(ledger.token_key()?, earlier)?;
    let at = made_of.at;
    Ok(Ok(Restored { maker, row, history, at, delivery, is_as_then, press: Box::new(press), _files: files }))
}

/// The delivery of a round.
fn delivery(ledger: &Ledger, folder: &Folder, recipient: &RecipientId, round: Round) -> Result<Option<Delivery>> {
    let selection = Selection { round: Some(round), recipient: Some(recipient.to_string()), ..Selection::default() };
    for delivery in ledger.deliveries(&folder.settings.id, &selection) {
        let delivery = delivery?;
        if delivery.recipient == *recipient {
            return Ok(Some(delivery));
        }
    }
    Ok(None)
}

/// What had gone to the recipient before.
fn history(ledger: &Ledger, folder: &Folder, delivery: &Delivery, round: Round) -> Result<History> {
    let settings = &folder.settings;
    let thread = Thread {
        campaign: settings.id.clone(),
        before: round,
        continues: settings.continues.clone(),
        quotes: settings.quotes(round),
    };
    let addressee =
        Addressee { id: delivery.recipient.clone(), address: lookup_key(&delivery.email), name: delivery.name.clone() };
    Ok(ledger.histories(&thread, &[addressee])?.pop().unwrap_or_default())
}
