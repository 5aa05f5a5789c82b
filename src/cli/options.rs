//! Options that several commands have.
//!
//! The first paragraph of each is its line in the help, where 80 columns hold the name and the text;
//! the rest is for the manual page. An option that one needs seldom is hidden from the short help.

use std::path::PathBuf;

use clap::Args;

use super::{Auth, EventCategory, Layout, LogFormat, SigV4Service, When, switch::Switch};

/// Options about the events to read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
pub struct Source {
    /// Only these regions.
    #[arg(long, env = "TRAILHAUL_REGIONS", value_delimiter = ',', value_name = "A,B")]
    pub regions: Vec<String>,
    /// Not these regions.
    #[arg(long, env = "TRAILHAUL_EXCLUDE_REGIONS", value_delimiter = ',', value_name = "A,B")]
    #[arg(hide_short_help = true)]
    pub exclude_regions: Vec<String>,
    /// From a time (RFC 3339), or 36h [default: all].
    ///
    /// A time such as 2026-01-02T03:04:05Z, or a span back from now such as 90d or 36h. AWS has the
    /// last 90 days.
    #[arg(long, env = "TRAILHAUL_SINCE", value_name = "T")]
    pub since: Option<String>,
    /// Up to a time, as --since [default: now].
    #[arg(long, env = "TRAILHAUL_UNTIL", value_name = "T")]
    pub until: Option<String>,
    /// Read again before the last run.
    ///
    /// So much before the last finished run is read once more: events can appear late.
    #[arg(long, env = "TRAILHAUL_OVERLAP", value_name = "SPAN", default_value = "1h")]
    #[arg(hide_short_help = true)]
    pub overlap: String,
    /// Only events with it: EventName=ConsoleLogin.
    ///
    /// AWS takes one attribute: AccessKeyId, EventId, EventName, EventSource, ReadOnly, ResourceName,
    /// ResourceType or Username.
    #[arg(long, env = "TRAILHAUL_LOOKUP_ATTRIBUTE", value_name = "K=V")]
    #[arg(hide_short_help = true)]
    pub lookup_attribute: Option<String>,
    /// insight: Insights events, not management events.
    #[arg(long, env = "TRAILHAUL_EVENT_CATEGORY", value_name = "KIND")]
    #[arg(hide_short_help = true)]
    pub event_category: Option<EventCategory>,
}

/// Options of `load` and `demo` that are not about the source.
#[derive(Debug, Args)]
pub struct Common {
    /// How documents look.
    #[command(flatten)]
    pub document: Document,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
    /// What is remembered.
    #[command(flatten)]
    pub state: State,
    /// What is printed.
    #[command(flatten)]
    pub output: Output,
    /// What is kept of the run for others.
    #[command(flatten)]
    pub metrics: Metrics,
}

/// Options about documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Documents")]
pub struct Document {
    /// How they look.
    #[command(flatten)]
    pub shape: Shape,
    /// Send no rejected document again in another form.
    ///
    /// What the index rejects is kept in the dead letters as it is.
    #[arg(long, env = "TRAILHAUL_NO_REPAIR", value_parser = Switch)]
    #[arg(hide_short_help = true)]
    pub no_repair: bool,
}

/// Options about how documents look, and the index that has them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Documents")]
pub struct Shape {
    /// Form: typed, flattened or ecs.
    #[arg(long, env = "TRAILHAUL_LAYOUT", value_name = "LAYOUT", default_value = "typed")]
    pub layout: Layout,
    /// The rule table.
    #[command(flatten)]
    pub rules: RulesFile,
    /// Index by event time.
    #[arg(
        long,
        env = "TRAILHAUL_INDEX",
        value_name = "PATTERN",
        default_value = "cloudtrail-%Y.%m"
    )]
    pub index: String,
    /// ecs: copies to keep, such as original.
    ///
    /// Which copies of what is large a document of the ecs layout has, such as original,request.text:
    /// all, none, original, request, response, additional, details.
    #[arg(
        long,
        env = "TRAILHAUL_KEEP",
        value_delimiter = ',',
        value_name = "A,B",
        default_value = "all",
        hide_short_help = true
    )]
    pub keep: Vec<String>,
    /// ecs: MaxMind database of addresses; repeatable.
    ///
    /// In the ecs layout: a database of MaxMind's format that says where addresses are, such as
    /// GeoLite2-City.mmdb.
    #[arg(long, env = "TRAILHAUL_GEOIP", value_name = "FILE", hide_short_help = true)]
    pub geoip: Vec<PathBuf>,
    /// Most fields of an index.
    #[arg(long, env = "TRAILHAUL_FIELD_LIMIT", value_name = "N", default_value_t = crate::limits::FIELD_LIMIT)]
    #[arg(hide_short_help = true)]
    pub field_limit: u32,
}

/// The file of one's own rules.
#[derive(Debug, Args)]
pub struct RulesFile {
    /// Own rules (TOML) beside the shipped ones.
    ///
    /// They are added, or stand in place of those of the same path and services.
    #[arg(
        // Not the name of an argument of the subcommands, which would hide this one there.
        id = "rules_file",
        long = "rules",
        env = "TRAILHAUL_RULES",
        value_name = "FILE",
        global = true
    )]
    pub file: Option<PathBuf>,
}

/// Options about the target.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub struct Target {
    /// none, basic, api-key, sigv4 [default: guessed].
    ///
    /// How to authenticate. It is guessed from what is given (API key, then user), then from the host.
    #[arg(long, env = "TRAILHAUL_AUTH", value_name = "HOW", hide_short_help = true)]
    pub auth: Option<Auth>,
    /// User, for basic authentication.
    #[arg(long, env = "TRAILHAUL_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// File with the password; or TRAILHAUL_PASSWORD.
    #[arg(long, env = "TRAILHAUL_PASSWORD_FILE", value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// File with the API key; or TRAILHAUL_API_KEY.
    ///
    /// The key is id:key, or as the engine prints it.
    #[arg(long, env = "TRAILHAUL_API_KEY_FILE", value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
    /// Sign for es or aoss [default: by the host].
    #[arg(long, env = "TRAILHAUL_SIGV4_SERVICE", value_name = "NAME", hide_short_help = true)]
    pub sigv4_service: Option<SigV4Service>,
    /// Region to sign for [default: by the host].
    ///
    /// Where the host does not say it, that of the AWS settings.
    #[arg(long, env = "TRAILHAUL_SIGV4_REGION", value_name = "R", hide_short_help = true)]
    pub sigv4_region: Option<String>,
    /// AWS profile [default: the SDK's own chain].
    ///
    /// Events are read with its credentials, and requests to the target signed with them. They alone are
    /// taken, whatever keys the environment holds; AWS_PROFILE leaves the SDK's own order.
    #[arg(long, env = "TRAILHAUL_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
    /// Certificates (PEM) to trust beside the system's.
    #[arg(long, env = "TRAILHAUL_CA_CERT", value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Do not verify the target's certificate.
    #[arg(long, env = "TRAILHAUL_INSECURE", value_parser = Switch)]
    #[arg(hide_short_help = true)]
    pub insecure: bool,
}

/// Options about what is remembered.
#[derive(Debug, Args)]
#[command(next_help_heading = "State and output")]
pub struct State {
    /// State file [default: one per account and target].
    ///
    /// What is safely loaded is remembered in it. By default it is in the user's state folder.
    #[arg(long, env = "TRAILHAUL_STATE", value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Forget what is loaded of the regions, read again.
    ///
    /// Documents are not written twice.
    #[arg(long, env = "TRAILHAUL_RESTART", value_parser = Switch)]
    #[arg(hide_short_help = true)]
    pub restart: bool,
    /// Rejected documents [default: beside the state].
    ///
    /// The file that keeps them, each with the reason; `trailhaul replay` loads it again.
    #[arg(long, env = "TRAILHAUL_DEAD_LETTERS", value_name = "FILE", hide_short_help = true)]
    pub dead_letters: Option<PathBuf>,
}

/// Options about what is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "State and output")]
pub struct Output {
    /// One JSON object on stdout at the end.
    ///
    /// Nothing else is printed on standard output.
    #[arg(long, env = "TRAILHAUL_JSON", value_parser = Switch)]
    pub json: bool,
    /// Problems alone: no progress, no table.
    #[arg(long, env = "TRAILHAUL_QUIET", value_parser = Switch)]
    pub quiet: bool,
    /// Bars: auto, always or never.
    ///
    /// auto draws them on a terminal; elsewhere a log line every 30 s says the same.
    #[arg(long, env = "TRAILHAUL_PROGRESS", value_name = "WHEN", default_value = "auto")]
    #[arg(hide_short_help = true)]
    pub progress: When,
    /// Lines of stderr: text or json.
    ///
    /// Form of what standard error gets: text, or one JSON object a line.
    #[arg(long, env = "TRAILHAUL_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    #[arg(hide_short_help = true)]
    pub log_format: LogFormat,
}

/// The file of metrics, of the commands that are runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "State and output")]
pub struct Metrics {
    /// Metrics for Prometheus, at the end.
    ///
    /// For the textfile collector of its node exporter, which reads files named .prom.
    #[arg(long, env = "TRAILHAUL_METRICS", value_name = "FILE", hide_short_help = true)]
    pub metrics: Option<PathBuf>,
}
