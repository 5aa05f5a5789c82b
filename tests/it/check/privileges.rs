//! What a check says of what one may do at a secured engine, with a write and without.

use reqwest::Method;
use serde_json::{Value, json};
use trailhaul::normalize::{self, CatchAll, IndexPattern, Layout, Table};

use super::{account, assert_exit, assert_table, check, outcomes};
use crate::access::member::{Member, PASSWORD, role_of_the_readme};
use crate::support::{
    aws::simulate,
    engines::{Secured, secured},
    run::{Finished, Trailhaul},
    unique,
};

async fn run(
    secured: &Secured,
    user: &str,
    password: &str,
    index: &str,
    args: &[&str],
) -> Finished {
    let aws = simulate(account(40, 60)).await;
    let run: Trailhaul = check(&aws, &secured.engine.url).args(["--index", index, "--user", user]);
    let run = run.env("TRAILHAUL_PASSWORD", password).args(args);
    let run = match &secured.ca {
        Some(ca) => run.arg("--ca-cert").arg(ca),
        None => run,
    };
    let run = run.run().await;
    assert!(!format!("{run}").contains(password), "{run}");
    run
}

/// The role of the README's, without a permission of one of its lists.
fn without(role: &Value, list: &str, permission: &str) -> Value {
    let mut less = role.clone();
    let held = less.pointer_mut(list).unwrap().as_array_mut().unwrap();
    held.retain(|one| one != permission);
    less
}

#[tokio::test]
async fn a_wrong_password_fails_at_the_target_alone() {
    for secured in secured() {
        let run = run(&secured, &secured.user, "wrong-and-never-shown", "cloudtrail", &[]).await;
        assert_exit(&run, 6);
        assert_table(&run);
        let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("✗ server") && said.contains("are not accepted"), "{run}");
        assert!(said.contains("→ check --auth and the user, password"), "{run}");
        assert!(run.stdout.contains("✓ us-east-1"), "{run}");
    }
}

#[tokio::test]
async fn an_administrator_may_all_and_leaves_nothing() {
    for secured in secured() {
        let name = unique("cloudtrail");
        for args in [["--json"].as_slice(), &["--json", "--write-test"]] {
            let Secured { user, password, .. } = &secured;
            let run = run(&secured, user, password, &format!("{name}-%Y.%m"), args).await;
            assert_exit(&run, 0);
            for check in ["index template", "documents"] {
                assert_eq!(outcomes(&run.json(), check), ["ok"], "{}: {run}", secured.engine.name);
            }
            assert!(secured.engine.indices(&format!("{name}*")).await.is_empty(), "{run}");
            let templates = secured.engine.get("_index_template").await;
            assert!(!templates.text.contains(&name), "{run}");
        }
    }
}

/// The role of the README may all that a load does, and not take away what it made.
#[tokio::test]
async fn the_role_of_the_readme_is_enough_as_far_as_the_engine_says() {
    for secured in secured() {
        let is_elastic = secured.engine.name.starts_with("elasticsearch");
        let role = role_of_the_readme(&secured.engine.name);
        let member = Member::new(secured, &role).await;
        let name = unique("cloudtrail");
        let index = format!("{name}-%Y.%m");
        let run =
            async |args: &[&str]| run(&member.secured, &member.name, PASSWORD, &index, args).await;
        let asked = run(&["--json"]).await;
        assert_exit(&asked, 0);
        assert_eq!(outcomes(&asked.json(), "index template"), ["ok"], "{asked}");
        let documents = if is_elastic { "ok" } else { "unknown" };
        assert_eq!(outcomes(&asked.json(), "documents"), [documents], "{asked}");
        assert!(member.secured.engine.indices(&format!("{name}*")).await.is_empty(), "{asked}");

        let tried = run(&["--json", "--write-test"]).await;
        assert_exit(&tried, 0);
        for check in ["index template", "documents"] {
            assert_eq!(outcomes(&tried.json(), check), ["ok"], "{tried}");
        }
        let left = member.secured.engine.indices(&format!("{name}*")).await;
        assert_eq!(
            (outcomes(&tried.json(), "write test"), left.len()),
            (vec!["note"], 1),
            "{tried}"
        );
        assert!(tried.stdout.contains(&format!("DELETE /{}", left[0])), "{tried}");
        member.secured.engine.delete(&format!("{name}*")).await;
        member.remove().await;
    }
}

#[tokio::test]
async fn what_is_lacking_is_named_before_a_run_and_nothing_is_written() {
    for secured in secured() {
        let role = role_of_the_readme(&secured.engine.name);
        let cases: &[(&str, &str, &str, &str)] = if secured.engine.name.starts_with("elasticsearch")
        {
            &[
                ("/cluster", "manage_index_templates", "index template", "manage_index_templates"),
                ("/indices/0/privileges", "create_doc", "documents", "create_doc"),
                ("/indices/0/privileges", "auto_configure", "documents", "auto_configure"),
            ]
        } else {
            let put = "indices:admin/index_template/put";
            let (bulk, allowed) =
                ("indices:data/write/bulk", "/index_permissions/0/allowed_actions");
            &[
                ("/cluster_permissions", put, "index template", put),
                ("/cluster_permissions", bulk, "documents", bulk),
                (allowed, "indices:data/write/index", "documents", "indices:data/write/index"),
                (allowed, "indices:admin/create", "documents", "indices:admin/create"),
            ]
        };
        let member = Member::new(secured, &role).await;
        for (list, permission, check, words) in cases {
            member.set_role(&without(&role, list, permission)).await;
            let index = unique("cloudtrail");
            let run = run(&member.secured, &member.name, PASSWORD, &index, &["--json"]).await;
            assert_exit(&run, 6);
            assert_eq!(outcomes(&run.json(), check), ["failed"], "{permission}: {run}");
            let lacking = format!("the permission {words} is lacking");
            assert!(run.stderr.contains(&lacking), "no {lacking:?}: {run}");
            assert!(member.secured.engine.indices(&format!("{index}*")).await.is_empty(), "{run}");
        }
        // An administrator has put it: who may not does with it.
        let (list, permission, ..) = cases[0];
        member.set_role(&seeing(&without(&role, list, permission))).await;
        let index = unique("cloudtrail");
        let template = format!("_index_template/trailhaul-{index}");
        let wanted = wanted(&member.secured.engine.name, &index);
        member.secured.engine.put(&template, &wanted).await.expect_ok();
        let run = run(&member.secured, &member.name, PASSWORD, &index, &["--json"]).await;
        assert_exit(&run, 0);
        assert_eq!(outcomes(&run.json(), "index template"), ["ok"], "{run}");
        member.secured.engine.request(Method::DELETE, &template, String::new()).await.expect_ok();
        member.remove().await;
    }
}

/// May look at templates, which Elasticsearch's `monitor` includes.
fn seeing(role: &Value) -> Value {
    let mut more = role.clone();
    if let Some(held) = more.pointer_mut("/cluster_permissions").and_then(Value::as_array_mut) {
        held.push(json!("indices:admin/index_template/get"));
    }
    more
}

/// As a load puts it.
fn wanted(engine: &str, index: &str) -> Value {
    let is_elastic = engine.starts_with("elasticsearch");
    let catch_all = if is_elastic { CatchAll::Flattened } else { CatchAll::FlatObject };
    let table = Table::shipped().unwrap().with_layout(Layout::Typed, 5_000);
    normalize::template(catch_all, &IndexPattern::new(index).unwrap(), &table)
}
