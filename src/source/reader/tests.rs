//! The reader against a LookupEvents that answers as it is told, on a clock that does not wait.

use std::time::Duration;

use super::*;
use crate::{source::planner::PageFacts, window::Window};

/// What comes of a call of this number, and after how long.
type Script = fn(&Call, usize) -> (Duration, Result<Answer, Refusal>);

/// A region of AWS.
struct Scripted {
    script: Script,
    calls: Arc<std::sync::atomic::AtomicUsize>,
}

impl LookupEvents for Scripted {
    async fn lookup(&self, call: &Call) -> Result<Answer, Refusal> {
        let number = self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (time, answer) = (self.script)(call, number);
        tokio::time::sleep(time).await;
        answer
    }
}

/// How a reading ended, what it proved, and after how many calls.
struct Outcome {
    end: End,
    proved: Vec<Window>,
    calls: usize,
}

fn window(start: i64, end: i64) -> Window {
    Window::new(start, end).unwrap()
}

/// Reads two windows; whoever takes the pages begins so late.
async fn read(script: Script, late: Duration) -> Outcome {
    let calls = Arc::default();
    let client = Scripted { script, calls: Arc::clone(&calls) };
    let planner = Planner::new(&[window(0, 99), window(200, 299)], -1);
    let (sender, mut pages) = mpsc::channel(1);
    let reader = Reader::new(0, client, planner, sender, Arc::default());
    let take = async {
        tokio::time::sleep(late).await;
        let mut proved = Vec::new();
        while let Some(page) = pages.recv().await {
            proved.extend(page.proves);
        }
        proved
    };
    let (end, proved) = tokio::join!(reader.read(CancellationToken::new()), take);
    Outcome { end, proved, calls: calls.load(std::sync::atomic::Ordering::Relaxed) }
}

/// A page that reaches down to this second; without a token it is the last.
fn page(oldest: Option<i64>, token: Option<&str>) -> Answer {
    let events = usize::from(oldest.is_some());
    let facts = PageFacts { oldest, events, token: token.map(str::to_owned) };
    Answer { facts, items: Vec::new() }
}

fn passing() -> Refusal {
    Refusal::Passing("it was late".to_owned())
}

const SOON: Duration = Duration::from_millis(200);
const NOW: Duration = Duration::ZERO;

#[tokio::test(start_paused = true)]
async fn a_first_call_that_hangs_is_made_again() {
    let outcome = read(
        |_, number| match number {
            0 => (Duration::from_secs(90), Err(passing())),
            _ => (SOON, Ok(page(None, None))),
        },
        NOW,
    )
    .await;
    assert_eq!((outcome.end, outcome.calls), (End::Complete, 3));
}

#[tokio::test(start_paused = true)]
async fn a_region_that_stays_silent_is_given_up() {
    let outcome = read(|_, _| (Duration::from_secs(90), Err(passing())), NOW).await;
    assert!(matches!(&outcome.end, End::Failed(reason) if reason.contains("no answer for")));
    assert!(outcome.calls <= 4, "{} calls", outcome.calls);
}

/// A target that is away keeps the page that came; the call beside it runs out meanwhile.
#[tokio::test(start_paused = true)]
async fn a_page_that_nobody_takes_is_no_silence_of_aws() {
    let outcome = read(
        |call, number| match (call.end, number) {
            (99, 0..4) => (Duration::from_secs(5), Err(passing())),
            (99, _) => (SOON, Ok(page(None, None))),
            (_, 0..4) => {
                (SOON, Ok(page(Some(300 - i64::try_from(number).unwrap() * 9), Some("more"))))
            }
            _ => (SOON, Ok(page(None, None))),
        },
        AWS_PATIENCE + Duration::from_mins(5),
    )
    .await;
    assert_eq!(outcome.end, End::Complete);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_takes_all_of_the_quota_is_no_silence_either() {
    let outcome = read(
        |_, number| match number {
            0..200 => (NOW, Err(Refusal::Throttled)),
            200 | 202 => (SOON, Err(passing())),
            _ => (SOON, Ok(page(None, None))),
        },
        NOW,
    )
    .await;
    assert_eq!(outcome.end, End::Complete);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_has_answered_is_not_one_that_is_not_enabled() {
    let never = read(|_, _| (SOON, Err(Refusal::Unknown("no".to_owned()))), NOW).await;
    assert_eq!(never.end, End::NotEnabled("no".to_owned()));
    let revoked = read(
        |_, number| match number {
            0 => (SOON, Ok(page(Some(50), Some("more")))),
            _ => (SOON, Err(Refusal::Unknown("the token is invalid".to_owned()))),
        },
        NOW,
    )
    .await;
    assert_eq!(revoked.end, End::Failed("the token is invalid".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_can_never_be_read_costs_its_chain_alone() {
    let outcome = read(
        |call, _| match (call.end, call.token.as_deref()) {
            (99, _) => (NOW, Err(Refusal::Unreadable("no JSON".to_owned()))),
            (_, None) => (Duration::from_secs(4), Ok(page(Some(250), Some("1")))),
            (_, Some("1")) => (Duration::from_secs(30), Ok(page(Some(220), Some("2")))),
            _ => (Duration::from_secs(30), Ok(page(None, None))),
        },
        NOW,
    )
    .await;
    assert!(matches!(&outcome.end, End::Failed(reason) if reason.contains("no JSON")));
    let proved = crate::checkpoint::coverage::Coverage::from(outcome.proved);
    assert_eq!(proved.windows(), [window(200, 299)], "the other is read to its end");
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_all_unreadable_end_the_region_soon() {
    let begun = Instant::now();
    let outcome = read(|_, _| (NOW, Err(Refusal::Unreadable("no JSON".to_owned()))), NOW).await;
    assert!(matches!(outcome.end, End::Failed(_)));
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn pages_that_lead_in_a_circle_end() {
    let circle: Script = |call, _| match call.token.as_deref() {
        Some("a") => (SOON, Ok(page(None, Some("b")))),
        _ => (SOON, Ok(page(None, Some("a")))),
    };
    let with_events: Script = |call, _| match call.token.as_deref() {
        Some("a") => (SOON, Ok(page(Some(call.end), Some("b")))),
        _ => (SOON, Ok(page(Some(call.end), Some("a")))),
    };
    let endless: Script = |_, number| (SOON, Ok(page(None, Some(&number.to_string()))));
    for script in [circle, with_events, endless] {
        let outcome = read(script, NOW).await;
        assert!(matches!(&outcome.end, End::Failed(reason) if reason.contains("in a circle")));
        assert!(outcome.calls < 5_000, "{} calls", outcome.calls);
    }
}

/// The old end of the ninety days, which AWS will not be asked for any more.
#[tokio::test(start_paused = true)]
async fn what_has_left_the_ninety_days_is_not_missed() {
    let calls = Arc::default();
    let script: Script = |call, number| match call.end {
        9 if number < 20 => (Duration::from_secs(4), Err(Refusal::TimeRange)),
        9 => unreachable!("it is asked for again and again"),
        _ => (SOON, Ok(page(None, None))),
    };
    let client = Scripted { script, calls: Arc::clone(&calls) };
    let planner = Planner::new(&[window(0, 9), window(200, 299)], 0);
    let (sender, mut pages) = mpsc::channel(16);
    let reader = Reader::new(0, client, planner, sender, Arc::default());
    assert_eq!(reader.read(CancellationToken::new()).await, End::Complete);
    assert_eq!(pages.recv().await.unwrap().proves, Some(window(200, 299)));
    assert!(pages.recv().await.is_none(), "nothing is proved of what is gone");
}
