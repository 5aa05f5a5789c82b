//! What the rows of `rules/vpcflow.toml` make of a flow log's values: the converters that CloudTrail's rows
//! do not need.
//!
//! Pure. Each takes the text of a value, as AWS writes it, and gives nothing where it is not fit.

mod community_id;

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

use self::community_id::community_id;
use crate::event::Object;

/// The flags of TCP by their bits, the lowest first.
const TCP_FLAGS: [&str; 6] = ["fin", "syn", "rst", "psh", "ack", "urg"];

/// Seconds since 1970 as a time.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// A whole number.
pub(super) fn long(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// `ipv4` or `ipv6`, of an address.
pub(super) fn ip_version(text: &str) -> Option<&'static str> {
    Some(if text.parse::<IpAddr>().ok()?.is_ipv4() { "ipv4" } else { "ipv6" })
}

/// The names of the flags that are set.
pub(super) fn tcp_flags(text: &str) -> Option<Vec<&'static str>> {
    let bits: u32 = text.parse().ok()?;
    let named = TCP_FLAGS.into_iter().enumerate();
    Some(named.filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| name).collect())
}

/// The community id of a line; none without two addresses and a protocol. A port that is not told is 0.
pub(super) fn community(line: &Object) -> Option<String> {
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    let end = |address: &str, port: &str| {
        let port = text(port).map_or(Some(0), |port| port.parse().ok())?;
        Some((text(address)?.parse().ok()?, port))
    };
    let protocol = text("protocol")?.parse().ok()?;
    Some(community_id(protocol, end("srcaddr", "srcport")?, end("dstaddr", "dstport")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_documents_hold() {
        assert_eq!(epoch("1418530010").unwrap().to_string(), "2014-12-14T04:06:50Z");
        assert_eq!((epoch("now"), epoch("99999999999999999")), (None, None));
        assert_eq!((long("4249"), long("4.2")), (Some(4249), None));
        for (address, version) in [
            ("192.0.2.7", Some("ipv4")),
            ("2001:db8::7", Some("ipv6")),
            ("::ffff:192.0.2.7", Some("ipv6")),
            ("192.0.2", None),
        ] {
            assert_eq!(ip_version(address), version, "{address}");
        }
    }

    #[test]
    fn each_bit_of_tcps_flags_has_its_name() {
        for (bits, names) in [
            ("0", ""),
            ("1", "fin"),
            ("2", "syn"),
            ("18", "syn ack"),
            ("19", "fin syn ack"),
            ("4", "rst"),
            ("40", "psh urg"),
            ("64", ""),
        ] {
            assert_eq!(tcp_flags(bits).unwrap().join(" "), names, "{bits}");
        }
        assert_eq!(tcp_flags("-"), None);
    }

    #[test]
    fn a_line_has_a_community_id_if_it_tells_both_ends() {
        let line = |values: &[(&str, &str)]| {
            values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
        };
        let tcp = [
            ("protocol", "6"),
            ("srcaddr", "128.232.110.120"),
            ("srcport", "34855"),
            ("dstaddr", "66.35.250.204"),
            ("dstport", "80"),
        ];
        let id = community(&line(&tcp));
        assert_eq!(id.as_deref(), Some("1:LQU9qZlK+B5F3KDmev6m5PMibrg="));
        for absent in ["protocol", "srcaddr", "dstaddr"] {
            let others: Vec<_> = tcp.into_iter().filter(|(name, _)| *name != absent).collect();
            assert_eq!(community(&line(&others)), None, "without {absent}");
        }
        let wrong = |name, value| tcp.map(|pair| if pair.0 == name { (name, value) } else { pair });
        for (name, value) in [("srcport", "65536"), ("protocol", "tcp"), ("dstaddr", "host")] {
            assert_eq!(community(&line(&wrong(name, value))), None, "{name} {value}");
        }
        let without_ports = community(&line(&[tcp[0], tcp[1], tcp[3]]));
        let with_zeros = community(&line(&wrong("srcport", "0")));
        assert!(without_ports.is_some() && without_ports != with_zeros && without_ports != id);
    }
}
