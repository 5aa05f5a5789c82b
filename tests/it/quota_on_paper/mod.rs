//! The quota on paper: the real reader, planner and pacer on a paused clock, against a LookupEvents
//! that is nothing but arithmetic. Hours of reading take seconds, and each figure is exact.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and seconds of ninety days are far below every limit"
)]

mod history;
mod region;

use std::sync::Arc;

use history::{DAYS, HOUR, History, PAGE};
use region::{Latency, Made, Paper, Region};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;
use trailhaul::{
    checkpoint::coverage::Coverage,
    counters::Counts,
    limits::CALLS_PER_SECOND,
    source::{
        planner::Planner,
        reader::{End, Reader},
        refusal::Refusal,
    },
    window::{Second, Window},
};

/// What the reading of a region came to.
#[derive(Debug)]
struct Reading {
    made: Vec<Made>,
    seconds: f64,
    events: u64,
    /// Events that had left the ninety days when their second was proved.
    gone: u64,
}

impl Reading {
    fn calls(&self, accepted: bool) -> usize {
        self.made.iter().filter(|call| call.accepted == accepted).count()
    }

    /// Share of the quota from the first call to the last one.
    fn share(&self) -> f64 {
        let last = self.made.last().unwrap().at;
        // The first call comes with the quota's burst and takes no time.
        (self.calls(true) - 1) as f64 / (last * CALLS_PER_SECOND)
    }

    /// Calls beyond those that full pages would take, as a share of these.
    fn beyond(&self) -> f64 {
        self.calls(true) as f64 / self.events.div_ceil(PAGE) as f64 - 1.0
    }

    /// Seconds of quota that were not used from when it first lay idle, after the first half of the
    /// calls.
    fn lost_at_the_end(&self) -> f64 {
        let late = self.made.windows(2).skip(self.made.len() / 2);
        let idle = late.into_iter().find(|calls| calls[1].at - calls[0].at > 0.6);
        let from = idle.map_or(self.made.last().unwrap().at, |calls| calls[0].at);
        let used = self.made.iter().filter(|call| call.at >= from).count() as f64;
        self.seconds - from - used / CALLS_PER_SECOND
    }

    fn accepted_within(&self, time: std::ops::Range<f64>) -> usize {
        self.made.iter().filter(|call| call.accepted && time.contains(&call.at)).count()
    }
}

async fn read(region: Region) -> Reading {
    read_window(region, Window::new(0, DAYS * 24 * HOUR - 1).unwrap()).await
}

async fn read_window(region: Region, whole: Window) -> Reading {
    let region = Arc::new(region);
    let begun = Instant::now();
    let (sender, mut pages) = mpsc::channel(16);
    let reader = Reader::new(
        0,
        Paper(Arc::clone(&region)),
        Planner::new(&[whole], 0),
        sender,
        Arc::new(Counts::default()),
    );
    let (mut covered, mut gone) = (Coverage::default(), 0);
    let collect = async {
        while let Some(page) = pages.recv().await {
            if let Some(proved) = page.proves {
                covered.add(proved);
                let past = Window::new(Second::MIN, region.oldest() - 1).unwrap();
                gone += proved.intersection(past).map_or(0, |late| region.history.within(late));
            }
        }
    };
    let (end, ()) = tokio::join!(reader.read(CancellationToken::new()), collect);
    assert_eq!(end, End::Complete);
    assert_eq!(covered, Coverage::from(vec![whole]));
    let made = std::mem::take(&mut region.state.lock().unwrap().made);
    Reading { made, seconds: begun.elapsed().as_secs_f64(), events: region.history.events(), gone }
}

type Draw = fn(u64, &mut fastrand::Rng) -> History;

/// Share and calls beyond, on average over some histories.
async fn average(draw: Draw, latency: Latency) -> (f64, f64) {
    let (mut share, mut beyond) = (0.0, 0.0);
    let seeds = 1..=16;
    let count = seeds.clone().count() as f64;
    for seed in seeds {
        let history = draw(20_000, &mut fastrand::Rng::with_seed(seed));
        let reading = read(Region::new(history, latency, seed)).await;
        assert_eq!(reading.calls(false), 0, "throttled alone");
        share += reading.share() / count;
        beyond += reading.beyond() / count;
    }
    (share, beyond)
}

#[tokio::test(start_paused = true)]
async fn the_whole_quota_is_used_whatever_the_latency() {
    let draws: [(&str, Draw); 3] = [
        ("even", History::even),
        ("one hour", History::one_hour),
        ("working days", History::working_days),
    ];
    let latencies = [
        ("0.2 s", Latency::About(0.2), 0.97, 0.03),
        ("1 s", Latency::About(1.0), 0.97, 0.05),
        ("4 s, up to 30 s", Latency::Slow, 0.95, 0.08),
    ];
    for (how, draw) in draws {
        for (latency_name, latency, least_share, most_beyond) in latencies {
            let (share, beyond) = average(draw, latency).await;
            println!("{how:12} {latency_name:15} share {share:.3} beyond {:.1} %", beyond * 100.0);
            assert!(share >= least_share, "{how}, {latency_name}: share {share}");
            assert!(beyond <= most_beyond, "{how}, {latency_name}: {beyond} calls beyond");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_tail_of_a_region_costs_at_most_one_latency() {
    const LATENCY: f64 = 4.0;
    for draw in [History::even, History::one_hour, History::working_days] {
        for seed in 1..=16 {
            let history = draw(20_000, &mut fastrand::Rng::with_seed(seed));
            let reading = read(Region::new(history, Latency::About(LATENCY), seed)).await;
            let lost = reading.lost_at_the_end();
            assert!(lost <= LATENCY * 1.25, "seed {seed}: {lost} s");
        }
    }
}

/// Half of the account lies on the day that leaves the ninety days next, and reading takes more than an
/// hour: what leaves them meanwhile is read before.
#[tokio::test(start_paused = true)]
async fn the_oldest_events_are_read_before_they_are_gone() {
    let draws: [(&str, Draw); 4] = [
        ("even", History::even),
        ("one hour", History::one_hour),
        ("working days", History::working_days),
        ("dense at the edge", History::dense_at_the_edge),
    ];
    for (how, draw) in draws {
        // A page of the edge, and some before it.
        for (latency, seconds) in
            [(Latency::About(0.2), 30), (Latency::About(1.0), 60), (Latency::Slow, 180)]
        {
            for seed in 1..=2 {
                let history = draw(400_000, &mut fastrand::Rng::with_seed(seed));
                let mut region = Region::new(history, latency, seed);
                region.ages = true;
                let few = region.history.within(Window::new(0, seconds - 1).unwrap());
                let reading = read(region).await;
                let name = format!("{how}, {latency:?}, seed {seed}");
                println!("{name}: {} gone, {few} in {seconds} s", reading.gone);
                assert!(reading.gone <= few.max(1), "{name}: {} are gone", reading.gone);
            }
        }
    }
}

/// Nothing is known of a region before its first page, and that may be late.
#[tokio::test(start_paused = true)]
async fn a_late_first_page_keeps_only_a_quiet_region_waiting() {
    let history = History::even(20_000, &mut fastrand::Rng::with_seed(1));
    let mut region = Region::new(history, Latency::About(1.0), 1);
    region.first = Some(30.0);
    let busy = read(region).await;
    assert!(busy.share() >= 0.95, "share {}", busy.share());
    assert!(busy.beyond() <= 0.08, "{} calls beyond", busy.beyond());

    for (first, hours, calls) in [(7.0, DAYS * 24, 1), (30.0, 25, 1), (30.0, DAYS * 24, 2)] {
        let mut region =
            Region::new(History::even(0, &mut fastrand::Rng::new()), Latency::About(1.0), 1);
        region.first = Some(first);
        let quiet = read_window(region, Window::new(0, hours * HOUR - 1).unwrap()).await;
        assert_eq!(quiet.made.len(), calls, "{first} s, {hours} h");
    }
}

/// Two calls of a region of eight pages are refused.
#[tokio::test(start_paused = true)]
async fn a_refused_call_costs_itself() {
    let why = || "because".to_owned();
    let cases = [
        (None, 8..=8),
        (Some(Refusal::Throttled), 10..=10),
        // While a chain rests the quota goes to what is split off it, for a part of a page each.
        (Some(Refusal::Passing(why())), 10..=12),
        (Some(Refusal::Unreadable(why())), 10..=12),
        // Without its token a chain reads the second again that it was in.
        (Some(Refusal::TokenRefused), 10..=11),
    ];
    for (refusal, calls) in cases {
        let history = History::even(400, &mut fastrand::Rng::with_seed(1));
        let mut region = Region::new(history, Latency::About(0.2), 1);
        region.refusal.clone_from(&refusal);
        let reading = read(region).await;
        let made = reading.made.len();
        assert!(calls.contains(&made), "{refusal:?}: {made} calls");
    }
}

/// Another caller takes half of the quota for three minutes.
#[tokio::test(start_paused = true)]
async fn the_pace_settles_at_what_another_caller_leaves_and_comes_back() {
    for seed in 1..=16 {
        for latency in [Latency::About(0.2), Latency::About(1.0), Latency::Slow] {
            let history = History::even(40_000, &mut fastrand::Rng::with_seed(seed));
            let mut region = Region::new(history, latency, seed);
            region.other = Some((1.0, 60.0..240.0));
            let reading = read(region).await;
            let name = format!("{latency:?}, seed {seed}");
            let settled = reading.accepted_within(120.0..240.0);
            assert!(
                (90..=126).contains(&settled),
                "{name}: {settled} calls in 120 s at one a second"
            );
            let back = reading.accepted_within(300.0..360.0);
            assert!(back >= 110, "{name}: {back} calls in the minute after one");
            let beside: Vec<_> =
                reading.made.iter().filter(|c| (60.0..240.0).contains(&c.at)).collect();
            let share = beside.iter().filter(|c| !c.accepted).count() as f64 / beside.len() as f64;
            println!("{name}: {settled} settled, {back} back, throttled {:.1} %", share * 100.0);
            assert!(share <= 0.05, "{name}: {share} of the calls beside the other are throttled");
        }
    }
}

/// Seventeen regions, fifty million events, half of them in one region.
#[tokio::test(start_paused = true)]
async fn a_whole_account_takes_what_the_quota_takes() {
    let all: u64 = 50_000_000;
    let mut regions = tokio::task::JoinSet::new();
    for region in 0..17 {
        let events = if region == 0 { all / 2 } else { all / 2 / 16 };
        let history = History::working_days(events, &mut fastrand::Rng::with_seed(region));
        regions.spawn(read(Region::new(history, Latency::Slow, region)));
    }
    let readings = regions.join_all().await;
    let calls: usize = readings.iter().map(|reading| reading.made.len()).sum();
    let hours = readings.iter().map(|r| r.seconds).fold(0.0, f64::max) / 3_600.0;
    let least = all as f64 / 2.0 / PAGE as f64 / CALLS_PER_SECOND / 3_600.0;
    println!("{hours:.1} h of {least:.1} h, {calls} calls of {}", all / PAGE);
    assert!(hours <= least * 1.02, "{hours} h, where the quota takes {least} h");
    assert!(calls as f64 <= all as f64 / PAGE as f64 * 1.02, "{calls} calls");
}
