//! Prometheus's text form of metrics. Pure; it knows nothing of what they are about.
//!
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::fmt;

/// A gauge: a name with its meaning and its samples.
#[derive(Debug)]
pub struct Family {
    name: &'static str,
    help: &'static str,
    samples: Vec<(String, String)>,
}

impl Family {
    /// A gauge of these samples, each with its labels and its value.
    pub fn gauge(name: &'static str, help: &'static str, samples: Vec<(String, String)>) -> Self {
        Self { name, help, samples }
    }
}

/// One without a sample is left out.
impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, help, samples } = self;
        if samples.is_empty() {
            return Ok(());
        }
        writeln!(formatter, "# HELP {name} {help}\n# TYPE {name} gauge")?;
        for (labels, value) in samples {
            writeln!(formatter, "{name}{labels} {value}")?;
        }
        Ok(())
    }
}

/// Labels as a sample has them. One without a value is the same as none.
pub fn labels(all: &[(&str, &str)]) -> String {
    let escaped =
        |value: &str| value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
    let given = all.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> =
        given.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_those_without_a_value_left_out() {
        let table: [(&[(&str, &str)], &str); 4] = [
            (&[], ""),
            (&[("a", "")], ""),
            (&[("a", "1"), ("b", ""), ("c", "2")], r#"{a="1",c="2"}"#),
            (&[("a", "\"\\\n")], r#"{a="\"\\\n"}"#),
        ];
        for (all, expected) in table {
            assert_eq!(labels(all), expected);
        }
    }

    #[test]
    fn a_family_without_samples_is_left_out() {
        let of = |samples| Family::gauge("name", "help", samples).to_string();
        assert_eq!(of(Vec::new()), "");
        let one = of(vec![(String::new(), "1".to_owned())]);
        assert_eq!(one, "# HELP name help\n# TYPE name gauge\nname 1\n");
    }
}
