use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

use super::*;

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// What a provider gives to the question of this number, which begins with 1.
fn given(number: usize, lasts: Duration) -> Given {
    let access_token = SecretString::from(format!("token {number}"));
    Given { access_token, lasts: Some(lasts), refresh_token: None, scopes: None }
}

fn away() -> SignInError {
    SignInError::Unreachable { provider: "login.example".to_owned(), why: "no route".to_owned() }
}

/// A keeper with a clock that stands still, and how often its provider was asked.
fn keeper(
    answer: impl Fn(usize) -> Result<Given, SignInError> + Send + Sync + 'static,
) -> (Keeper, Clock, Arc<AtomicUsize>) {
    let clock = Clock::fixed("2026-12-01T09:00:00Z".parse().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let renew = move |_: &mut Option<Grant>| answer(count.fetch_add(1, Ordering::SeqCst) + 1);
    (Keeper::with(Box::new(renew), clock.clone()), clock, asked)
}

impl Keeper {
    fn shown(&self) -> String {
        self.shared.token(None).unwrap().expose_secret().to_owned()
    }
}

#[test]
fn a_token_is_renewed_ahead_of_its_end_and_nobody_waits_for_it() {
    let (keeper, clock, asked) = keeper(|number| Ok(given(number, HOUR)));
    assert_eq!(keeper.shown(), "token 1");
    clock.advance(49 * MINUTE);
    assert_eq!((keeper.shared.renew_ahead(), asked.load(Ordering::SeqCst)), (MINUTE, 1));
    clock.advance(MINUTE);
    keeper.shared.renew_ahead();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(keeper.shared.at_hand(None).unwrap().expose_secret(), "token 2");
    // The new one has its own time.
    clock.advance(49 * MINUTE);
    keeper.shared.renew_ahead();
    assert_eq!((keeper.shown().as_str(), asked.load(Ordering::SeqCst)), ("token 2", 2));
}

#[test]
fn the_token_that_is_there_is_given_while_the_provider_is_asked_for_the_next() {
    let (begun, has_begun) = channel();
    let (answer, answers): (_, Receiver<()>) = channel();
    let (begun, answers) = (Mutex::new(begun), Mutex::new(answers));
    let (keeper, clock, _) = keeper(move |number| {
        if number > 1 {
            begun.lock().unwrap().send(()).unwrap();
            answers.lock().unwrap().recv().unwrap();
        }
        Ok(given(number, HOUR))
    });
    assert_eq!(keeper.shown(), "token 1");
    clock.advance(52 * MINUTE);
    let shared = Arc::clone(&keeper.shared);
    let ahead = thread::spawn(move || shared.renew_ahead());
    has_begun.recv().unwrap();
    assert_eq!(keeper.shown(), "token 1");
    // Nor does a second one ask at the same time.
    keeper.shared.renew_ahead();
    answer.send(()).unwrap();
    ahead.join().unwrap();
    assert_eq!(keeper.shown(), "token 2");
}

#[test]
fn who_comes_when_the_end_is_near_asks_and_so_does_who_was_refused() {
    let (keeper, clock, asked) = keeper(|number| Ok(given(number, HOUR)));
    assert_eq!(keeper.shown(), "token 1");
    clock.advance(55 * MINUTE);
    // The machine has slept: it is too late to be ahead.
    assert_eq!((keeper.shared.renew_ahead(), asked.load(Ordering::SeqCst)), (NAP, 1));
    assert_eq!(keeper.shown(), "token 2");
    // A clock that was set says nothing of the other one.
    clock.set_wall("2026-12-01T11:00:00Z".parse().unwrap());
    assert_eq!(keeper.shown(), "token 3");
    let refused = SecretString::from("token 3");
    assert_eq!(keeper.shared.token(Some(&refused)).unwrap().expose_secret(), "token 4");
    assert_eq!(keeper.shared.token(Some(&refused)).unwrap().expose_secret(), "token 4");
}

#[test]
fn a_provider_that_is_away_is_asked_again_while_the_token_lasts_and_one_that_refuses_is_not() {
    let (keeper, clock, asked) = keeper(|number| if number == 2 { Err(away()) } else { Ok(given(number, HOUR)) });
    assert_eq!(keeper.shown(), "token 1");
    clock.advance(50 * MINUTE);
    assert_eq!((keeper.shared.renew_ahead(), keeper.shown().as_str()), (MINUTE, "token 1"));
    clock.advance(MINUTE);
    keeper.shared.renew_ahead();
    assert_eq!((keeper.shown().as_str(), asked.load(Ordering::SeqCst)), ("token 3", 3));

    let gone = || SignInError::NotRenewable("login.example".to_owned());
    let (keeper, clock, asked) =
        self::keeper(move |number| if number > 1 { Err(gone()) } else { Ok(given(number, HOUR)) });
    assert_eq!(keeper.shown(), "token 1");
    for _ in 0..5 {
        clock.advance(MINUTE * 50 / 5);
        keeper.shared.renew_ahead();
    }
    clock.advance(MINUTE);
    keeper.shared.renew_ahead();
    assert_eq!((keeper.shown().as_str(), asked.load(Ordering::SeqCst)), ("token 1", 2));
    // Whoever needs one then hears why there is none.
    clock.advance(5 * MINUTE);
    assert!(matches!(keeper.shared.token(None), Err(SignInError::NotRenewable(_))));
}

#[test]
fn a_token_that_lasts_for_no_time_is_renewed_when_it_is_needed_alone() {
    let (keeper, _, asked) = keeper(|number| Ok(given(number, Duration::ZERO)));
    assert_eq!(keeper.shown(), "token 1");
    assert_eq!((keeper.shared.renew_ahead(), asked.load(Ordering::SeqCst)), (NAP, 1));
    assert_eq!(keeper.shown(), "token 2");
}

#[test]
fn a_thread_renews_by_itself_and_ends_with_its_keeper_when_it_has_kept_what_it_was_given() {
    let (begun, has_begun) = channel();
    let begun = Mutex::new(begun);
    let ended = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ended);
    let asked = AtomicUsize::new(0);
    let renew = move |_: &mut Option<Grant>| {
        let number = asked.fetch_add(1, Ordering::SeqCst) + 1;
        begun.lock().unwrap().send(number).unwrap();
        thread::sleep(Duration::from_millis(50));
        count.fetch_add(1, Ordering::SeqCst);
        Ok(given(number, SHORTEST))
    };
    let keeper = Keeper::with(Box::new(renew), Clock::system());
    keeper.first().unwrap();
    // Nobody asks for a token.
    let last = has_begun.iter().take(3).last();
    drop(keeper);
    assert_eq!((last, ended.load(Ordering::SeqCst)), (Some(3), 3));
    assert!(has_begun.recv().is_err(), "the thread is gone, and nobody asks any more");
}
