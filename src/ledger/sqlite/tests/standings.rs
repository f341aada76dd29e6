//! Where deliveries stand, whichever way they are found.

use super::*;

#[tokio::test]
async fn many_are_found_as_one_is_wherever_they_stand_in_the_list() {
    let ids = ["planned", "attempting", "accepted", "deferred", "failed", "in-doubt", "gone"];
    let (bench, lease) = Bench::planned(&ids).await;
    bench.start(&lease, "attempting", 1).await;
    for (id, state) in [
        ("accepted", DeliveryState::Accepted),
        ("deferred", DeliveryState::Deferred),
        ("failed", DeliveryState::Failed),
        ("in-doubt", DeliveryState::InDoubt),
        ("gone", DeliveryState::Accepted),
    ] {
        bench.send(&lease, id, 1, state).await;
    }
    bench.plan(&lease, &ids[..6]).await;
    let key = |id: &str| format!("{id}@example.org");
    // Each id with its own address, with every other's, and ids that nobody has.
    let mut asked: Vec<(RecipientId, String)> = ids.iter().map(|id| (RecipientId::new(*id), key(id))).collect();
    for id in ids.into_iter().chain(["new"]) {
        asked.extend(ids.iter().map(|other| (RecipientId::new(id), key(other))));
    }
    let one_by_one: Vec<_> =
        asked.iter().map(|(id, address)| bench.ledger.standing(&campaign(), FIRST, id, address).unwrap()).collect();
    assert_eq!(
        one_by_one.iter().flatten().count(),
        asked.len() - 3,
        "all but a new one at addresses of which nothing left"
    );
    for first_place in [0, 1, 6, 99] {
        let together = bench.ledger.standings(&campaign(), FIRST, first_place, &asked).unwrap();
        assert_eq!(together, one_by_one, "from place {first_place}");
    }
    let elsewhere = CampaignId::parse("other").unwrap();
    let nobody = bench.ledger.standings(&elsewhere, FIRST, 0, &asked).unwrap();
    assert_eq!(nobody, vec![None; asked.len()]);
}

#[tokio::test]
async fn a_letter_that_left_under_another_id_counts_before_one_that_is_open() {
    let (bench, lease) = Bench::planned(&["old", "open"]).await;
    bench.send(&lease, "old", 1, DeliveryState::Accepted).await;
    let stands = |address: &str| {
        let asked = [(RecipientId::new("open"), address.to_owned())];
        bench.ledger.standings(&campaign(), FIRST, 1, &asked).unwrap().remove(0).unwrap()
    };
    assert_eq!(stands("open@example.org").state, DeliveryState::Planned);
    let other = stands("old@example.org");
    assert_eq!((other.state, other.address.as_str()), (DeliveryState::Accepted, "old@example.org"));
    assert_eq!(stands("new@example.org").state, DeliveryState::Planned);
}
