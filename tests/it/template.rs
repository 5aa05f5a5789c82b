//! The index template as each engine gives it back: the one that was put is known again.

use serde_json::json;
use trailhaul::normalize::{self, IndexPattern, Layout, Table, template_name};
use trailhaul::sink::{Auth, Http, HttpOptions, Product, Server, template};

use crate::fake_cluster::{FakeCluster, Fault};
use crate::support::{
    engines::{Engine, on_every_engine},
    unique,
};

/// Another user's view of the engine: the template may not be put, and is given back as the engine does.
async fn is_known_again(engine: Engine) {
    let http = |url: &str| Http::new(url, Auth::None, &HttpOptions::default()).unwrap();
    let real = http(&engine.url);
    let server = Server::probe(&real).await.unwrap();
    let index = unique("cloudtrail");
    let pattern = IndexPattern::new(&index).unwrap();
    let (kind, (major, minor)) = match server.product {
        Product::OpenSearch => (normalize::EngineKind::OpenSearch, server.version.unwrap()),
        _ => (normalize::EngineKind::Elasticsearch, server.version.unwrap()),
    };
    let catch_alls = normalize::Engine { kind, major, minor }.catch_alls();
    let table = |limit| Table::shipped().unwrap().with_layout(Layout::Typed, limit);
    let name = template_name(&pattern);
    let mut taken = None;
    for catch_all in catch_alls {
        let body = normalize::template(*catch_all, &pattern, &table(5000));
        match template::install(&real, &server, &name, &body).await {
            Ok(()) => {
                taken = Some(*catch_all);
                break;
            }
            Err(error) => assert!(error.is_unknown_field_type(), "{}: {error}", engine.name),
        }
    }
    let body = |limit| normalize::template(taken.unwrap(), &pattern, &table(limit));
    let standing = engine.get(&format!("_index_template/{name}")).await.expect_ok().to_string();
    for (limit, fits) in [(5000, true), (4999, false)] {
        let reason = "no permissions for [indices:admin/index_template/put] and User [name=x]";
        let forbidden = json!({ "error": { "type": "security_exception", "reason": reason } });
        let faults = [(403, forbidden.to_string()), (200, standing.clone())];
        let faults = faults.map(|(status, body)| Fault::Answer(status, Vec::new(), body));
        let cluster = FakeCluster::start(faults).await;
        let result = template::install(&http(&cluster.url()), &server, &name, &body(limit)).await;
        assert_eq!(result.is_ok(), fits, "{}: {result:?}", engine.name);
        if let Err(error) = result {
            let words = "index.mapping.total_fields.limit is 5000, and not 4999";
            assert!(error.to_string().contains(words), "{}: {error}", engine.name);
        }
    }
    engine.delete(&index).await;
}

#[tokio::test]
async fn a_template_is_known_again_as_every_engine_gives_it_back() {
    on_every_engine(is_known_again).await;
}
