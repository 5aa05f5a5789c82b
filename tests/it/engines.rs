//! The engines themselves: that they run, and keep the promise on which loading twice rests.

use serde_json::json;

use crate::support::engines::{engine, engines, secured, secured_engine};
use crate::support::unique;

#[tokio::test]
async fn every_engine_answers_with_its_version() {
    for engine in engines() {
        let root = engine.get("").await.expect_ok();
        let version = root["version"]["number"].as_str().unwrap();
        let (_, wanted) = engine.name.split_once('-').unwrap();
        assert!(version.starts_with(wanted), "{} is of version {version}", engine.name);
        let distribution = root["version"]["distribution"].as_str().unwrap_or("elasticsearch");
        assert!(engine.name.starts_with(distribution), "{} is {distribution}", engine.name);
    }
}

#[tokio::test]
async fn a_document_is_created_once() {
    for engine in engines() {
        let index = unique("cloudtrail");
        let path = format!("{index}/_create/event-1");
        assert_eq!(engine.put(&path, &json!({ "n": 1 })).await.status, 201, "{}", engine.name);
        assert_eq!(engine.put(&path, &json!({ "n": 2 })).await.status, 409, "{}", engine.name);
        assert_eq!(engine.count(&index).await, 1);
        assert_eq!(engine.search_all(&index).await["event-1"], json!({ "n": 1 }));
        engine.delete(&index).await;
        assert_eq!(engine.indices(&index).await, [""; 0]);
    }
}

#[tokio::test]
async fn all_documents_are_found_page_by_page() {
    let Some(engine) = engine("opensearch-3") else { return };
    let prefix = unique("cloudtrail");
    let create = |n| json!({ "create": { "_index": format!("{prefix}-{}", n % 2), "_id": n } });
    let bulk = (0..4500).fold(String::new(), |bulk, n: u32| format!("{bulk}{}\n{{}}\n", create(n)));
    let answer = engine.request(reqwest::Method::POST, "_bulk", bulk).await.expect_ok();
    assert_eq!(answer["errors"], json!(false));
    let pattern = format!("{prefix}-*");
    assert_eq!(engine.search_all(&pattern).await.len(), 4500);
    engine.delete(&pattern).await;
    assert!(engine.search_all(&pattern).await.is_empty());
}

#[tokio::test]
async fn a_secured_engine_asks_who_one_is() {
    for secured in secured() {
        let name = &secured.engine.name;
        assert_eq!(secured.anonymous().get("").await.status, 401, "{name}");
        assert_eq!(secured.login(&secured.user, "wrong").get("").await.status, 401, "{name}");
        let right = secured.login(&secured.user, &secured.password);
        assert_eq!(right.get("").await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn the_secured_opensearch_has_users_with_less_than_all_rights() {
    let Some(secured) = secured_engine("opensearch-secure") else { return };
    assert!(secured.ca.as_ref().is_some_and(|path| path.exists()));
    let index = unique("cloudtrail");
    // As an index of the template is: the loader may not add a field, which its first `{}` would.
    let mapping = json!({ "mappings": { "dynamic": false } });
    secured.engine.put(&index, &mapping).await.expect_ok();
    let path = format!("{index}/_create/1");
    for (user, status) in [("loader", 201), ("reader", 403), ("partial", 403), ("nobody", 403)] {
        let engine = secured.login(user, &format!("{user}-pw"));
        assert_eq!(engine.put(&path, &json!({})).await.status, status, "{user}");
    }
    secured.engine.delete(&index).await;
}
