//! `trailhaul export`: what other programs need, made from the same tables.

use std::{fs::File, io::Write as _, path::Path};

use super::{
    Fault,
    connect::{self, Documents},
    print,
};
use crate::{
    cli::{self, manual},
    exit::Exit,
    normalize::{
        CatchAll, Engine, Processors, legacy_template, pipeline, sigma_pipeline, template,
    },
    settings::{DocumentSettings, Place, target::place},
    sink,
    source::{aws::Aws, flow_log::format},
};

/// The name of the ingest pipeline at a target.
const PIPELINE: &str = "trailhaul-ecs";

const POLICY: &str = include_str!("../../minimal_policy.json");

/// Prints it.
pub(super) async fn run(what: cli::Export) -> Result<Exit, Fault> {
    let text = match what {
        cli::Export::Template { engine, documents } => body(&engine, &documents_of(documents)?)?,
        cli::Export::Sigma { documents } => {
            sigma_pipeline(documents_of(documents)?.normalizer.table())
        }
        cli::Export::Pipeline(args) => of_pipeline(*args).await?,
        cli::Export::Policy => POLICY.to_owned(),
        cli::Export::Man { command, into: None } => page_of(&command)?,
        cli::Export::Man { into: Some(folder), .. } => {
            write_pages(&folder)?;
            String::new()
        }
        cli::Export::Completions { shell } => manual::completions(shell),
    };
    print(&text)?;
    Ok(Exit::Complete)
}

/// The pipeline, or where it is now.
async fn of_pipeline(args: cli::ExportPipeline) -> Result<String, Fault> {
    let format = match args.flow_format {
        None => format::DEFAULT.to_owned(),
        Some(format) => format::told_by(&format).ok_or_else(|| {
            let how = "give the names of AWS's fields, such as version vpc-id srcaddr dstaddr";
            Fault::new(
                Exit::Usage,
                format!("--flow-format {format}: no format of flow logs; {how}"),
            )
        })?,
    };
    let made =
        |processors| pipeline(&format, format::fields(), processors).map_err(Fault::internal);
    let Some(to) = args.to.filter(|_| args.install) else {
        let engine = named(&args.engine)?;
        return Ok(format!("{:#}\n", made(engine.map(Processors::of_engine).unwrap_or_default())?));
    };
    let Place::Cluster(cluster) = place(&to, args.target)? else {
        let how = "give the URL of an Elasticsearch or OpenSearch";
        return Err(Fault::new(Exit::Usage, format!("--to {to}: a file has no pipelines; {how}")));
    };
    let signer = Aws::from_chain(cluster.profile.as_deref()).await;
    let (http, server) = connect::reach(*cluster, &signer).await?;
    let engine = connect::engine(&server);
    let processors = match sink::pipeline::processors(&http).await? {
        Some(types) => Processors::of_types(engine.kind, types.iter().map(String::as_str)),
        None => Processors::of_engine(engine),
    };
    sink::pipeline::install(&http, PIPELINE, &made(processors)?).await?;
    Ok(format!("{PIPELINE} is at {}: send to it with ?pipeline={PIPELINE}\n", http.shown()))
}

/// The engine of `--engine`; none for every engine.
fn named(engine: &str) -> Result<Option<Engine>, Fault> {
    if engine == "any" {
        return Ok(None);
    }
    let how = "give one such as opensearch-3, elasticsearch-9 or elasticsearch-7.10, or any";
    let unknown =
        || Fault::new(Exit::Usage, format!("--engine {engine}: no engine is called that; {how}"));
    Engine::of_name(engine).map(Some).ok_or_else(unknown)
}

fn page_of(command: &[String]) -> Result<String, Fault> {
    manual::page(command).map(|page| page.text).ok_or_else(|| {
        let name = command.join(" ");
        let how = "see trailhaul help for those that there are";
        Fault::new(Exit::Usage, format!("export man {name}: no command is called that; {how}"))
    })
}

fn write_pages(folder: &Path) -> Result<(), Fault> {
    for page in manual::pages() {
        let path = folder.join(&page.file);
        let written = File::create(&path).and_then(|mut file| file.write_all(page.text.as_bytes()));
        written.map_err(|error| {
            let how = "give a folder that is there and that this user may write to";
            Fault::new(
                Exit::Usage,
                format!("--into: cannot write {}: {error}; {how}", path.display()),
            )
        })?;
    }
    Ok(())
}

fn documents_of(shape: cli::Shape) -> Result<Documents, Fault> {
    Documents::new(DocumentSettings::from_shape(shape)?)
}

/// The body of `PUT _index_template/NAME`, or of `PUT _template/NAME` where an engine knows no other.
fn body(engine: &str, documents: &Documents) -> Result<String, Fault> {
    let engine = named(engine)?;
    let catch_all = engine.and_then(|engine| engine.catch_alls().first().copied());
    let make = match engine {
        Some(engine) if !engine.has_index_templates() => legacy_template,
        _ => template,
    };
    let table = documents.normalizer.table();
    let body = make(catch_all.unwrap_or(CatchAll::Terms), &documents.index, table);
    Ok(format!("{body:#}\n"))
}
