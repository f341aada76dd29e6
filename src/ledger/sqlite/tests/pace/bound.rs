//! What arrived at the most, and what could have gone at the most.

use super::*;

/// The most that any stretch of time of this length holds.
pub(super) fn most_in(span: u64, arrivals: impl Iterator<Item = Arrival>) -> u32 {
    let (mut within, mut held, mut most) = (VecDeque::<Arrival>::new(), 0, 0);
    for arrival in arrivals {
        while within.front().is_some_and(|first| first.at + span <= arrival.at) {
            held -= within.pop_front().unwrap().weight;
        }
        held += arrival.weight;
        most = most.max(held);
        within.push_back(arrival);
    }
    most
}

/// What can go at the most in these stretches of time, where every letter takes no time and all is known.
pub(super) fn possible(plan: Plan, awake: &[(u64, u64)], mut random: fastrand::Rng) -> u64 {
    let mut sent: Vec<Arrival> = Vec::new();
    for &(begin, end) in awake {
        let mut now = begin;
        let mut next = letter(&mut random, Weather::Fair);
        while now < end {
            let held = |span: u64, domain: Option<usize>| {
                let within = sent.iter().rev().take_while(|arrival| arrival.at + span > now);
                let within = within.filter(|arrival| domain.is_none_or(|domain| arrival.domain == domain));
                within.fold((0, None), |(held, _), arrival| (held + arrival.weight, Some(arrival.at + span)))
            };
            let full = plan.windows().into_iter().find_map(|(span, limit)| {
                let (held, leaves_at) = held(span, None);
                leaves_at.filter(|_| held + next.weight > limit)
            });
            if let Some(leaves_at) = full {
                now = leaves_at;
            } else if held(MINUTE, Some(next.domain)).0 + next.weight > plan.per_domain {
                next.domain = (next.domain + 1) % DOMAINS;
            } else {
                sent.push(Arrival { at: now, domain: next.domain, weight: next.weight });
                next = letter(&mut random, Weather::Fair);
            }
        }
    }
    sent.iter().map(|arrival| u64::from(arrival.weight)).sum()
}
