//! What says nothing leaves the event before anything is made of it, as it does in Elastic's pipeline.

use serde_json::Value;

use crate::event::Object;

/// Takes out what is null, blank in one of AWS's ways, or empty, at any depth.
pub(super) fn clean(record: &mut Object) {
    record.retain(|_, value| says_something(value));
}

fn says_something(value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !matches!(text.as_str(), "" | "-" | "none"),
        Value::Object(members) => {
            clean(members);
            !members.is_empty()
        }
        Value::Array(items) => {
            items.retain_mut(says_something);
            !items.is_empty()
        }
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_nothing_is_gone_at_any_depth() {
        let record = json!({
            "a": null, "b": "", "c": "-", "d": "none", "e": {}, "f": [],
            "g": {"x": [null, {"y": ""}, [], "-"]}, "h": {"x": [0, false, " ", {"y": "None"}]},
        });
        let Value::Object(mut record) = record else { unreachable!() };
        clean(&mut record);
        assert_eq!(Value::Object(record), json!({"h": {"x": [0, false, " ", {"y": "None"}]}}));
    }
}
