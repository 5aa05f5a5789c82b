//! Options that several commands have.

use std::path::PathBuf;

use clap::{Args, builder::FalseyValueParser};

use super::{Auth, EventCategory, Layout, LogFormat, SigV4Service, When};

/// Options about the events to read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
pub struct Source {
    /// Only these regions.
    #[arg(long, env = "TRAILHAUL_REGIONS", value_delimiter = ',', value_name = "A,B")]
    pub regions: Vec<String>,
    /// Not these regions.
    #[arg(long, env = "TRAILHAUL_EXCLUDE_REGIONS", value_delimiter = ',', value_name = "A,B")]
    pub exclude_regions: Vec<String>,
    /// From this time on: RFC 3339, or a span back such as 90d or 36h [default: all that AWS has].
    #[arg(long, env = "TRAILHAUL_SINCE", value_name = "T")]
    pub since: Option<String>,
    /// Up to this time, as --since [default: now].
    #[arg(long, env = "TRAILHAUL_UNTIL", value_name = "T")]
    pub until: Option<String>,
    /// Read this much before the last finished run once more: events can appear late.
    #[arg(long, env = "TRAILHAUL_OVERLAP", value_name = "SPAN", default_value = "1h")]
    pub overlap: String,
    /// Only events with this attribute, such as EventName=ConsoleLogin; AWS takes one.
    #[arg(long, env = "TRAILHAUL_LOOKUP_ATTRIBUTE", value_name = "KEY=VALUE")]
    pub lookup_attribute: Option<String>,
    /// Insights events in place of management events.
    #[arg(long, env = "TRAILHAUL_EVENT_CATEGORY", value_name = "CATEGORY")]
    pub event_category: Option<EventCategory>,
    /// The AWS profile [default: the SDK's own chain].
    #[arg(long, env = "TRAILHAUL_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
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
}

/// Options about documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Documents")]
pub struct Document {
    /// How they look.
    #[command(flatten)]
    pub shape: Shape,
    /// Keep what the index rejects as it is, in place of sending it again in a form that it takes.
    #[arg(long, env = "TRAILHAUL_NO_REPAIR", value_parser = FalseyValueParser::new())]
    pub no_repair: bool,
}

/// Options about how documents look, and the index that has them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Documents")]
pub struct Shape {
    /// How a document looks: typed, flattened with each free-form section as one field, or ecs.
    #[arg(long, env = "TRAILHAUL_LAYOUT", value_name = "LAYOUT", default_value = "typed")]
    pub layout: Layout,
    /// The rule table.
    #[command(flatten)]
    pub rules: RulesFile,
    /// The index of an event, by its time.
    #[arg(
        long,
        env = "TRAILHAUL_INDEX",
        value_name = "PATTERN",
        default_value = "cloudtrail-%Y.%m"
    )]
    pub index: String,
    /// In the ecs layout: which copies of what is large a document has, such as
    /// original,request.text; all, none, original, request, response, additional, details.
    #[arg(
        long,
        env = "TRAILHAUL_KEEP",
        value_delimiter = ',',
        value_name = "A,B",
        default_value = "all"
    )]
    pub keep: Vec<String>,
    /// In the ecs layout: a database of MaxMind's format that says where addresses are, such as
    /// GeoLite2-City.mmdb; repeatable.
    #[arg(long, env = "TRAILHAUL_GEOIP", value_name = "FILE")]
    pub geoip: Vec<PathBuf>,
    /// Most fields of an index.
    #[arg(long, env = "TRAILHAUL_FIELD_LIMIT", value_name = "N", default_value_t = crate::limits::FIELD_LIMIT)]
    pub field_limit: u32,
}

/// The file of one's own rules.
#[derive(Debug, Args)]
pub struct RulesFile {
    /// Own rules (TOML): added to the shipped ones, or in place of those of the same path and services.
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
    /// How to authenticate [default: by what is given, then by the host].
    #[arg(long, env = "TRAILHAUL_AUTH", value_name = "HOW")]
    pub auth: Option<Auth>,
    /// User for basic authentication; the password comes from TRAILHAUL_PASSWORD or a file.
    #[arg(long, env = "TRAILHAUL_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// File that holds the password.
    #[arg(long, env = "TRAILHAUL_PASSWORD_FILE", value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// File that holds the API key (id:key, or as the engine prints it); or TRAILHAUL_API_KEY.
    #[arg(long, env = "TRAILHAUL_API_KEY_FILE", value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
    /// Service name to sign for [default: by the host].
    #[arg(long, env = "TRAILHAUL_SIGV4_SERVICE", value_name = "SERVICE")]
    pub sigv4_service: Option<SigV4Service>,
    /// Region to sign for [default: by the host, then AWS_REGION].
    #[arg(long, env = "TRAILHAUL_SIGV4_REGION", value_name = "R")]
    pub sigv4_region: Option<String>,
    /// Certificates (PEM) to trust beside the system's.
    #[arg(long, env = "TRAILHAUL_CA_CERT", value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Do not verify the target's certificate.
    #[arg(long, env = "TRAILHAUL_INSECURE", value_parser = FalseyValueParser::new())]
    pub insecure: bool,
}

/// Options about what is remembered.
#[derive(Debug, Args)]
#[command(next_help_heading = "State")]
pub struct State {
    /// The state file [default: one per account and target, in the user's state folder].
    #[arg(long, env = "TRAILHAUL_STATE", value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Forget what is covered of the regions to read, and read it again (documents are not written
    /// twice).
    #[arg(long, env = "TRAILHAUL_RESTART", value_parser = FalseyValueParser::new())]
    pub restart: bool,
    /// Where rejected documents are kept [default: beside the state file].
    #[arg(long, env = "TRAILHAUL_DEAD_LETTERS", value_name = "FILE")]
    pub dead_letters: Option<PathBuf>,
}

/// Options about what is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Print one JSON object on standard output at the end, and nothing else there.
    #[arg(long, env = "TRAILHAUL_JSON", value_parser = FalseyValueParser::new())]
    pub json: bool,
    /// Print problems alone: no progress, no closing table.
    #[arg(long, env = "TRAILHAUL_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
    /// Progress bars [auto: on a terminal, else a log line every 30 s].
    #[arg(long, env = "TRAILHAUL_PROGRESS", value_name = "WHEN", default_value = "auto")]
    pub progress: When,
    /// Form of what standard error gets: text, or one JSON object a line.
    #[arg(long, env = "TRAILHAUL_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// At the end, put metrics of the run into this file, for Prometheus's textfile collector: .prom.
    #[arg(long, env = "TRAILHAUL_METRICS", value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}
