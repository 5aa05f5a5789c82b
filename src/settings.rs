//! What is meant by what was typed: valid by construction, with times and secrets resolved.
//!
//! The only reader of the environment and of secret files. It reaches neither AWS nor the target.
//! Every error is a sentence that names the option and the next step; the exit code is 2.

pub mod report;
pub mod target;
pub mod time;
pub mod typed;

use std::path::{Path, PathBuf};

use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use jiff::Timestamp;

use crate::{
    cli,
    limits::{HISTORY_DAYS, OWN_FIELDS},
    normalize::{Copies, Geo, Layout},
    source::{lookup::Selection, regions::Wanted},
    window::{Second, Window},
};
pub use report::ReportSettings;
pub use target::{AuthSettings, Place};

/// Something typed that cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub(crate) String);

/// Where events come from.
#[derive(Debug)]
pub enum Input {
    /// LookupEvents in every region.
    Aws {
        /// Which regions.
        regions: Wanted,
        /// Which events of a region.
        selection: Selection,
        /// The AWS profile, where one is named.
        profile: Option<String>,
    },
    /// Record files; `-` is standard input.
    Files(Vec<PathBuf>),
}

/// Which stretch of time is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// "Now", frozen at the start of the run.
    pub now: Second,
    /// From this second on; none for all that there is.
    pub since: Option<Second>,
    /// Up to this second; none for now.
    pub until: Option<Second>,
    /// How far a run looks back behind the last one, in seconds.
    pub overlap: Second,
}

impl Period {
    /// The oldest second that AWS still has.
    pub fn horizon(self) -> Second {
        self.now - HISTORY_DAYS * 86_400
    }

    /// The window to have loaded when the run is done; none when it lies outside of what AWS keeps.
    pub fn wanted(self) -> Option<Window> {
        let start = self.since.unwrap_or_else(|| self.horizon()).max(self.horizon());
        Window::new(start, self.until.unwrap_or(self.now).min(self.now))
    }

    /// Whether an event of a record file lies within.
    pub fn holds(self, time: Timestamp) -> bool {
        let second = time.as_second();
        self.since.is_none_or(|since| since <= second)
            && self.until.is_none_or(|until| second <= until)
    }
}

/// How documents look.
#[derive(Debug)]
pub struct DocumentSettings {
    /// The index pattern.
    pub index: String,
    /// The file of one's own rules and its text.
    pub rules: Option<(PathBuf, String)>,
    /// How a document looks.
    pub layout: Layout,
    /// In the `ecs` layout, the copies of what is large.
    pub copies: Copies,
    /// In the `ecs` layout, what says where addresses are.
    pub geo: Option<Geo>,
    /// Most fields of an index.
    pub field_limit: u32,
    /// Whether rejected documents are repaired.
    pub repair: bool,
}

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub struct OutputSettings {
    /// One JSON object at the end.
    pub json: bool,
    /// Problems alone.
    pub quiet: bool,
    /// When to draw bars.
    pub progress: cli::When,
    /// Form of what standard error gets.
    pub log_format: cli::LogFormat,
}

/// What is remembered, and where.
#[derive(Debug, Clone)]
pub struct StateSettings {
    /// The state file, where one is named.
    pub file: Option<PathBuf>,
    /// Where files go that are not named.
    pub folder: PathBuf,
    /// Forget what is covered.
    pub restart: bool,
    /// The dead-letter file, where one is named.
    pub dead_letters: Option<PathBuf>,
}

/// A run of `load` or `demo`.
#[derive(Debug)]
pub struct LoadSettings {
    /// Where events come from.
    pub input: Input,
    /// Which stretch of time.
    pub period: Period,
    /// How documents look.
    pub document: DocumentSettings,
    /// Where they go.
    pub place: Place,
    /// What is remembered.
    pub state: StateSettings,
}

impl LoadSettings {
    /// What `trailhaul load` was told.
    pub fn from_load(args: cli::Load, now: Timestamp) -> Result<Self, UsageError> {
        let from = args.from;
        if !from.is_empty() {
            reject_with_files(&args.source)?;
        }
        let mut settings = Self::new(&args.to, args.source, args.common, now)?;
        if !from.is_empty() {
            settings.input = Input::Files(from);
        }
        Ok(settings)
    }

    /// What `trailhaul demo` was told.
    pub fn from_demo(args: cli::Demo, now: Timestamp) -> Result<Self, UsageError> {
        Self::new(&args.to, args.source, args.common, now)
    }

    fn new(
        to: &str,
        source: cli::Source,
        common: cli::Common,
        now: Timestamp,
    ) -> Result<Self, UsageError> {
        let period = period(&source, now)?;
        Ok(Self {
            input: aws_input(source)?,
            period,
            document: document(common.document)?,
            place: target::place(to, common.target)?,
            state: state(common.state),
        })
    }
}

/// A run of `replay`.
#[derive(Debug)]
pub struct ReplaySettings {
    /// The dead-letter files.
    pub files: Vec<PathBuf>,
    /// How documents look.
    pub document: DocumentSettings,
    /// Where they go.
    pub place: Place,
    /// Where learned rules are kept.
    pub folder: PathBuf,
}

impl ReplaySettings {
    /// What `trailhaul replay` was told.
    pub fn from_replay(args: cli::Replay) -> Result<Self, UsageError> {
        Ok(Self {
            files: args.files,
            document: document(args.document)?,
            place: target::place(&args.to, args.target)?,
            folder: state_folder(),
        })
    }
}

/// The file of one's own rules and its text.
pub fn rules_file(args: cli::RulesFile) -> Result<Option<(PathBuf, String)>, UsageError> {
    let Some(path) = args.file else { return Ok(None) };
    let text = read_text("--rules", &path)?;
    Ok(Some((path, text)))
}

/// A command that has no options about it prints for people.
impl Default for OutputSettings {
    fn default() -> Self {
        let (progress, log_format) = (cli::When::Auto, cli::LogFormat::Text);
        Self { json: false, quiet: false, progress, log_format }
    }
}

impl From<&cli::Output> for OutputSettings {
    fn from(args: &cli::Output) -> Self {
        let cli::Output { json, quiet, progress, log_format } = *args;
        Self { json, quiet, progress, log_format }
    }
}

fn document(args: cli::Document) -> Result<DocumentSettings, UsageError> {
    let settings = DocumentSettings::from_shape(args.shape)?;
    Ok(DocumentSettings { repair: !args.no_repair, ..settings })
}

impl DocumentSettings {
    /// How documents were told to look.
    pub fn from_shape(args: cli::Shape) -> Result<Self, UsageError> {
        if args.field_limit < OWN_FIELDS {
            return Err(UsageError(format!(
                "--field-limit {}: {OWN_FIELDS} fields are trailhaul's own, so give more than that",
                args.field_limit
            )));
        }
        Ok(Self {
            layout: match args.layout {
                cli::Layout::Typed => Layout::Typed,
                cli::Layout::Flattened => Layout::Flattened,
                cli::Layout::Ecs => Layout::Ecs,
            },
            copies: Copies::named(args.keep.iter().map(String::as_str))
                .map_err(|error| UsageError(format!("--keep: {error}")))?,
            geo: geo(&args.geoip)?,
            index: args.index,
            rules: rules_file(args.rules)?,
            field_limit: args.field_limit,
            repair: true,
        })
    }
}

fn geo(files: &[PathBuf]) -> Result<Option<Geo>, UsageError> {
    let mut geo = Geo::default();
    for file in files {
        let shown = file.display();
        let bytes = std::fs::read(file).map_err(|error| {
            UsageError(format!(
                "cannot read --geoip {shown}: {error}; give a file that this user may read"
            ))
        })?;
        geo.add(bytes).map_err(|error| {
            UsageError(format!("--geoip {shown} {error}; give a file such as GeoLite2-City.mmdb"))
        })?;
    }
    Ok((!files.is_empty()).then_some(geo))
}

fn state(args: cli::State) -> StateSettings {
    StateSettings {
        file: args.state,
        folder: state_folder(),
        restart: args.restart,
        dead_letters: args.dead_letters,
    }
}

/// systemd's `StateDirectory=`, else the XDG state folder.
fn state_folder() -> PathBuf {
    let folder = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("STATE_DIRECTORY")
        .or_else(|| folder("XDG_STATE_HOME").map(|folder| folder.join("trailhaul")))
        .or_else(|| folder("HOME").map(|home| home.join(".local/state/trailhaul")))
        .unwrap_or_else(|| PathBuf::from(".trailhaul"))
}

fn period(args: &cli::Source, now: Timestamp) -> Result<Period, UsageError> {
    let (since, until) = limits_of(args.since.as_deref(), args.until.as_deref(), now)?;
    Ok(Period {
        now: now.as_second(),
        since: since.map(Timestamp::as_second),
        until: until.map(Timestamp::as_second),
        overlap: time::span("--overlap", &args.overlap)?.as_secs(),
    })
}

/// What `--since` and `--until` mean.
fn limits_of(
    since: Option<&str>,
    until: Option<&str>,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), UsageError> {
    let at = |option: &str, text: Option<&str>| {
        text.map(|text| time::moment(option, text, now)).transpose()
    };
    let (since, until) = (at("--since", since)?, at("--until", until)?);
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        return Err(UsageError(format!("--since {since} is after --until {until}: swap them")));
    }
    if since.is_some_and(|since| since > now) {
        return Err(UsageError("--since lies in the future: give a time before now".to_owned()));
    }
    Ok((since, until))
}

fn aws_input(args: cli::Source) -> Result<Input, UsageError> {
    for name in args.regions.iter().chain(&args.exclude_regions) {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(legal) {
            return Err(UsageError(format!(
                "{name:?} is no region name: give names such as us-east-1,eu-west-1"
            )));
        }
    }
    let attribute = args.lookup_attribute.as_deref().map(lookup_attribute).transpose()?;
    Ok(Input::Aws {
        regions: Wanted { only: args.regions, except: args.exclude_regions },
        selection: Selection { attribute, insight: args.event_category.is_some() },
        profile: args.profile,
    })
}

fn lookup_attribute(text: &str) -> Result<LookupAttribute, UsageError> {
    let known = LookupAttributeKey::values();
    let wrong = || {
        UsageError(format!(
            "--lookup-attribute {text:?}: give KEY=VALUE with one of the keys {}",
            known.join(", ")
        ))
    };
    let (key, value) = text.split_once('=').ok_or_else(wrong)?;
    if !known.contains(&key) || value.is_empty() {
        return Err(wrong());
    }
    let attribute = LookupAttribute::builder().attribute_key(key.into()).attribute_value(value);
    attribute.build().map_err(|_| wrong())
}

fn reject_with_files(source: &cli::Source) -> Result<(), UsageError> {
    let given = [
        ("--regions", !source.regions.is_empty()),
        ("--exclude-regions", !source.exclude_regions.is_empty()),
        ("--lookup-attribute", source.lookup_attribute.is_some()),
        ("--event-category", source.event_category.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(UsageError(format!(
            "{option} asks AWS, and --from reads files: leave one of the two out"
        ))),
        None => Ok(()),
    }
}

fn read_text(option: &str, path: &Path) -> Result<String, UsageError> {
    std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!(
            "cannot read {option} {}: {error}; give a file that this user may read",
            path.display()
        ))
    })
}

/// The one place where the environment is read.
#[expect(clippy::disallowed_methods, reason = "this is settings")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_a_key_of_awss_and_a_value() {
        let attribute = lookup_attribute("ResourceName=a=b").unwrap();
        assert_eq!(attribute.attribute_value(), "a=b");
        for wrong in ["", "EventName", "EventName=", "eventName=x", "Region=x"] {
            let error = lookup_attribute(wrong).unwrap_err().to_string();
            assert!(error.contains("EventName"), "{error}");
        }
    }

    #[test]
    fn the_wanted_window_stays_within_what_aws_keeps() {
        let now = 10_000_000;
        let period = |since, until| Period { now, since, until, overlap: 0 };
        let whole = period(None, None).wanted();
        assert_eq!(whole, Window::new(now - HISTORY_DAYS * 86_400, now));
        assert_eq!(period(Some(0), Some(now + 5)).wanted(), whole);
        assert_eq!(period(Some(0), Some(5)).wanted(), None);
        assert_eq!(period(Some(now - 5), None).wanted(), Window::new(now - 5, now));
    }
}
