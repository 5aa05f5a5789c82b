//! `export`: what other programs need.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Shape, Shell, Target, switch::Switch};

pub(super) const EXAMPLES: &str = "Examples:
  trailhaul export template --layout ecs
  trailhaul export policy";

const TEMPLATE_EXAMPLES: &str = "Examples:
  trailhaul export template
  trailhaul export template --engine opensearch-3 --layout flattened";

const PIPELINE_EXAMPLES: &str = "Examples:
  trailhaul export pipeline
  trailhaul export pipeline --install --to http://localhost:9200";

const SIGMA_EXAMPLES: &str = "Examples:
  trailhaul export sigma --layout ecs
  trailhaul export sigma --index cloudtrail-%Y.%m.%d";

const POLICY_EXAMPLES: &str = "Examples:
  trailhaul export policy
  trailhaul export policy > trailhaul-policy.json";

const MAN_EXAMPLES: &str = "Examples:
  trailhaul export man load | man -l -
  trailhaul export man --into /usr/local/share/man/man1";

const COMPLETIONS_EXAMPLES: &str = "Examples:
  trailhaul export completions bash > trailhaul.bash
  trailhaul export completions zsh > _trailhaul";

/// `trailhaul export …`.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// The index template (JSON), for an administrator to put.
    ///
    /// Where trailhaul itself may not.
    #[command(after_help = TEMPLATE_EXAMPLES)]
    Template {
        /// Engine, such as elasticsearch-7.17.
        ///
        /// The engine that it is for; any is for every one.
        #[arg(long, env = "TRAILHAUL_ENGINE", value_name = "ENGINE", default_value = "any")]
        engine: String,
        /// Which documents it is for.
        #[command(flatten)]
        documents: Shape,
    },
    /// The ingest pipeline (JSON) that makes ecs documents for shippers.
    ///
    /// Of what they send: records, and lines of VPC flow logs.
    #[command(after_help = PIPELINE_EXAMPLES)]
    Pipeline(Box<ExportPipeline>),
    /// The pySigma pipeline (YAML) for Sigma's CloudTrail rules.
    ///
    /// It says where an index has the fields of the rules.
    #[command(after_help = SIGMA_EXAMPLES)]
    Sigma {
        /// Which documents it is for.
        #[command(flatten)]
        documents: Shape,
    },
    /// The least IAM policy that loading needs (JSON).
    #[command(after_help = POLICY_EXAMPLES)]
    Policy,
    /// The man page (roff) of trailhaul, or of one of its commands.
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// The command, such as load or export template.
        ///
        /// Without it, the page of the whole.
        #[arg(value_name = "COMMAND", conflicts_with = "into")]
        command: Vec<String>,
        /// Write all pages into this folder.
        ///
        /// In place of printing one.
        #[arg(long, env = "TRAILHAUL_INTO", value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
    /// What makes a shell complete what is typed.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// bash, zsh or fish.
        shell: Shell,
    },
}

/// `trailhaul export pipeline`.
#[derive(Debug, Args)]
pub struct ExportPipeline {
    /// Fields of flow logs' lines [default: AWS's own].
    ///
    /// As the settings of the flow log have them.
    #[arg(long, env = "TRAILHAUL_FLOW_FORMAT", value_name = "FIELDS")]
    pub flow_format: Option<String>,
    /// The engine that it is for, or any.
    ///
    /// Such as opensearch-3 or elasticsearch-8.19: with the processors that it has; any: those of every
    /// one. With --install, the target is asked.
    #[arg(long, env = "TRAILHAUL_ENGINE", value_name = "ENGINE", default_value = "any")]
    pub engine: String,
    /// Put it at the target, as trailhaul-ecs.
    ///
    /// In place of printing it.
    #[arg(long, env = "TRAILHAUL_INSTALL", value_parser = Switch, requires = "to")]
    pub install: bool,
    /// The target, an http or https URL.
    #[arg(long, env = "TRAILHAUL_TO", hide_env_values = true, value_name = "URL")]
    #[arg(help_heading = "Target")]
    pub to: Option<String>,
    /// How the target is reached.
    #[command(flatten)]
    pub target: Target,
}
