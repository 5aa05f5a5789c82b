//! What the target says: whether it answers and what it is, what this user may do there, and what is in
//! the way. For a file, whether it can be written.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    conflicts,
    trial::{self, Trial},
};
use crate::{
    commands::{
        Fault,
        connect::{self, Documents},
    },
    normalize::{CatchAll, template, template_name},
    report::check::{Finding, Side::Target},
    settings::{Place, target::Cluster},
    sink::{
        self, Http, Product, Server,
        ndjson::probe,
        privileges::{May, Privileges, Wanted},
        template::NOT_THERE,
    },
    source::aws::Aws,
};

/// What was seen of the target.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) server: Option<String>,
    pub(super) findings: Vec<Finding>,
    /// A cluster that answers, and what it says.
    cluster: Option<Answers>,
}

/// What a cluster says.
struct Answers {
    http: Http,
    server: Server,
    /// The name of the template.
    name: String,
    /// What is wrong with the template that stands there, if that is known and anything is.
    lack: Result<Option<String>, String>,
    may: Privileges,
    conflicts: Vec<Finding>,
}

/// Looks, and writes nothing to a cluster.
pub(super) async fn look(place: Place, aws: &Aws, documents: &Documents, write: bool) -> Seen {
    match place {
        Place::File(path) => {
            let written = if write {
                probe::try_writing(&path).map(Some)
            } else {
                probe::can_be_written(&path)
            };
            let finding = match written {
                Ok(Some(())) => Finding::ok(Target, "file", "can be written"),
                Ok(None) => Finding::unknown(Target, "file", WITHOUT),
                Err(error) => Finding::fault(Target, "file", &Fault::from(error)),
            };
            Seen { findings: vec![finding], ..Seen::default() }
        }
        Place::Cluster(cluster) => at_cluster(*cluster, aws, documents).await,
    }
}

/// What is said where nobody says it.
const WITHOUT: &str = "not known without --write-test";

async fn at_cluster(cluster: Cluster, aws: &Aws, documents: &Documents) -> Seen {
    let (http, server) = match connect::reach(cluster, aws).await {
        Ok(reached) => reached,
        Err(fault) => {
            let rest = ["index template", "documents", "other templates", "indices there"];
            let rest = rest.map(|check| Finding::unknown(Target, check, "not asked"));
            let fault = Finding::fault(Target, "server", &fault);
            return Seen { findings: [fault].into_iter().chain(rest).collect(), ..Seen::default() };
        }
    };
    let name = template_name(&documents.index);
    let (catch_all, body, lack) = template_there(&http, &server, &name, documents).await;
    let example = documents.index.name(Timestamp::now());
    let glob = documents.index.glob();
    let wanted = Wanted { template: &name, body: &body, glob, index: &example };
    let may = Privileges::ask(&http, &server, &wanted).await;
    let priority = body.get("priority").and_then(Value::as_u64).unwrap_or_default();
    let mut found = conflicts::templates(&http, &server, documents, priority).await;
    found.extend(conflicts::standing(&http, &server, documents, catch_all, &example).await);
    let finding = match &server.warning {
        _ if server.product == Product::AossServerless => {
            Finding::unknown(Target, "server", format!("{server} does not say what it is"))
        }
        None => Finding::ok(Target, "server", format!("{server}, {}", http.auth().describe())),
        Some(warning) => Finding::note(Target, "server", warning.clone()),
    };
    Seen {
        server: server.version.is_some().then(|| server.name.clone()),
        findings: vec![finding],
        cluster: Some(Answers { http, server, name, lack, may, conflicts: found }),
    }
}

/// In which form the template is or would be there, its body, and what is wrong with the one that is.
async fn template_there(
    http: &Http,
    server: &Server,
    name: &str,
    documents: &Documents,
) -> (CatchAll, Value, Result<Option<String>, String>) {
    let table = documents.normalizer.table();
    let mut first = None;
    for catch_all in connect::engine(server).catch_alls() {
        let body = template(*catch_all, &documents.index, table);
        let lack = sink::template::lack(http, server, name, &body).await;
        let lack = lack.map_err(|error| error.to_string());
        let is_told = matches!(&lack, Ok(lack) if lack.as_deref().is_none_or(|it| it == NOT_THERE));
        if is_told {
            return (*catch_all, body, lack);
        }
        first.get_or_insert((*catch_all, body, lack));
    }
    first.unwrap_or_else(|| (CatchAll::Terms, Value::Null, Ok(Some(NOT_THERE.to_owned()))))
}

impl Seen {
    /// With what a trial shows, if there is to be one.
    pub(super) async fn tried(mut self, write: bool, documents: &Documents) -> Self {
        let Some(answers) = self.cluster.take() else { return self };
        let Answers { http, server, name, lack, mut may, conflicts } = answers;
        let trial = if write { trial::run(&http, &server, documents).await } else { None };
        if let Some(Trial { template, documents, .. }) = &trial {
            may = Privileges { template: template.clone(), documents: documents.clone() };
        }
        self.findings.push(about_template(&name, &lack, may.template));
        self.findings.push(about_documents(documents.index.glob(), may.documents));
        self.findings.extend(conflicts);
        self.findings.extend(trial.map(|trial| about_trial(&trial)));
        self
    }
}

fn about_template(name: &str, lack: &Result<Option<String>, String>, may: May) -> Finding {
    let check = "index template";
    match (lack, may) {
        (Ok(None), _) => {
            Finding::ok(Target, check, format!("{name} is in place, as this version puts it"))
        }
        (_, May::Yes(why)) => Finding::ok(Target, check, format!("{name} may be put: {why}")),
        (lack, May::No(permission)) => {
            let lack = match lack {
                Ok(lack) => lack.clone().unwrap_or_default(),
                Err(reason) => format!("cannot be looked at ({reason})"),
            };
            let says =
                format!("the permission {permission} is lacking, and the template {name} {lack}");
            let mend = "grant it, or have somebody who holds it put what `trailhaul export template` prints";
            Finding::in_the_way(check, says, mend)
        }
        (_, May::Unknown(why)) => Finding::unknown(Target, check, format!("{WITHOUT}: {why}")),
    }
}

fn about_documents(glob: &str, may: May) -> Finding {
    let check = "documents";
    match may {
        May::Yes(why) => Finding::ok(Target, check, format!("may be created in {glob}: {why}")),
        May::No(permission) => {
            let says = format!("the permission {permission} is lacking on {glob}");
            Finding::in_the_way(check, says, "grant it to the user or role in use")
        }
        May::Unknown(why) => Finding::unknown(Target, check, format!("{WITHOUT}: {why}")),
    }
}

fn about_trial(trial: &Trial) -> Finding {
    let (check, index) = ("write test", &trial.index);
    if trial.left.is_empty() {
        let says = format!("nothing is left of what it wrote under the name {index}");
        return Finding::ok(Target, check, says);
    }
    let left: Vec<_> = trial.left.iter().map(|(path, why)| format!("{path} ({why})")).collect();
    let paths: Vec<_> = trial.left.iter().map(|(path, _)| format!("DELETE {path}")).collect();
    Finding::note(Target, check, format!("could not take away {}", left.join(" and ")))
        .with_mend(format!("have somebody who may run {}", paths.join(" and ")))
}
