//! `export`: what other programs need.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::FalseyValueParser};

use super::{Shape, Shell, Target};

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
    /// The man page (roff) of trailhaul, or of one of its commands.
    Man {
        /// The command, such as load or export template [default: the page of the whole].
        #[arg(value_name = "COMMAND", conflicts_with = "into")]
        command: Vec<String>,
        /// Write the pages of all commands into this folder, in place of printing one.
        #[arg(long, env = "TRAILHAUL_INTO", value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
    /// What makes a shell complete what is typed.
    Completions {
        /// The shell that it is for.
        shell: Shell,
    },
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
