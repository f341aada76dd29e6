//! The recipients of a campaign: looked through page by page, and one of them with everything that happened.

use super::seat::Seat;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{
    self, AboutMail, BrowseLedger, Delivery, DeliveryId, Event, Look, LookFrom, Order, Reach, ReadLedger, Selection,
    Sight, Tally, Tried,
};
use crate::model::{
    Answer, CampaignId, EmailAddress, Forgotten, RecipientId, Round, Suppression, TokenKey, lookup_key,
};

/// Among more letters than this, none is looked for beyond [`REACH`], and none is put in another order than the list's,
/// unless somebody says so: a page would have to be waited for.
const AT_ONCE: u64 = 20_000;
/// So many letters are looked at for a page, then.
pub const REACH: u32 = 5_000;

/// Some of a campaign's deliveries.
#[derive(Debug, Default)]
pub struct Page {
    /// The campaign's name.
    pub name: String,
    /// Each delivery with the number by which its recipient is named.
    pub rows: Vec<(Seat, Delivery)>,
    /// Whether others follow.
    pub has_more: bool,
    /// How many there are in all, where the ledger has that number.
    pub total: Option<u64>,
    /// The rounds that have deliveries.
    pub rounds: Vec<Round>,
    /// What makes keys of recipients; nothing, where there is no ledger yet.
    pub key: Option<TokenKey>,
    /// What was left undone, since there are so many letters.
    pub left_undone: LeftUndone,
}

/// What a page leaves undone of what was asked for, since there are so many letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeftUndone {
    /// Nothing.
    #[default]
    Nothing,
    /// Others were not looked at than whose id or address was asked for.
    Others,
    /// It was not looked further than to this letter.
    Beyond(Seat),
    /// They were not put in order.
    Order,
}

/// A recipient, with everything that happened.
#[derive(Debug)]
pub struct Person {
    /// The campaign's name.
    pub name: String,
    /// Who it is.
    pub recipient: RecipientId,
    /// Their letters, by round.
    pub deliveries: Vec<Delivery>,
    /// What happened beside attempts, in its order.
    pub events: Vec<Event>,
    /// The attempts at their letters, in their order.
    pub tried: Vec<Tried>,
    /// The mails that are about their letters.
    pub mails: Vec<AboutMail>,
    /// That their address is not written to, as the ledger has it.
    pub suppressed: Option<Suppression>,
    /// The recipients list, in which a row is mended.
    pub list: String,
    /// Whether they were forgotten: nothing is known of them but numbers.
    pub is_forgotten: bool,
}

/// Looks through the deliveries. What is looked for may name some by their keys.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn page(folder: &Folder, look: impl FnOnce(&TokenKey) -> Look) -> Result<Page> {
    let (id, name) = (&folder.settings.id, folder.settings.name.clone());
    let Some(ledger) = folder.known_ledger()? else { return Ok(Page { name, ..Page::default() }) };
    let key = ledger.token_key()?;
    let mut look = look(&key);
    let rounds = ledger.rounds(id)?;
    let total = total(&ledger, folder, &look, &rounds)?;
    let mut left_undone = LeftUndone::Nothing;
    if look.reach != Reach::Whole && candidates(&ledger, folder, &look, &rounds)? <= AT_ONCE {
        look.reach = Reach::Whole;
    }
    if look.reach != Reach::Whole {
        if let Some(rows) = named(&ledger, id, &look)? {
            let left_undone = LeftUndone::Others;
            return Ok(Page { name, rows, has_more: false, total, rounds, key: Some(key), left_undone });
        }
        if look.order != Order::List {
            (look.order, left_undone) = (Order::List, LeftUndone::Order);
        }
    }
    let Sight { rows, has_more, ended_at } = ledger.browse(id, &look)?;
    if let Some(DeliveryId(last)) = ended_at {
        left_undone = LeftUndone::Beyond(Seat(last));
    }
    let rows: Vec<_> = rows.into_iter().map(|(DeliveryId(first), delivery)| (Seat(first), delivery)).collect();
    let are_all = !has_more && look.skip == 0 && look.from == LookFrom::First && left_undone == LeftUndone::Nothing;
    let total = total.or(are_all.then_some(rows.len() as u64));
    Ok(Page { name, rows, has_more, total, rounds, key: Some(key), left_undone })
}

/// Those whose id or address is looked for, where there are any: they are found in a moment, however many there are.
fn named(ledger: &impl BrowseLedger, id: &CampaignId, look: &Look) -> Result<Option<Vec<(Seat, Delivery)>>> {
    let ([word], true) = (&look.words[..], look.cells.is_empty() && look.from == LookFrom::First) else {
        return Ok(None);
    };
    let mut all = ledger.letters_of(id, word)?;
    if all.is_empty() {
        // An address is known by its key: in small letters.
        all = ledger.letters_of(id, &lookup_key(word))?;
    }
    let first = |of: &Delivery| {
        let theirs = all.iter().filter(|delivery| delivery.recipient == of.recipient);
        theirs.min_by_key(|delivery| delivery.round).map_or(of.id, |delivery| delivery.id)
    };
    let is_looked_at = |delivery: &&Delivery| {
        look.round.is_none_or(|round| round == delivery.round)
            && (look.states.is_empty() || look.states.contains(&delivery.state))
            && (look.answers.is_empty() || look.answers.contains(&delivery.answer))
    };
    let rows: Vec<_> =
        all.iter().filter(is_looked_at).map(|delivery| (Seat(first(delivery).0), delivery.clone())).collect();
    Ok((!rows.is_empty()).then_some(rows))
}

/// Among how many deliveries it is looked, as far as the ledger keeps numbers.
fn candidates(ledger: &impl ReadLedger, folder: &Folder, look: &Look, rounds: &[Round]) -> ledger::Result<u64> {
    let of_answers = !look.answers.is_empty() && !look.answers.contains(&Answer::None);
    let among = Look {
        round: look.round,
        states: if of_answers { Vec::new() } else { look.states.clone() },
        answers: if of_answers { look.answers.clone() } else { Vec::new() },
        ..Look::default()
    };
    Ok(total(ledger, folder, &among, rounds)?.unwrap_or(u64::MAX))
}

/// How many deliveries are looked at, where the ledger keeps that number: nobody counts a million letters for a page.
fn total(ledger: &impl ReadLedger, folder: &Folder, look: &Look, rounds: &[Round]) -> ledger::Result<Option<u64>> {
    if !(look.words.is_empty() && look.cells.is_empty()) || !(look.states.is_empty() || look.answers.is_empty()) {
        return Ok(None);
    }
    if look.answers.contains(&Answer::None) {
        return Ok(None);
    }
    let mut total = 0;
    for round in rounds.iter().filter(|round| look.round.is_none_or(|wanted| wanted == **round)) {
        if look.answers.is_empty() {
            let tally: Tally = ledger.tally(&folder.settings.id, *round)?;
            let of_states = look.states.iter().map(|state| tally.of(*state)).sum::<u64>();
            total += if look.states.is_empty() { tally.total() } else { of_states };
        } else {
            let answers = ledger.answers(&folder.settings.id, *round)?;
            let wanted = answers.iter().filter(|(answer, _)| look.answers.contains(answer));
            total += wanted.map(|(_, count)| count).sum::<u64>();
        }
    }
    Ok(Some(total))
}

/// How many deliveries are in a selection, as the ledger keeps that number.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn count(folder: &Folder, selection: &Selection) -> Result<u64> {
    let Some(ledger) = folder.known_ledger()? else { return Ok(0) };
    let look = Look { round: selection.round, states: selection.states.clone(), ..Look::default() };
    Ok(total(&ledger, folder, &look, &ledger.rounds(&folder.settings.id)?)?.unwrap_or(u64::MAX))
}

/// What makes keys of recipients, and reads them; nothing, where there is no ledger yet.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn key(folder: &Folder) -> Result<Option<TokenKey>> {
    Ok(folder.known_ledger()?.map(|ledger| ledger.token_key()).transpose()?)
}

/// Who sits in a seat; nobody, where it is none of the campaign's.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn whose(folder: &Folder, Seat(number): Seat) -> Result<Option<RecipientId>> {
    let Some(ledger) = folder.known_ledger()? else { return Ok(None) };
    Ok(ledger.whose(&folder.settings.id, DeliveryId(number))?)
}

/// A recipient with everything that happened; nothing, where the seat is none of the campaign's.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn person(folder: &Folder, seat: Seat) -> Result<Option<Person>> {
    let (id, Seat(number)) = (&folder.settings.id, seat);
    let Some(ledger) = folder.known_ledger()? else { return Ok(None) };
    let Some(recipient) = ledger.whose(id, DeliveryId(number))? else { return Ok(None) };
    let mut deliveries = ledger.letters_of(id, recipient.as_str())?;
    deliveries.retain(|delivery| delivery.recipient == recipient);
    Ok(Some(Person {
        name: folder.settings.name.clone(),
        list: folder.settings.lists.recipients.clone(),
        events: ledger.happened_to(id, &recipient)?,
        tried: ledger.tried(id, &recipient)?,
        mails: ledger.mails_about(id, &recipient)?,
        suppressed: suppressed(&ledger, &deliveries)?,
        is_forgotten: Forgotten::may_be_id(recipient.as_str())
            && deliveries.iter().all(|delivery| delivery.email.is_empty()),
        recipient,
        deliveries,
    }))
}

/// What keeps letters from the address of somebody's last letter.
fn suppressed(ledger: &impl ReadLedger, deliveries: &[Delivery]) -> ledger::Result<Option<Suppression>> {
    let last = deliveries.last().and_then(|delivery| EmailAddress::parse(&delivery.email).ok());
    let Some(address) = last else { return Ok(None) };
    Ok(ledger.suppressions()?.into_iter().find(|known| known.target.covers(&address)))
}
