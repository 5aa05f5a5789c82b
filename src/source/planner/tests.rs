//! The planner against a history that is known: whatever happens to the calls, every second is
//! proved once, every event read, and nothing proved before its events are.

use proptest::prelude::*;

use super::*;
use crate::{checkpoint::coverage::Coverage, limits::EVENTS_PER_PAGE};

const PAGE: usize = EVENTS_PER_PAGE as usize;

/// A history: the seconds of its events, newest first. A token is the place in the answer.
#[derive(Debug)]
struct History(Vec<Second>);

impl History {
    fn page(&self, call: &Call) -> (Vec<Second>, Option<String>) {
        let start = call.start.unwrap_or(Second::MIN);
        let within: Vec<_> = self.0.iter().filter(|s| (start..=call.end).contains(s)).collect();
        let from = call.token.as_ref().map_or(0, |token| token.parse().unwrap());
        let page: Vec<_> = within.iter().skip(from).take(PAGE).map(|s| **s).collect();
        let token = (from + PAGE < within.len()).then(|| (from + PAGE).to_string());
        (page, token)
    }
}

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Page,
    Fails,
    TokenRefused,
    TokenRepeated,
    EmptyWithToken,
}

#[derive(Debug)]
struct Read {
    seen: Vec<Second>,
    proved: Coverage,
    calls: usize,
}

/// Reads a history, up to `width` calls under way at once, answered in any order, after so many blind
/// splits.
fn read(
    history: &History,
    windows: &[Window],
    horizon: Second,
    (width, blind_splits): (usize, usize),
    fates: &mut dyn FnMut() -> (Fate, usize),
) -> Result<Read, TestCaseError> {
    let mut planner = Planner::new(windows, horizon);
    let mut under_way: Vec<Call> = Vec::new();
    let blind_splits = (0..blind_splits).filter(|_| {
        under_way.extend(planner.next_call());
        planner.split_blindly(2)
    });
    let width = width.max(windows.len() + blind_splits.count());
    let mut read = Read { seen: Vec::new(), proved: Coverage::default(), calls: under_way.len() };
    while !planner.is_done() {
        while under_way.len() < width
            && let Some(call) = planner.next_call()
        {
            read.calls += 1;
            under_way.push(call);
        }
        // However many events there are, a chain is kept for a call under way or a window.
        prop_assert!(planner.chains.len() <= windows.len() + width);
        let (fate, pick) = fates();
        let call = under_way.swap_remove(pick % under_way.len());
        let (mut page, mut token) = history.page(&call);
        match fate {
            Fate::Fails => {
                planner.repeat(call.chain);
                continue;
            }
            Fate::TokenRefused if call.token.is_some() => {
                planner.token_lost(call.chain);
                continue;
            }
            Fate::TokenRepeated if call.token.is_some() => token.clone_from(&call.token),
            Fate::EmptyWithToken => {
                page.clear();
                token = call.token.clone().or(Some("0".to_owned())).map(|t| format!("0{t}"));
            }
            _ => {}
        }
        let oldest = page.iter().min().copied();
        let facts = PageFacts { oldest, events: page.len(), token };
        let reading = planner.page(call.chain, &facts);
        read.seen.extend(page.iter().filter(|second| **second >= reading.floor));
        if let Some(proved) = reading.proves {
            for second in history.0.iter().filter(|s| (proved.start()..=proved.end()).contains(s)) {
                prop_assert!(read.seen.contains(second), "proved {second} unread");
            }
            let new = read.proved.gaps(proved);
            prop_assert_eq!(new, vec![proved], "a second proved twice");
            read.proved.add(proved);
        }
    }
    Ok(read)
}

fn history() -> impl Strategy<Value = History> {
    let spread = prop::collection::vec(0_i64..2_000, 0..400);
    let cluster = (0_i64..2_000, 0_usize..300).prop_map(|(second, n)| vec![second; n]);
    (spread, cluster).prop_map(|(mut seconds, cluster)| {
        seconds.extend(cluster);
        seconds.sort_unstable_by(|a, b| b.cmp(a));
        History(seconds)
    })
}

fn fate() -> impl Strategy<Value = (Fate, usize)> {
    let fate = prop_oneof![
        8 => Just(Fate::Page),
        1 => Just(Fate::Fails),
        1 => Just(Fate::TokenRefused),
        1 => Just(Fate::TokenRepeated),
        1 => Just(Fate::EmptyWithToken),
    ];
    (fate, any::<usize>())
}

proptest! {
    /// Whatever happens on the way, in whatever order answers come.
    #[test]
    fn the_windows_are_read_whole(
        history in history(),
        bounds in prop::collection::btree_set(0_i64..2_000, 2..6),
        horizon in prop_oneof![Just(-1_i64), 0_i64..500],
        width in 1_usize..12,
        blind_splits in 0_usize..5,
        fates in prop::collection::vec(fate(), 1..200),
    ) {
        let bounds: Vec<_> = bounds.into_iter().collect();
        let windows: Vec<_> =
            bounds.chunks_exact(2).map(|b| Window::new(b[0], b[1]).unwrap()).collect();
        // Faults end at some time, or no reading would.
        let mut fates = fates.into_iter().chain(std::iter::repeat((Fate::Page, 0)));
        let read = read(&history, &windows, horizon, (width, blind_splits), &mut || fates.next().unwrap())?;
        prop_assert_eq!(read.proved, Coverage::from(windows.clone()));
        let wanted = |s: &&Second| windows.iter().any(|w| (w.start()..=w.end()).contains(s));
        let mut distinct: Vec<_> = read.seen.iter().filter(wanted).copied().collect();
        let mut expected: Vec<_> = history.0.iter().filter(wanted).copied().collect();
        distinct.dedup();
        distinct.sort_unstable();
        distinct.dedup();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(distinct, expected);
    }

    /// Without faults every event is read exactly once, however many calls are under way.
    #[test]
    fn an_undisturbed_reading_reads_each_event_once(
        history in history(),
        width in 1_usize..12,
        blind_splits in 0_usize..5,
        order in prop::collection::vec(any::<usize>(), 400),
    ) {
        let mut order = order.into_iter().cycle();
        let window = Window::new(0, 2_000).unwrap();
        let mut any_page = || (Fate::Page, order.next().unwrap());
        let read = read(&history, &[window], -1, (width, blind_splits), &mut any_page)?;
        let mut seen = read.seen;
        seen.sort_unstable_by(|a, b| b.cmp(a));
        prop_assert_eq!(seen, history.0);
    }
}

#[test]
fn an_empty_region_costs_one_call_whatever_the_width() {
    let window = Window::new(0, 7_776_000).unwrap();
    let mut first = || (Fate::Page, 0);
    let read = read(&History(Vec::new()), &[window], 0, (8, 0), &mut first).unwrap();
    assert_eq!(read.calls, 1);
}

#[test]
fn a_blind_split_halves_the_widest_window_that_is_worth_it() {
    let mut planner = Planner::new(&[Window::new(0, 999).unwrap()], 0);
    let call = planner.next_call().unwrap();
    assert!(planner.split_blindly(1_000) && planner.split_blindly(500));
    assert!(!planner.split_blindly(501), "each has 500 seconds at most");
    let calls: Vec<_> = std::iter::from_fn(|| planner.next_call()).collect();
    let asked = |call: &Call| (call.start, call.end);
    assert_eq!(asked(&call), (None, 999));
    let older: Vec<_> = calls.iter().map(asked).collect();
    assert_eq!(older, [(None, 249), (None, 499)]);
}

#[test]
fn a_chain_keeps_its_parameters_when_it_is_split() {
    let mut planner = Planner::new(&[Window::new(0, 999).unwrap()], -1);
    let first = planner.next_call().unwrap();
    let token = Some("t".to_owned());
    planner.page(first.chain, &PageFacts { oldest: Some(990), events: PAGE, token: token.clone() });
    let second = planner.next_call().unwrap();
    assert_eq!((second.start, second.end, second.token), (first.start, first.end, token));
    let split = planner.next_call().unwrap();
    assert_ne!(split.chain, first.chain);
    assert_eq!((split.start, split.token), (Some(0), None));
}

#[test]
fn what_begins_at_the_horizon_is_asked_for_without_a_start() {
    let windows = [Window::new(0, 9).unwrap(), Window::new(50, 99).unwrap()];
    let mut planner = Planner::new(&windows, 0);
    let calls: Vec<_> = std::iter::from_fn(|| planner.next_call()).collect();
    assert_eq!(calls.iter().map(|call| call.start).collect::<Vec<_>>(), [None, Some(50)]);
    // An event that AWS still has from before the horizon is read too.
    let reading =
        planner.page(calls[0].chain, &PageFacts { oldest: Some(-5), events: 1, token: None });
    assert_eq!((reading.floor, reading.proves), (Second::MIN, Window::new(0, 9)));
}

/// Without its token it would read what is the other chain's.
#[test]
fn an_open_chain_that_was_split_begins_again_at_its_own_end() {
    let mut planner = Planner::new(&[Window::new(0, 999).unwrap()], 0);
    let first = planner.next_call().unwrap();
    assert_eq!(first.start, None);
    let token = Some("t".to_owned());
    planner.page(first.chain, &PageFacts { oldest: Some(990), events: PAGE, token });
    planner.next_call().unwrap();
    let older = planner.next_call().unwrap();
    assert_eq!(older.start, None, "that goes on to the last event that AWS has");
    planner.token_lost(first.chain);
    let again = planner.next_call().unwrap();
    assert_eq!((again.chain, again.start), (first.chain, Some(older.end + 1)));
    planner.start_too_old(first.chain);
    assert_eq!(planner.next_call().unwrap().start, None, "AWS keeps it no longer");
}

#[test]
fn pages_left_are_guessed_per_chain_and_are_one_at_least() {
    let windows = [Window::new(0, 999).unwrap(), Window::new(2_000, 2_999).unwrap()];
    let mut planner = Planner::new(&windows, -1);
    assert_eq!(planner.pages_left(), 2, "one a chain while nothing is known");
    let call = planner.next_call().unwrap();
    let token = Some("t".to_owned());
    // 50 events in 100 s, so 450 in the 900 s that are left, and one second is read again.
    let oldest = Some(call.end - 99);
    planner.page(call.chain, &PageFacts { oldest, events: 50, token });
    assert_eq!(planner.pages_left(), 10 + 1);
    while let Some(call) = planner.next_call() {
        planner.page(call.chain, &PageFacts::default());
    }
    assert_eq!(planner.pages_left(), 0);
}
