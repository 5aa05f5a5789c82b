//! Where events come from: AWS, by region and kind of event, or record files.

use std::path::PathBuf;

use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};

use super::UsageError;
use crate::{
    cli,
    source::{lookup::Selection, regions::Wanted},
};

/// Where events come from.
#[derive(Debug)]
pub enum Input {
    /// LookupEvents in every region.
    Aws {
        /// Which regions.
        regions: Wanted,
        /// Which events of a region.
        selection: Selection,
    },
    /// Record files; `-` is standard input.
    Files(Vec<PathBuf>),
}

pub(super) fn aws_input(args: cli::Source) -> Result<Input, UsageError> {
    let (regions, selection) = of_aws(args)?;
    Ok(Input::Aws { regions, selection })
}

/// Which regions, and which events of each.
pub(super) fn of_aws(args: cli::Source) -> Result<(Wanted, Selection), UsageError> {
    for name in args.regions.iter().chain(&args.exclude_regions) {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(legal) {
            return Err(UsageError(format!(
                "{name:?} is no region name: give names such as us-east-1,eu-west-1"
            )));
        }
    }
    if !args.regions.is_empty()
        && args.regions.iter().all(|name| args.exclude_regions.contains(name))
    {
        return Err(UsageError(
            "no region is left: exclude fewer with --exclude-regions".to_owned(),
        ));
    }
    let attribute = args.lookup_attribute.as_deref().map(lookup_attribute).transpose()?;
    let regions = Wanted { only: args.regions, except: args.exclude_regions };
    let selection = Selection { attribute, insight: args.event_category.is_some() };
    Ok((regions, selection))
}

fn lookup_attribute(text: &str) -> Result<LookupAttribute, UsageError> {
    let known = LookupAttributeKey::values();
    let wrong = || {
        UsageError(format!(
            "--lookup-attribute {text:?}: give KEY=VALUE with one of the keys {}",
            known.join(", ")
        ))
    };
    let (key, value) = text.split_once('=').ok_or_else(wrong)?;
    if !known.contains(&key) || value.is_empty() {
        return Err(wrong());
    }
    let attribute = LookupAttribute::builder().attribute_key(key.into()).attribute_value(value);
    attribute.build().map_err(|_| wrong())
}

pub(super) fn reject_with_files(source: &cli::Source) -> Result<(), UsageError> {
    let given = [
        ("--regions", !source.regions.is_empty()),
        ("--exclude-regions", !source.exclude_regions.is_empty()),
        ("--lookup-attribute", source.lookup_attribute.is_some()),
        ("--event-category", source.event_category.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(UsageError(format!(
            "{option} asks AWS, and --from reads files: leave one of the two out"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_a_key_of_awss_and_a_value() {
        let attribute = lookup_attribute("ResourceName=a=b").unwrap();
        assert_eq!(attribute.attribute_value(), "a=b");
        for wrong in ["", "EventName", "EventName=", "eventName=x", "Region=x"] {
            let error = lookup_attribute(wrong).unwrap_err().to_string();
            assert!(error.contains("EventName"), "{error}");
        }
    }
}
