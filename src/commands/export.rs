//! `trailhaul export`: what other programs need, made from the same tables.

use super::{Fault, connect::Documents, print};
use crate::{
    cli,
    exit::Exit,
    normalize::{CatchAll, Engine, legacy_template, sigma_pipeline, template},
    settings::DocumentSettings,
};

const POLICY: &str = include_str!("../../minimal_policy.json");

/// Prints it.
pub(super) fn run(what: cli::Export) -> Result<Exit, Fault> {
    let text = match what {
        cli::Export::Template { engine, documents } => body(&engine, &documents_of(documents)?)?,
        cli::Export::Sigma { documents } => {
            sigma_pipeline(documents_of(documents)?.normalizer.table())
        }
        cli::Export::Policy => POLICY.to_owned(),
    };
    print(&text)?;
    Ok(Exit::Complete)
}

fn documents_of(shape: cli::Shape) -> Result<Documents, Fault> {
    Documents::new(DocumentSettings::from_shape(shape)?)
}

/// The body of `PUT _index_template/NAME`, or of `PUT _template/NAME` where an engine knows no other.
fn body(engine: &str, documents: &Documents) -> Result<String, Fault> {
    let engine = match engine {
        "any" => None,
        name => Some(Engine::of_name(name).ok_or_else(|| {
            let how =
                "give one such as opensearch-3, elasticsearch-9 or elasticsearch-7.10, or any";
            Fault::new(Exit::Usage, format!("--engine {name}: no engine is called that; {how}"))
        })?),
    };
    let catch_all = engine.and_then(|engine| engine.catch_alls().first().copied());
    let make = match engine {
        Some(engine) if !engine.has_index_templates() => legacy_template,
        _ => template,
    };
    let table = documents.normalizer.table();
    let body = make(catch_all.unwrap_or(CatchAll::Terms), &documents.index, table);
    Ok(format!("{body:#}\n"))
}
