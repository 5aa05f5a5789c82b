//! `trailhaul load`: every region, or record files, into the target.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use super::{
    Fault, close,
    connect::{self, Documents},
};
use crate::{
    checkpoint::{
        file::StateFile,
        look, names,
        state::{Job, State},
    },
    counters::Counts,
    exit::Exit,
    normalize::{Layout, ONLY_ECS},
    pipeline::{self, Checkpoint, Feed, Lane, Letters, Plan},
    report::{
        canvas::Canvas,
        ending::{Ending, Identity},
        progress::Progress,
        screen::Screen,
    },
    settings::{
        Input, LoadSettings, Period, StateSettings,
        typed::{self, Replay},
    },
    signals::Interrupts,
    sink::{DeadLetters, Target, dead_letter},
    source::{
        account,
        aws::Aws,
        files,
        lookup::{LookupClient, Selection},
        planner::Planner,
        regions::{self, Partition, Wanted},
    },
    window::{Second, moment},
};

/// Loads and prints the summary.
pub(super) async fn run(
    settings: LoadSettings,
    replay: Replay,
    screen: &Screen,
) -> Result<Exit, Fault> {
    let (profile, remembers) = match &settings.input {
        Input::Aws { profile, .. } => (profile.clone(), true),
        Input::Files(_) => (None, false),
    };
    let aws = Aws::from_chain(profile.as_deref()).await;
    from(&aws, &aws, settings, (remembers, replay), screen).await
}

/// The same from a given AWS; requests to the target are signed with the credentials of `signer`.
/// `remembers` says whether the next run can go on where this one stops, `replay` loads its dead letters.
pub(super) async fn from(
    aws: &Aws,
    signer: &Aws,
    settings: LoadSettings,
    (remembers, replay): (bool, Replay),
    screen: &Screen,
) -> Result<Exit, Fault> {
    let begun = Instant::now();
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    let period = settings.period;
    let mut identity = Identity {
        account: None,
        target: connect::shown(&settings.place)?,
        index: settings.document.index.clone(),
        layout: settings.document.layout,
        started: moment(period.now),
        command: typed::command(),
        remembers,
        replay,
    };
    let job = match &settings.input {
        Input::Aws { regions, selection, .. } => {
            Some((settings.state.clone(), regions.clone(), selection.clone()))
        }
        Input::Files(_) => None,
    };
    let prepared = tokio::select! {
        prepared = prepare(aws, signer, settings, &mut identity, &screen.canvas) => prepared,
        () = interrupts.next() => {
            Err(Fault::new(Exit::Interrupted, "interrupted before anything was read"))
        }
    };
    let (ending, state) = match prepared {
        Ok(plan) => {
            let target = Arc::clone(&plan.target);
            let outcome = pipeline::run(plan, &mut interrupts).await;
            let ending = Ending::of(&identity, &outcome, target.counts(), begun.elapsed());
            (ending, outcome.checkpoint.map(|checkpoint| checkpoint.state))
        }
        Err(fault) => {
            let state = job.and_then(|(settings, regions, selection)| {
                known(&settings, &regions, &selection, &identity)
            });
            (Ending::without_a_run(&identity, fault, begun.elapsed()), state)
        }
    };
    close(screen, ending, state.as_ref())
}

/// What earlier runs of the job have left, for a run that did not get as far as to hold the file.
fn known(
    settings: &StateSettings,
    regions: &Wanted,
    selection: &Selection,
    identity: &Identity,
) -> Option<State> {
    if !is_told(settings, identity) {
        return None;
    }
    let job = job_of(selection, identity);
    let mut state = look::state(&state_path(settings, &job)).ok()?;
    let account = job.account.is_none() || state.job.account == job.account;
    let same = Job { account: job.account.clone(), ..state.job.clone() } == job;
    state.regions.retain(|name, _| regions.includes(name));
    (account && same).then_some(state)
}

/// Everything before the first event is read.
async fn prepare(
    aws: &Aws,
    signer: &Aws,
    settings: LoadSettings,
    identity: &mut Identity,
    canvas: &Canvas,
) -> Result<Plan, Fault> {
    let LoadSettings { input, period, document, place, state } = settings;
    let mut documents = Documents::new(document)?;
    let (mut lanes, checkpoint) = match input {
        Input::Files(paths) => {
            let layout = documents.normalizer.table().layout();
            (file_lanes(&paths, layout, &identity.replay)?, None)
        }
        Input::Aws { regions, selection, .. } => {
            let (lanes, checkpoint, oldest) =
                aws_lanes(aws, &regions, selection, period, &state, identity).await?;
            documents.time = Some((moment(oldest), moment(period.now)));
            (lanes, Some(checkpoint))
        }
    };
    let held = checkpoint.as_ref().map(|checkpoint| checkpoint.file.path());
    let state_file = held.or(state.file.as_deref()).map_or_else(
        || state.folder.join(names::stem(None, &identity.target, &identity.index)),
        Path::to_owned,
    );
    let beside = |end: &str| names::beside(&state_file, end);
    let letters = state.dead_letters.clone().unwrap_or_else(|| beside("dead-letters.ndjson"));
    let repairs = documents.learn_from(beside("learned.toml"))?;
    let filter = checkpoint.is_none().then_some(period);
    let target: Target = connect::target(place, signer, &mut documents).await?;
    lanes.sort_by(|a, b| a.name.cmp(&b.name));
    let shown = lanes.iter().map(|lane| (lane.name.clone(), Arc::clone(&lane.counts))).collect();
    Ok(Plan {
        progress: Progress::new(canvas.clone(), shown),
        lanes,
        normalizer: documents.normalizer,
        target: Arc::new(target),
        letters: Letters::Keep(DeadLetters::open(letters)),
        checkpoint,
        repairs,
        filter,
    })
}

/// A lane for each file. What cannot be loaded in the layout is said before anything is read.
fn file_lanes(paths: &[PathBuf], layout: Layout, replay: &Replay) -> Result<Vec<Lane>, Fault> {
    let mut files: Vec<_> = paths.iter().flat_map(|path| files::expand(path)).collect();
    let mut digests = BTreeSet::new();
    for path in &files {
        files::can_be_read(path)?;
        let Some(first_line) = files::first_line(path) else { continue };
        if files::is_digest(&first_line) && !paths.contains(path) {
            digests.insert(path.clone());
        }
        if files::is_flow_log(&first_line) && !layout.has_flow_logs() {
            return Err(Fault::new(Exit::Usage, format!("{}: {ONLY_ECS}", path.display())));
        }
        if dead_letter::is_letter(&first_line) {
            let command = replay.command(path);
            let path = path.display();
            return Err(Fault::new(
                Exit::Usage,
                format!("{path} holds dead letters: load them with {command}"),
            ));
        }
    }
    files.retain(|path| !digests.contains(path));
    files::log_digests(digests.len());
    if files.is_empty() {
        let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Fault::new(
            Exit::Usage,
            format!(
                "no record file in {}: give --from a file, or a folder that has some",
                shown.join(", ")
            ),
        ));
    }
    let lane = |path: PathBuf| Lane {
        name: path.display().to_string(),
        counts: Arc::default(),
        named: false,
        feed: Some(Feed::File(path)),
    };
    Ok(files.into_iter().map(lane).collect())
}

/// The regions to read, what is remembered of them, and the oldest second that is to be read.
async fn aws_lanes(
    aws: &Aws,
    wanted_regions: &Wanted,
    selection: Selection,
    period: Period,
    settings: &StateSettings,
    identity: &mut Identity,
) -> Result<(Vec<Lane>, Checkpoint, Second), Fault> {
    let wanted = period.wanted().ok_or_else(|| {
        Fault::new(
            Exit::Usage,
            "the time asked for lies before the 90 days that AWS keeps: give a later --until",
        )
    })?;
    if period.since.is_some_and(|since| since < period.horizon()) {
        tracing::warn!(from = %moment(period.horizon()), "AWS keeps 90 days: reading from there");
    }
    let hint = wanted_regions.only.first().map(String::as_str);
    let account = account::identify(aws, hint).await?;
    identity.account.clone_from(&account.id);
    let (mut checkpoint, path_shown) = open_state(settings, &selection, identity, wanted, period)?;
    if settings.restart {
        checkpoint.state.regions.retain(|name, _| !wanted_regions.includes(name));
    }
    if !is_told(settings, identity) {
        tracing::warn!(
            state = path_shown,
            "what earlier runs loaded may be of another account and is not counted: name the account's own file with --state"
        );
        checkpoint.state.regions.clear();
        identity.remembers = false;
    }
    tracing::info!(account = account.id, state = path_shown, "account");
    let regions = discover(aws, account.partition, wanted_regions).await?;
    let (mut lanes, mut oldest) = (Vec::new(), period.now);
    for region in regions {
        let counts = Arc::new(Counts::default());
        let feed = if let Some(end) = region.standing.end() {
            Feed::Unread(end)
        } else {
            let state = checkpoint.state.regions.entry(region.name.clone()).or_default();
            let todo = state.begin(wanted, period.now, period.overlap);
            oldest = todo.iter().map(|window| window.start()).fold(oldest, Second::min);
            counts.want(todo.iter().map(|window| window.seconds()).sum());
            let client = LookupClient::new(aws, &region.name, selection.clone());
            let planner = Planner::new(&todo, period.horizon());
            Feed::Region(Box::new((client, planner, region.standing)))
        };
        let named = !wanted_regions.only.is_empty();
        lanes.push(Lane { name: region.name, counts, named, feed: Some(feed) });
    }
    Ok((lanes, checkpoint, oldest))
}

async fn discover(
    aws: &Aws,
    partition: Partition,
    wanted: &Wanted,
) -> Result<Vec<regions::Region>, Fault> {
    let (regions, reason) = regions::discover(aws, partition, wanted).await;
    if let Some(reason) = reason {
        tracing::warn!(
            reason,
            "account:ListRegions does not say which regions are enabled; trying each region known to this version"
        );
    }
    if regions.is_empty() {
        return Err(Fault::new(
            Exit::Usage,
            "no region is left: exclude fewer with --exclude-regions",
        ));
    }
    Ok(regions)
}

fn open_state(
    settings: &StateSettings,
    selection: &Selection,
    identity: &Identity,
    wanted: crate::window::Window,
    period: Period,
) -> Result<(Checkpoint, String), Fault> {
    let job = job_of(selection, identity);
    let path = state_path(settings, &job);
    let (file, state): (StateFile, State) = StateFile::open(&path, job)?;
    let shown = path.display().to_string();
    Ok((Checkpoint { file, state, wanted, period }, shown))
}

/// Whether what a state file remembers is known to be of this account: AWS says whose the credentials
/// are, or somebody names the file. One name serves every account that AWS does not tell.
fn is_told(settings: &StateSettings, identity: &Identity) -> bool {
    identity.account.is_some() || settings.file.is_some()
}

fn job_of(selection: &Selection, identity: &Identity) -> Job {
    Job {
        account: identity.account.clone(),
        target: identity.target.clone(),
        index: identity.index.clone(),
        selection: selection.to_string(),
        layout: Some(identity.layout.name().to_owned()),
    }
}

fn state_path(settings: &StateSettings, job: &Job) -> PathBuf {
    settings.file.clone().unwrap_or_else(|| settings.folder.join(names::state_file(job)))
}
