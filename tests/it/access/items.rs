//! One who may write to one index and not to the next: the answer is 200, and 403 for single items.

use serde_json::json;

use super::{
    assert_says,
    member::{Member, PASSWORD, role_of_the_readme},
};
use crate::support::{engines::secured, unique};

const RECORDS: &str = r#"{"eventID":"allowed","eventTime":"2026-01-03T04:05:06Z"}
{"eventID":"forbidden","eventTime":"2026-02-03T04:05:06Z"}
"#;

#[tokio::test]
async fn a_403_of_a_single_item_is_told_with_its_index_and_the_rest_is_there() {
    for secured in secured() {
        let whole = role_of_the_readme(&secured.engine.name);
        let prefix = unique("cloudtrail");
        let list = if secured.engine.name.starts_with("opensearch") {
            "/index_permissions/0/index_patterns"
        } else {
            "/indices/0/names"
        };
        let mut less = whole.clone();
        *less.pointer_mut(list).unwrap() = json!([format!("{prefix}-2026.01")]);
        let member = Member::new(secured, &less).await;
        let load = || member.load(&format!("{prefix}-%Y.%m")).stdin(RECORDS);

        let run = load().run().await;
        assert_says(
            &run,
            6,
            &format!("is lacking on index {prefix}-2026.02; grant it"),
            &[PASSWORD],
        );
        assert_eq!(run.json()["balanced"], true, "{run}");
        let found = member.secured.engine.search_all(&format!("{prefix}-*")).await;
        assert_eq!(found.keys().collect::<Vec<_>>(), ["allowed"], "one request, an item each");

        member.set_role(&whole).await;
        let run = load().run().await;
        let totals = &run.json()["totals"];
        assert_eq!(
            (run.code, &totals["created"], &totals["exists"]),
            (Some(0), &json!(1), &json!(1)),
            "{run}"
        );
        member.secured.engine.delete(&format!("{prefix}-*")).await;
        member.remove().await;
    }
}
