//! Feeds: what is read side by side, each in a task of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    counters::Counts,
    event::{Item, Ticket},
    limits::RECORDS_PER_FILE_PAGE,
    sink::{DeadLetter, dead_letter},
    source::{
        decode,
        files::{self, FileError},
        flow_log,
        lookup::LookupClient,
        page::Page,
        planner::Planner,
        reader::{End, Reader},
        regions::Standing,
    },
};

/// Something that gives events.
pub enum Feed {
    /// A region of AWS, with what to read of it.
    Region(Box<(LookupClient, Planner, Standing)>),
    /// A record file; `-` is standard input.
    File(PathBuf),
    /// A file of dead letters.
    Letters(PathBuf),
    /// Nothing: a region that is not to be asked, and why.
    Unread(End),
}

/// A feed with its name and its counters. Its place in the plan is its region number in tickets.
pub struct Lane {
    /// The region's name, or the file's path.
    pub name: String,
    /// Its counters.
    pub counts: Arc<Counts>,
    /// Whether it is a region that the user named: then it is missed when it is not enabled.
    pub named: bool,
    /// What gives the events, until it is started.
    pub feed: Option<Feed>,
}

/// Which lane ended, how, and how long it was read.
pub(super) type Ended = (usize, End, Duration);

/// Starts every feed. The channel closes when all have ended.
pub(super) fn start(
    lanes: &mut [Lane],
    pages: &mpsc::Sender<Page>,
    stop: &CancellationToken,
) -> JoinSet<Ended> {
    let mut feeds = JoinSet::new();
    for (number, lane) in lanes.iter_mut().enumerate() {
        let (pages, stop) = (pages.clone(), stop.clone());
        let begun = Instant::now();
        match lane.feed.take() {
            None => {}
            Some(Feed::Unread(end)) => {
                feeds.spawn(async move { (number, end, Duration::ZERO) });
            }
            Some(Feed::Region(region)) => {
                let (client, planner, standing) = *region;
                let reader = Reader::new(number, client, planner, pages, Arc::clone(&lane.counts));
                feeds.spawn(async move {
                    let end = reader.read(stop).await;
                    (number, standing.judge(end), begun.elapsed())
                });
            }
            Some(Feed::File(path)) => {
                let read = move |take: &mut Take<'_>| files::read(&path, take);
                feeds.spawn(async move {
                    (number, read_aside(number, &pages, stop, read).await, begun.elapsed())
                });
            }
            Some(Feed::Letters(path)) => {
                let read = move |take: &mut Take<'_>| read_letters(&path, take);
                feeds.spawn(async move {
                    (number, read_aside(number, &pages, stop, read).await, begun.elapsed())
                });
            }
        }
    }
    feeds
}

/// Reads a file on a thread of its own and hands its pages on.
///
/// When the run stops, it does not wait for that thread: a read of a pipe may never return. What the
/// thread still reads then is taken by nobody.
async fn read_aside(
    region: usize,
    pages: &mpsc::Sender<Page>,
    stop: CancellationToken,
    read: impl FnOnce(&mut Take<'_>) -> Result<(), FileError> + Send + 'static,
) -> End {
    let (sender, mut own) = mpsc::channel(1);
    let reading = tokio::task::spawn_blocking(move || Paginator::new(region, sender).run(read));
    let forward = async {
        while let Some(page) = own.recv().await {
            if pages.send(page).await.is_err() {
                return End::Stopped;
            }
        }
        let gone = || End::Failed("its thread ended unexpectedly".to_owned());
        reading.await.unwrap_or_else(|_| gone())
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => End::Stopped,
        end = forward => end,
    }
}

/// Takes an item; says whether more is wanted.
type Take<'a> = dyn FnMut(Item) -> bool + 'a;

/// Makes pages of the records of a file.
struct Paginator {
    region: usize,
    pages: mpsc::Sender<Page>,
    number: u64,
    items: Vec<Item>,
}

impl Paginator {
    fn new(region: usize, pages: mpsc::Sender<Page>) -> Self {
        Self { region, pages, number: 0, items: Vec::new() }
    }

    fn run(mut self, read: impl FnOnce(&mut Take<'_>) -> Result<(), FileError>) -> End {
        let mut is_wanted = true;
        let result = read(&mut |item| {
            self.items.push(item);
            is_wanted = self.items.len() < RECORDS_PER_FILE_PAGE || self.send();
            is_wanted
        });
        is_wanted = is_wanted && (self.items.is_empty() || self.send());
        match result {
            Ok(()) if is_wanted => End::Complete,
            Ok(()) => End::Stopped,
            Err(error) => End::Failed(error.to_string()),
        }
    }

    /// Hands a page on; says whether more is wanted.
    fn send(&mut self) -> bool {
        let ticket = Ticket { region: self.region, page: self.number };
        self.number += 1;
        let items = std::mem::take(&mut self.items);
        let page = Page { ticket, chain: 0, items, proves: None };
        self.pages.blocking_send(page).is_ok()
    }
}

/// What a letter is to be loaded as.
pub(crate) fn event_of(letter: DeadLetter) -> Item {
    let DeadLetter { id, lookup, flow, event, .. } = letter;
    match flow {
        Some(flow) => flow_log::event(event.into(), Arc::new(flow), id),
        None => decode::record(event, decode::Hints { id, lookup }),
    }
}

/// The events of dead letters. A line that is no letter is skipped, left in the file, and makes the
/// reading incomplete.
fn read_letters(path: &Path, take: &mut Take<'_>) -> Result<(), FileError> {
    let broken = |line, reason: String| FileError::Broken { path: path.to_owned(), line, reason };
    let mut first_broken = None;
    for line in dead_letter::read(path).map_err(|error| broken(0, error.to_string()))? {
        match line.map_err(|error| broken(0, error.to_string()))? {
            dead_letter::Line::Letter(letter) => {
                if !take(event_of(*letter)) {
                    return Ok(());
                }
            }
            dead_letter::Line::Broken { number, reason } => {
                first_broken.get_or_insert((number, reason));
            }
        }
    }
    first_broken.map_or(Ok(()), |(number, reason)| Err(broken(number, reason)))
}
