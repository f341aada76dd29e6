//! An event, as scripts read it.

use serde_json::{Value, json};

use crate::ledger::Event;
use crate::model::CampaignId;

/// An event of a campaign, as `log --events` gives it.
#[must_use]
pub fn event_json(campaign: &CampaignId, event: &Event) -> Value {
    let delivery = event.delivery.as_ref();
    json!({
        "at": event.at,
        "campaign": campaign.as_str(),
        "round": delivery.map(|(round, _)| round.0),
        "recipient": delivery.map(|(_, recipient)| recipient.as_str()),
        "event": event.kind,
        "source": event.source,
        "detail": event.detail,
    })
}
