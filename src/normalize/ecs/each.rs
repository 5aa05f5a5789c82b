//! What rows make of each value of a list: of all that a path leads to, or of what another field holds.

use std::borrow::Cow;

use super::convert::{self, Convert};
use super::path::Path;
use crate::event::Object;

/// What of a text counts; nothing where none of it does.
pub(super) type Part = for<'t> fn(&'t str) -> Option<&'t str>;

/// What a converter of lists takes of each text; nothing for those that look at one value.
pub(super) fn part(convert: Convert) -> Option<Part> {
    match convert {
        Convert::Each => Some(|text| Some(text)),
        Convert::Instance => Some(instance),
        _ => None,
    }
}

/// The parts of all scalars at a path.
pub(super) fn at<'a>(path: &Path, record: &'a Object, part: Part) -> Vec<Cow<'a, str>> {
    let mut list = Vec::new();
    path.each(record, &mut |value| {
        list.extend(convert::scalar_text(value).and_then(|text| match text {
            Cow::Borrowed(text) => part(text).map(Cow::Borrowed),
            Cow::Owned(text) => part(&text).map(|text| Cow::Owned(text.to_owned())),
        }));
    });
    list
}

/// The id of an EC2 instance: of its ARN, what stands behind `instance/`.
fn instance(id: &str) -> Option<&str> {
    if id.starts_with("i-") {
        return Some(id);
    }
    let mut parts = id.split(':');
    let is_ec2 = parts.next() == Some("arn") && parts.nth(1) == Some("ec2");
    let id = parts.nth(2).filter(|_| is_ec2)?.strip_prefix("instance/")?;
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_known_by_their_ids_and_arns() {
        let of = part(Convert::Instance).unwrap();
        for (text, id) in [
            ("i-0abc", Some("i-0abc")),
            ("arn:aws:ec2:us-east-1:123456789012:instance/i-0abc", Some("i-0abc")),
            ("arn:aws-us-gov:ec2:us-gov-east-1:123456789012:instance/i-0abc", Some("i-0abc")),
            ("arn:aws:ec2:us-east-1:123456789012:instance/", None),
            ("arn:aws:ec2:us-east-1:123456789012:volume/vol-0abc", None),
            ("arn:aws:connect:us-east-1:123456789012:instance/0abc", None),
            ("arn:aws:iam::123456789012:instance-profile/i-0abc", None),
            ("ip-192-0-2-7.ec2.internal", None),
        ] {
            assert_eq!(of(text), id, "{text}");
        }
        assert_eq!(part(Convert::Each).unwrap()("a"), Some("a"));
        assert!(part(Convert::Copy).is_none());
    }
}
