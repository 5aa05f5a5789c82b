//! Which field stands where in a flow log's line.
//!
//! Pure. Files in S3 begin with a line of the names, `${name}` is what a flow log's settings say, and a
//! line of the default format is known by its look. Any other line alone says nothing: to guess by the
//! number of its fields would put values under wrong names.

/// The fields of AWS's default format, all of version 2.
pub const DEFAULT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport \
                           protocol packets bytes start end action log-status";

/// The fields of later versions: 3, 4, 5, 7, 8, 9 and 10 of a VPC's flow logs, and 6, which is of a
/// transit gateway's.
const LATER: [&str; 46] = [
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
    "resource-type",
    "tgw-id",
    "tgw-attachment-id",
    "tgw-src-vpc-account-id",
    "tgw-dst-vpc-account-id",
    "tgw-src-vpc-id",
    "tgw-dst-vpc-id",
    "tgw-src-subnet-id",
    "tgw-dst-subnet-id",
    "tgw-src-eni",
    "tgw-dst-eni",
    "tgw-src-az-id",
    "tgw-dst-az-id",
    "tgw-pair-attachment-id",
    "packets-lost-no-route",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-ttl-expired",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
    "resource-id",
    "encryption-status",
];

/// What tells a flow from all others: where a format lacks one of these, lines of two flows can be alike.
const OF_A_FLOW: [&str; 7] =
    ["interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "start"];

/// The states of a capture, the last field of the default format.
const STATES: [&str; 3] = ["OK", "NODATA", "SKIPDATA"];

/// The names of all fields that are known.
pub fn fields() -> impl Iterator<Item = &'static str> {
    names(DEFAULT).chain(LATER)
}

/// The names of a format.
pub fn names(format: &str) -> impl Iterator<Item = &str> + Clone {
    format.split_ascii_whitespace()
}

/// The format that a line tells, if it is one of names: at least half of them are known, so that AWS may
/// add some, and none looks like a value.
pub fn told_by(line: &str) -> Option<String> {
    let names: Vec<String> = line.split_ascii_whitespace().map(name).collect::<Option<_>>()?;
    let known = names.iter().filter(|name| fields().any(|known| known == name.as_str())).count();
    (known > 0 && known.saturating_mul(2) >= names.len()).then(|| names.join(" "))
}

/// A field's name: `srcaddr`, `${srcaddr}`, and `log_status` for `log-status`, as in tables.
fn name(word: &str) -> Option<String> {
    let inner = word.strip_prefix("${").and_then(|word| word.strip_suffix('}'));
    let name = inner.unwrap_or(word).replace('_', "-");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits)).then_some(name)
}

/// Whether a line looks like one of the default format.
pub fn is_default(line: &str) -> bool {
    let values: Vec<&str> = line.split_ascii_whitespace().collect();
    let [version, .., start, end, _, state] = values.as_slice() else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    values.len() == names(DEFAULT).count()
        && is_number(version)
        && [start, end].into_iter().all(|time| *time == "-" || is_number(time))
        && STATES.contains(state)
}

/// Whether no two flows have the same line in this format.
pub fn tells_flows_apart(format: &str) -> bool {
    OF_A_FLOW.iter().all(|field| names(format).any(|name| name == *field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_names_is_a_format() {
        for (line, format) in [
            (DEFAULT, Some(DEFAULT)),
            ("${srcaddr} ${dstaddr} ${tcp-flags}", Some("srcaddr dstaddr tcp-flags")),
            ("log_status   end\tpkt_dst_aws_service", Some("log-status end pkt-dst-aws-service")),
            ("encryption-status", Some("encryption-status")),
            ("srcaddr new-field", Some("srcaddr new-field")),
            ("srcaddr new-field newer-field", None),
            ("srcaddr 192.0.2.7", None),
            ("${srcaddr ${dstaddr}", None),
            ("ingress us-east-1 egress", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(told_by(line).as_deref(), format, "{line}");
        }
        assert!(fields().all(|field| told_by(field).as_deref() == Some(field)));
    }

    #[test]
    fn a_line_of_the_default_format_is_known_by_its_look() {
        let flow = "2 123456789012 eni-1235b8ca123456789 192.0.2.7 198.51.100.9 20641 22 6 20 4249 \
                    1418530010 1418530070 ACCEPT OK";
        assert!(is_default(flow));
        assert!(is_default(
            "2 unknown eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA"
        ));
        for (from, to) in [
            (" OK", " FINE"),
            (" OK", ""),
            (" OK", " OK x"),
            ("2 1234", "v2 1234"),
            ("1418530070", "now"),
        ] {
            assert!(!is_default(&flow.replacen(from, to, 1)), "{from} as {to}");
        }
    }

    #[test]
    fn a_format_without_ports_or_start_tells_no_flows_apart() {
        assert!(tells_flows_apart(DEFAULT));
        for field in OF_A_FLOW {
            let others: Vec<_> = names(DEFAULT).filter(|name| *name != field).collect();
            assert!(!tells_flows_apart(&others.join(" ")), "{field}");
        }
    }
}
