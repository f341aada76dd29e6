use super::*;

fn start_of(clock: &Clock) -> Timestamp {
    clock.now()
}

/// Sends as fast as the pace allows, and gives the times, in milliseconds from the first.
fn send(pace: &Pace, clock: &Clock, letters: usize) -> Vec<u128> {
    let mut pacer = Pacer::new(pace, clock.clone());
    let first = start_of(clock);
    let mut times = Vec::new();
    while times.len() < letters {
        match pacer.start("example.org", 1) {
            Ok(()) => {
                times.push(until(first, clock.now()).as_millis());
                pacer.end("example.org", 1);
            }
            Err(
                Hold::NotBefore(at) | Hold::Hours(at) | Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. }),
            ) => {
                clock.advance(until(clock.now(), at));
            }
            Err(Hold::Window(Full { until: None, .. })) => panic!("nothing is under way"),
        }
    }
    times
}

fn clock() -> Clock {
    Clock::fixed("2024-06-12T08:00:00Z".parse().unwrap())
}

#[test]
fn letters_are_evenly_spaced_within_a_second() {
    let pace = Pace { per_second: Some(5), ..Pace::unlimited() };
    assert_eq!(send(&pace, &clock(), 7), [0, 200, 400, 600, 800, 1000, 1200]);
}

/// One rate after another, with timers and letters that take their time: as much as on a busy machine with a slow
/// disk, and now and then much more.
#[test]
fn up_to_two_hundred_a_second_nearly_all_go_and_never_one_too_many() {
    for (rate, seed) in [1, 5, 10, 20, 50, 100, 150, 200].into_iter().zip(1..) {
        let clock = clock();
        let mut random = fastrand::Rng::with_seed(seed);
        let mut pacer = Pacer::new(&Pace { per_second: Some(rate), ..Pace::unlimited() }, clock.clone());
        let (begun, length) = (clock.now(), Duration::from_mins(1));
        let mut under_way: Vec<Timestamp> = Vec::new();
        let mut seen = Vec::new();
        while until(begun, clock.now()) < length {
            let now = clock.now();
            under_way.sort_unstable();
            while under_way.first().is_some_and(|end| *end <= now) {
                under_way.remove(0);
                pacer.end("example.org", 1);
            }
            let wake = match pacer.start("example.org", 1) {
                Ok(()) => {
                    let takes = Duration::from_micros(random.u64(1_000..12_000));
                    under_way.push(later(now, takes));
                    // Somewhere in this time the server sees it.
                    seen.push(later(now, takes.mul_f64(random.f64())));
                    continue;
                }
                Err(Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. })) => at,
                Err(Hold::Window(Full { until: None, .. })) => under_way[0],
                Err(Hold::Hours(_) | Hold::NotBefore(_)) => panic!("there are none"),
            };
            let wake = under_way.first().map_or(wake, |end| wake.min(*end));
            let pause = if random.u8(..) == 0 { random.u64(20_000..80_000) } else { random.u64(100..2_000) };
            clock.advance(until(now, wake) + Duration::from_micros(pause));
        }
        seen.sort_unstable();
        let most = usize::try_from(rate).unwrap();
        for (place, first) in seen.iter().enumerate() {
            let within = seen[place..].iter().take_while(|at| until(*first, **at) < Duration::from_secs(1));
            assert!(within.count() <= most, "{rate} a second");
        }
        let possible = most * 60;
        assert!(seen.len() * 100 >= possible * 97, "{} of {possible} at {rate} a second", seen.len());
    }
}

#[test]
fn a_timer_that_is_late_each_time_loses_no_letter() {
    let clock = clock();
    let mut pacer = Pacer::new(&Pace { per_second: Some(100), ..Pace::unlimited() }, clock.clone());
    let (begun, mut letters) = (clock.now(), 0);
    while until(begun, clock.now()) < Duration::from_secs(10) {
        match pacer.start("example.org", 1) {
            Ok(()) => {
                letters += 1;
                pacer.end("example.org", 1);
            }
            Err(Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. })) => {
                clock.advance(until(clock.now(), at) + Duration::from_micros(1_500));
            }
            Err(hold) => panic!("{hold:?}"),
        }
    }
    assert!((980..=1_000).contains(&letters), "{letters}");
}

#[test]
fn no_minute_ever_holds_more_than_its_limit_and_no_time_is_lost() {
    let pace = Pace { per_minute: Some(30), ..Pace::unlimited() };
    let times = send(&pace, &clock(), 120);
    for (place, start) in times.iter().enumerate() {
        assert!(times[place..].iter().filter(|time| **time - start < 60_000).count() <= 30);
    }
    assert_eq!(times.last(), Some(&180_000));
}

#[test]
fn nothing_goes_outside_the_hours() {
    let pace = Pace { hours: Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()), ..Pace::unlimited() };
    let clock = Clock::fixed("2024-06-14T15:30:00Z".parse().unwrap());
    send(&pace, &clock, 1);
    assert_eq!(clock.now(), "2024-06-17T07:00:00Z".parse().unwrap());
}

#[test]
fn nothing_goes_before_its_time_and_then_the_hours_count() {
    let not_before = Some("2024-06-15 09:00 Europe/Brussels".parse().unwrap());
    let early = Pace { not_before, ..Pace::unlimited() };
    let clock = Clock::fixed("2024-06-14T15:30:00Z".parse().unwrap());
    send(&early, &clock, 2);
    assert_eq!(clock.now(), "2024-06-15T07:00:00Z".parse().unwrap());
    let hours = Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap());
    let clock = Clock::fixed("2024-06-14T15:30:00Z".parse().unwrap());
    send(&Pace { hours, ..early }, &clock, 1);
    assert_eq!(clock.now(), "2024-06-17T07:00:00Z".parse().unwrap());
}

#[test]
fn the_hours_of_a_place_are_those_of_its_clock() {
    let pace = Pace { hours: Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()), ..Pace::unlimited() };
    let clock = Clock::fixed("2024-06-12T21:00:00Z".parse().unwrap());
    let mut pacer = Pacer::new(&pace, clock.clone());
    let zone = |name| TimeZone::get(name).unwrap();
    assert_eq!(pacer.start_in(Some(&zone("Pacific/Auckland")), "example.org", 1), Ok(()));
    assert!(matches!(pacer.start("example.org", 1), Err(Hold::Hours(_))));
    let Err(Hold::Hours(at)) = pacer.start_in(Some(&zone("Asia/Tokyo")), "example.org", 1) else { panic!() };
    assert_eq!(at, "2024-06-13T00:00:00Z".parse().unwrap());
}

#[test]
fn what_was_sent_before_counts() {
    let clock = clock();
    let mut pacer = Pacer::new(&Pace { per_day: Some(1), ..Pace::unlimited() }, clock.clone());
    pacer.remember(clock.now(), "example.org", 1);
    clock.advance(Duration::from_hours(1));
    let Err(Hold::Window(full)) = pacer.start("example.org", 1) else { panic!("the day is full") };
    assert_eq!(full.until.map(|at| until(clock.now(), at)), Some(Duration::from_hours(23)));
}

#[test]
fn a_window_that_others_have_filled_holds_what_it_is_about_and_no_longer_than_that() {
    let clock = clock();
    let mut pacer = Pacer::new(&Pace::unlimited(), clock.clone());
    let full = |domain_only| Full { until: Some(later(clock.now(), Duration::from_secs(5))), domain_only };
    pacer.is_full("example.org", full(true));
    assert_eq!(pacer.start("example.org", 1), Err(Hold::Window(full(true))));
    assert_eq!(pacer.start("example.net", 1), Ok(()));
    pacer.is_full("example.org", full(false));
    assert_eq!(pacer.start("example.net", 1), Err(Hold::Window(full(false))));
    clock.advance(Duration::from_secs(5));
    assert_eq!(pacer.start("example.org", 1), Ok(()));
}

#[test]
fn the_hours_are_those_of_the_clock_on_the_wall() {
    let pace = Pace { hours: Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()), ..Pace::unlimited() };
    let clock = Clock::fixed("2024-06-12T20:00:00Z".parse().unwrap());
    let mut pacer = Pacer::new(&pace, clock.clone());
    // The clock was wrong by twelve hours, and somebody puts it right during the run.
    clock.set_wall("2024-06-12T08:00:00Z".parse().unwrap());
    assert_eq!(pacer.start("example.org", 1), Ok(()));
    clock.set_wall("2024-06-12T06:00:00Z".parse().unwrap());
    let Err(Hold::Hours(until)) = pacer.start("example.org", 1) else { panic!("it is too early") };
    assert_eq!(super::until(clock.now(), until), Duration::from_hours(1));
}

#[test]
fn what_was_not_sent_after_all_does_not_count() {
    let mut pacer = Pacer::new(&Pace { per_day: Some(1), ..Pace::unlimited() }, clock());
    pacer.start("example.org", 1).unwrap();
    assert!(pacer.start("example.org", 1).is_err());
    pacer.take_back("example.org", 1);
    assert!(pacer.start("example.org", 1).is_ok());
}
