//! What can be typed. Names and meanings are a contract with people's cron jobs.
//!
//! Only the shape of the words is checked here; [`crate::settings`] says what they mean. No option
//! takes a secret: those come from a file or the environment.

// Doc comments of this file are the help text, which no markup should reach.
#![expect(clippy::doc_markdown, reason = "doc comments here are help text")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};

use crate::{exit::Exit, report::screen::complain, secret::without_password};

/// Loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch, once.
///
/// Reads management events (or Insights events) of the last 90 days through LookupEvents: no trail,
/// no bucket, no queue. Data events and network events are not in LookupEvents.
#[derive(Debug, Parser)]
#[command(name = "trailhaul", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 all loaded, 2 wrong usage, 3 partial, 4 dead letters, \
    5 AWS refuses, 6 target refuses, 7 state file, 130 interrupted.\n\n\
    TRAILHAUL_LOG sets what is logged, such as trailhaul=debug or info,trailhaul=debug.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What was typed; nothing when it is no command, which is then told.
    pub fn read() -> Result<Self, Exit> {
        Self::try_parse().map_err(|error| {
            let said = error.to_string();
            let shown = without_password(&said);
            if shown == said {
                error.exit()
            }
            // A URL that lacks its --to would be repeated with the password in it.
            complain(shown.trim_start_matches("error: ").trim_end());
            Exit::Usage
        })
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Loads every region, or the given record files, into the target.
    Load(Box<Load>),
    /// Does the same against a simulated AWS in the process: no account and no cluster needed.
    Demo(Box<Demo>),
    /// Loads dead letters again, through the same pipeline; takes out what succeeds.
    Replay(Box<Replay>),
    /// Shows the rule table, or what it does to events.
    Rules {
        /// What to show; the table when absent.
        #[command(subcommand)]
        action: Option<Rules>,
        /// The rule table.
        #[command(flatten)]
        rules: RulesFile,
    },
    /// Prints what other programs need, made from the same tables.
    Export {
        /// What to print.
        #[command(subcommand)]
        what: Export,
    },
}

impl Command {
    /// The options about what is printed, of the commands that have them.
    pub fn output(&self) -> Option<&Output> {
        match self {
            Self::Load(args) => Some(&args.common.output),
            Self::Demo(args) => Some(&args.common.output),
            Self::Replay(args) => Some(&args.output),
            Self::Rules { .. } | Self::Export { .. } => None,
        }
    }
}

/// `trailhaul load`.
#[derive(Debug, Args)]
pub struct Load {
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    pub to: String,
    /// A record file, a folder of them, or - for standard input, in place of AWS; repeatable.
    #[arg(long, env = "TRAILHAUL_FROM", value_name = "PATH|-")]
    pub from: Vec<PathBuf>,
    /// Which events.
    #[command(flatten)]
    pub source: Source,
    /// Everything that does not depend on the source.
    #[command(flatten)]
    pub common: Common,
}

/// `trailhaul demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(
        long,
        env = "TRAILHAUL_TO",
        hide_env_values = true,
        value_name = "URL|file:PATH",
        default_value = "file:trailhaul-demo.ndjson"
    )]
    pub to: String,
    /// Which events.
    #[command(flatten)]
    pub source: Source,
    /// Everything that does not depend on the source.
    #[command(flatten)]
    pub common: Common,
}

/// `trailhaul replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// Dead-letter files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where documents go: an http or https URL, or file:PATH (bulk NDJSON).
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL|file:PATH")]
    pub to: String,
    /// How documents look.
    #[command(flatten)]
    pub document: Document,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
    /// What is printed.
    #[command(flatten)]
    pub output: Output,
}

/// `trailhaul rules …`.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Prints the rule table.
    List,
    /// Says where a field of CloudTrail's is found in an index, and what the rules do to it.
    Explain {
        /// The field, such as requestParameters.policy.
        #[arg(value_name = "PATH")]
        path: String,
    },
    /// Shows what the rules do to the events of a record file.
    Test {
        /// A record file, or - for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Proposes rules, as a --rules file, for what was seen and the table does not settle.
    Suggest {
        /// Record files, dead letters, or the answer of GET /INDEX/_mapping, or - for standard input.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

/// `trailhaul export …`.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// The index template (JSON), for who may put it when trailhaul itself may not.
    Template {
        /// The engine that it is for, such as opensearch-3 or elasticsearch-7.17; any: every one.
        #[arg(long, env = "TRAILHAUL_ENGINE", value_name = "ENGINE", default_value = "any")]
        engine: String,
        /// Which documents it is for.
        #[command(flatten)]
        documents: Shape,
    },
    /// The ingest pipeline (JSON) that makes documents of the ecs layout of what shippers send: records, and
    /// lines of VPC flow logs.
    Pipeline(Box<ExportPipeline>),
    /// A pySigma processing pipeline (YAML): where an index has the fields of Sigma's CloudTrail rules.
    Sigma {
        /// Which documents it is for.
        #[command(flatten)]
        documents: Shape,
    },
    /// The least IAM policy that loading needs (JSON).
    Policy,
}

/// `trailhaul export pipeline`.
#[derive(Debug, Args)]
pub struct ExportPipeline {
    /// The fields of flow logs' lines, as their settings have them [default: AWS's default format].
    #[arg(long, env = "TRAILHAUL_FLOW_FORMAT", value_name = "FIELDS")]
    pub flow_format: Option<String>,
    /// Put it at the target, under the name trailhaul-ecs, in place of printing it.
    #[arg(long, env = "TRAILHAUL_INSTALL", value_parser = FalseyValueParser::new(), requires = "to")]
    pub install: bool,
    /// The target, an http or https URL.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL")]
    pub to: Option<String>,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
}

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
}

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// CloudTrail's own names, one type per field.
    Typed,
    /// The same, with requestParameters and its like as one flattened or flat_object field each.
    Flattened,
    /// The Elastic Common Schema, with the fields of Elastic's aws.cloudtrail integration.
    Ecs,
}

/// A category of events beside management events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventCategory {
    /// CloudTrail Insights.
    Insight,
}

/// How to authenticate to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// Not at all.
    None,
    /// User and password.
    Basic,
    /// An Elasticsearch API key.
    ApiKey,
    /// AWS Signature Version 4, with the SDK's credentials.
    #[value(name = "sigv4")]
    SigV4,
}

/// A service name of Amazon OpenSearch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SigV4Service {
    /// A domain of Amazon OpenSearch Service.
    Es,
    /// A collection of Amazon OpenSearch Serverless.
    Aoss,
}

/// When to draw bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_can_come_from_the_environment() {
        for command in Cli::command().get_subcommands() {
            for option in command.get_opts().filter(|o| o.get_long() != Some("help")) {
                let name = option.get_long().unwrap().replace('-', "_").to_uppercase();
                let expected = format!("TRAILHAUL_{name}");
                assert_eq!(option.get_env().and_then(|e| e.to_str()), Some(expected.as_str()));
            }
        }
    }
}
