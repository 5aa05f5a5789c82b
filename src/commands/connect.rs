//! Makes the target ready: reaches it, asks what it is, installs the index template, and looks at the
//! indices that are there.

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;

use super::{
    Fault,
    adapt::{self, Indices},
};
use crate::{
    checkpoint::learned,
    exit::Exit,
    limits::FALLBACK_REGION,
    normalize::{
        CatchAll, Copies, Ecs, Engine, EngineKind, IndexPattern, Layout, Normalizer, Table,
        template, template_name,
    },
    pipeline::Repairs,
    settings::{AuthSettings, DocumentSettings, Place, target::Cluster},
    sink::{
        self, Auth, Compression, Deliverer, FileTarget, Http, HttpOptions, Product, Server, SigV4,
        SinkError, Target,
    },
    source::aws::Aws,
};

/// How documents look, made from settings.
pub(super) struct Documents {
    /// The index pattern.
    pub(super) index: IndexPattern,
    /// What makes them.
    pub(super) normalizer: Normalizer,
    /// When the events are from, if that is known.
    pub(super) time: Option<(Timestamp, Timestamp)>,
    repair: bool,
}

/// The rule table, with a user's own rules where there are some.
pub(super) fn table(rules: Option<(PathBuf, String)>) -> Result<Table, Fault> {
    Ok(match rules {
        Some((path, text)) => Table::with(&text, &path.display().to_string())?,
        None => Table::shipped().map_err(Fault::internal)?,
    })
}

impl Documents {
    pub(super) fn new(settings: DocumentSettings) -> Result<Self, Fault> {
        let index = IndexPattern::new(&settings.index)?;
        if let Some(pattern) = index.built_in_overlap() {
            tracing::warn!(
                index = index.as_str(),
                pattern,
                "Elasticsearch makes data streams of such names, which cannot tell an event that was loaded before; choose another --index"
            );
        }
        let DocumentSettings { rules, layout, copies, geo, field_limit, repair, .. } = settings;
        if layout == Layout::Ecs && rules.is_some() {
            tracing::warn!("--rules has no effect in the ecs layout, which has a table of its own");
        }
        if layout != Layout::Ecs && (geo.is_some() || copies != Copies::default()) {
            tracing::warn!("--keep and --geoip have an effect in the ecs layout alone");
        }
        let table = table(rules)?;
        let table = if layout == Layout::Ecs {
            let mut ecs = Ecs::shipped(Timestamp::now()).map_err(Fault::internal)?;
            ecs = ecs.with_copies(copies);
            if let Some(geo) = geo {
                ecs = ecs.with_geo(geo);
            }
            table.with_ecs(ecs, field_limit)
        } else {
            table.with_layout(layout, field_limit)
        };
        if let Some(path) = table.first_without_name() {
            tracing::warn!(
                field_limit,
                path,
                "--field-limit leaves fields of the rules without a name of their own: they are found in the catch-alls alone"
            );
        }
        let normalizer = Normalizer::new(Arc::new(table), index.clone());
        Ok(Self { index, normalizer, time: None, repair })
    }

    /// Takes in what earlier runs learned, and says where this one keeps what it learns; nothing
    /// when rejected documents are not to be repaired.
    pub(super) fn learn_from(&mut self, file: PathBuf) -> Result<Option<Repairs>, Fault> {
        if !self.repair {
            return Ok(None);
        }
        if let Some(text) = learned::read(&file)? {
            let name = file.display().to_string();
            self.normalizer.learn_from(&text, &name).map_err(|error| {
                Fault::new(
                    Exit::State,
                    format!(
                        "{error}; mend it, or move the file away to have its rules learned again"
                    ),
                )
            })?;
        }
        Ok(Some(Repairs { file }))
    }
}

/// The target without secrets, as the state file and the summary name it.
pub(super) fn shown(place: &Place) -> Result<String, Fault> {
    Ok(match place {
        // The same words in another folder are another target.
        Place::File(path) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("file:{}", whole.display())
        }
        Place::Cluster(cluster) => {
            Http::new(cluster.url.reveal(), Auth::None, &options(cluster))?.shown().to_owned()
        }
    })
}

/// A target that is ready.
pub(super) struct Opened {
    /// Where documents go.
    pub(super) target: Target,
    /// Whether it holds nothing, as far as it says.
    pub(super) is_empty: bool,
}

/// Opens the target. A cluster answers, takes the credentials, has the template, and documents fit the
/// indices that it has, when this returns.
pub(super) async fn target(
    place: Place,
    aws: &Aws,
    documents: &mut Documents,
) -> Result<Opened, Fault> {
    let cluster = match place {
        Place::File(path) => {
            let is_empty = path.metadata().map_or(true, |it| it.is_file() && it.len() == 0);
            return Ok(Opened { target: Target::File(FileTarget::open(path)?), is_empty });
        }
        Place::Cluster(cluster) => cluster,
    };
    let (http, server) = reach(*cluster, aws).await?;
    let Indices { wanted, are_none } = adapt::standing(&http, &server, documents).await?;
    let table = documents.normalizer.table();
    let catch_all = install(&http, &server, &documents.index, table).await?;
    let layout = documents.normalizer.table().layout();
    documents.normalizer.list_terms(layout.lists_terms(catch_all == CatchAll::Terms));
    adapt::to_standing(&http, catch_all, documents, wanted).await;
    let target = Target::Cluster(Box::new(Deliverer::new(http, Compression::default())));
    Ok(Opened { target, is_empty: are_none })
}

/// Reaches a cluster, which answers and takes the credentials when this returns.
pub(super) async fn reach(cluster: Cluster, aws: &Aws) -> Result<(Http, Server), Fault> {
    if cluster.insecure {
        tracing::warn!("--insecure: the target's certificate is not verified");
    }
    let options = options(&cluster);
    let http = Http::new(cluster.url.reveal(), auth(cluster.auth.how, aws), &options)?;
    if http.exposes_a_secret() {
        tracing::warn!(
            target = http.shown(),
            "http:// carries the password or key unencrypted to another host; use https:// if the target has it"
        );
    }
    let server = Server::probe(&http).await?;
    if let Some(warning) = &server.warning {
        tracing::warn!(target = http.shown(), "{warning}");
    } else {
        tracing::info!(target = http.shown(), server = %server, "target answers");
    }
    Ok((http, server))
}

/// Puts the index template in the best of the forms that the target takes, and says which it is.
pub(super) async fn install(
    http: &Http,
    server: &Server,
    index: &IndexPattern,
    table: &Table,
) -> Result<CatchAll, SinkError> {
    let name = template_name(index);
    let mut first = None;
    for catch_all in engine(server).catch_alls() {
        let body = template(*catch_all, index, table);
        match sink::template::install(http, server, &name, &body).await {
            Ok(()) => return Ok(*catch_all),
            Err(error) if error.is_unknown_field_type() || error.is_other_template() => {
                first.get_or_insert(error);
            }
            Err(error) => return Err(first.unwrap_or(error)),
        }
    }
    first.map_or(Ok(CatchAll::Terms), Err)
}

fn options(cluster: &Cluster) -> HttpOptions {
    HttpOptions { ca_cert: cluster.ca_cert.clone(), insecure: cluster.insecure }
}

fn auth(settings: AuthSettings, aws: &Aws) -> Auth {
    match settings {
        // The client takes it out of the URL.
        AuthSettings::None | AuthSettings::Url => Auth::None,
        AuthSettings::Basic { user, password } => Auth::Basic { user, password },
        AuthSettings::ApiKey(key) => Auth::api_key(&key),
        AuthSettings::SigV4 { service, region } => {
            let home = aws.home_region().unwrap_or(FALLBACK_REGION);
            let region = region.unwrap_or_else(|| home.to_owned());
            Auth::SigV4(SigV4 { service, region, credentials: aws.credentials_provider() })
        }
    }
}

/// An unknown version is taken for the oldest that has composable templates, so that nothing is
/// asked of the target that it may not know.
pub(super) fn engine(server: &Server) -> Engine {
    let kind = match server.product {
        Product::Elasticsearch => EngineKind::Elasticsearch,
        Product::ElasticServerless => EngineKind::ElasticsearchServerless,
        Product::OpenSearch => EngineKind::OpenSearch,
        Product::AossServerless => EngineKind::OpenSearchServerless,
    };
    let (major, minor) = server.version.unwrap_or(match kind {
        EngineKind::Elasticsearch => (7, 8),
        _ => (1, 0),
    });
    Engine { kind, major, minor }
}
