//! What one may do: the README's role is enough, and what is lacking is named.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    assert_loads, assert_says, load,
    member::{Member, PASSWORD, role_of_the_readme},
};
use crate::support::{
    engines::{secured, secured_engine},
    unique,
};

/// What a run says that lacks one permission of the role: code and words.
const LACKING: [(&str, &str, i32, &str); 12] = [
    // The stand-in for `GET /` of this Elasticsearch asks nobody for it; the real one does.
    ("/cluster", "monitor", 0, ""),
    ("/cluster", "manage_index_templates", 6, "indices:admin/index_template/put is lacking"),
    ("/indices/0/privileges", "auto_configure", 6, "indices:admin/auto_create is lacking"),
    ("/indices/0/privileges", "create_doc", 6, "indices:data/write/bulk is lacking"),
    // Nor what there is already.
    ("/indices/0/privileges", "view_index_metadata", 0, "which indices are there is not told"),
    (
        "/index_permissions/0/allowed_actions",
        "indices:admin/get",
        0,
        "indices:admin/get is lacking",
    ),
    // One need not be told what it is, but trailhaul says so.
    ("/cluster_permissions", "cluster:monitor/main", 0, "OpenSearch is assumed"),
    (
        "/cluster_permissions",
        "indices:admin/index_template/put",
        6,
        "index_template/put is lacking",
    ),
    ("/cluster_permissions", "indices:data/write/bulk", 6, "indices:data/write/bulk is lacking"),
    (
        "/index_permissions/0/allowed_actions",
        "indices:admin/create",
        6,
        "indices:admin/create is lacking",
    ),
    ("/index_permissions/0/allowed_actions", "indices:data/write/bulk[s]", 6, "bulk[s] is lacking"),
    (
        "/index_permissions/0/allowed_actions",
        "indices:data/write/index",
        6,
        "write/index is lacking",
    ),
];

/// Takes a permission out of a role.
fn without(role: &Value, list: &str, permission: &str) -> Option<Value> {
    let mut less = role.clone();
    let list = less.pointer_mut(list)?.as_array_mut()?;
    list.remove(list.iter().position(|held| held == permission)?);
    Some(less)
}

#[tokio::test]
async fn the_readmes_role_is_enough_and_each_lack_is_named() {
    for secured in secured() {
        let role = role_of_the_readme(&secured.engine.name);
        let member = Member::new(secured, &role).await;
        let index = unique("cloudtrail");
        let run = member.load(&index).run().await;
        assert_loads(&run, &[PASSWORD]);
        assert!(!run.stderr.contains("WARN"), "{run}");
        member.secured.engine.delete(&index).await;

        let mut rest = role.clone();
        for (list, permission, code, words) in LACKING {
            let Some(less) = without(&role, list, permission) else { continue };
            rest = without(&rest, list, permission).unwrap();
            member.set_role(&less).await;
            let index = unique("cloudtrail");
            let run = member.load(&index).run().await;
            assert_says(&run, code, words, &[PASSWORD]);
            assert_eq!(run.json()["totals"]["created"] == 1, code == 0, "{permission}: {run}");
            member.secured.engine.delete(&index).await;
        }
        for list in LACKING.map(|(list, ..)| list) {
            let left = rest.pointer(list).and_then(Value::as_array);
            assert!(left.is_none_or(Vec::is_empty), "untried: {rest}");
        }
        member.remove().await;
    }
}

/// The README's role with these permissions to the cluster in place of its own.
fn with_cluster(role: &Value, elasticsearch: Value, opensearch: Value) -> Value {
    let mut less = role.clone();
    match role.get("cluster") {
        Some(_) => less["cluster"] = elasticsearch,
        None => less["cluster_permissions"] = opensearch,
    }
    less
}

/// May write and look at the template, which Elasticsearch's `monitor` includes.
fn looking(role: &Value) -> Value {
    let get = "indices:admin/index_template/get";
    let opensearch = json!(["cluster:monitor/main", get, "indices:data/write/bulk"]);
    with_cluster(role, json!(["monitor"]), opensearch)
}

/// May write and nothing else.
fn blind(role: &Value) -> Value {
    with_cluster(role, json!([]), json!(["cluster:monitor/main", "indices:data/write/bulk"]))
}

/// An administrator puts the template; who may only write loads from then on, and is told before.
#[tokio::test]
async fn who_may_not_put_the_template_does_with_the_one_that_is_there() {
    for secured in secured() {
        let role = role_of_the_readme(&secured.engine.name);
        let member = Member::new(secured, &looking(&role)).await;
        let index = unique("cloudtrail");
        let missing =
            format!("put is lacking, and the index template trailhaul-{index} is not there;");
        assert_says(&member.load(&index).run().await, 6, &missing, &[PASSWORD]);
        assert!(member.secured.engine.indices(&index).await.is_empty());

        let administrator = || {
            let load = load(&member.secured, &index).args(["--user", &member.secured.user]);
            load.env("TRAILHAUL_PASSWORD", &member.secured.password)
        };
        assert_loads(&administrator().run().await, &[]);
        let deleted = member.secured.engine.request(Method::DELETE, &index, String::new());
        deleted.await.expect_ok();
        let run = member.load(&index).run().await;
        assert_loads(&run, &[PASSWORD]);
        assert!(
            run.stderr.contains("the index template is in place, put by somebody else"),
            "{run}"
        );
        let mapping = member.secured.engine.get(&format!("{index}/_mapping")).await.expect_ok();
        let name = "/mappings/properties/requestParameters/properties/name/type";
        assert_eq!(mapping[&index].pointer(name), Some(&json!("keyword")), "{mapping}");

        let run = member.load(&index).args(["--field-limit", "77"]).run().await;
        let other = "is another one (template.settings.index.mapping.total_fields.limit is 5000, and not 77)";
        assert_says(&run, 6, other, &[PASSWORD]);
        // With neither right both are named.
        member.set_role(&blind(&role)).await;
        let run = member.load(&index).run().await;
        assert_says(&run, 6, "put is lacking, and the index template", &[PASSWORD]);
        assert_says(&run, 6, "indices:admin/index_template/get is lacking too", &[PASSWORD]);
        member.secured.engine.delete(&index).await;
        member.remove().await;
    }
}

#[test]
fn the_loader_of_the_tests_has_the_readmes_role() {
    let quoted = |text: &str| -> BTreeSet<String> {
        text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let roles = include_str!("../../engines/opensearch-security/config/roles.yml");
    let (_, loader) = roles.split_once("ct_loader:").unwrap();
    let loader = quoted(loader.split_once("\n#").unwrap().0);
    let role = role_of_the_readme("opensearch");
    let strings = [
        "/cluster_permissions",
        "/index_permissions/0/index_patterns",
        "/index_permissions/0/allowed_actions",
    ]
    .into_iter()
    .flat_map(|list| role.pointer(list).unwrap().as_array().unwrap())
    .map(|text| text.as_str().unwrap().to_owned());
    assert_eq!(loader, strings.collect());
}

/// The users of its configuration, as whom one can try it by hand.
#[tokio::test]
async fn the_secured_opensearch_takes_from_its_loader_and_names_what_others_lack() {
    let Some(secured) = secured_engine("opensearch-secure") else { return };
    for (user, code, words) in [
        ("loader", 0, ""),
        (
            "reader",
            6,
            "the permission indices:admin/index_template/put is lacking, and the index template",
        ),
        (
            "partial",
            6,
            "the permission indices:admin/index_template/put is lacking, and the index template",
        ),
        (
            "nobody",
            6,
            "the permission indices:admin/index_template/put is lacking, and the index template",
        ),
    ] {
        let (index, password) = (unique("cloudtrail"), format!("{user}-pw"));
        let load = load(&secured, &index).args(["--user", user]);
        let run = load.env("TRAILHAUL_PASSWORD", &password).run().await;
        assert_says(&run, code, words, &[&password]);
        let expected = if code == 0 { vec![index.clone()] } else { Vec::new() };
        assert_eq!(secured.engine.indices(&index).await, expected, "{user}: {run}");
        secured.engine.delete(&index).await;
    }
}
