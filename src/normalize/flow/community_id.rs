//! One name for a flow, whoever saw it and from which end: the Community ID, version 1, with the seed 0.
//!
//! Specified at <https://github.com/corelight/community-id-spec>.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

/// One end of a flow: its address, and its port or, of ICMP, what stands in for it.
pub(super) type End = (IpAddr, u16);

/// The numbers of the protocols of which ends have ports, or something in their place.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
const SCTP: u8 = 132;

/// The id of a flow between two ends.
///
/// A flow log does not say of which type an ICMP message is. Elasticsearch's processor then takes it for
/// type 0 and code 0, and so does this: an id that the same flow has everywhere is worth more than none.
/// In version 4 that is the answer to an echo, whose other end has type 8; version 6 has no such type,
/// and a flow without an answer keeps its direction.
pub(super) fn community_id(protocol: u8, source: End, destination: End) -> String {
    match protocol {
        ICMP => of_ends(protocol, (source.0, 0), (destination.0, 8)),
        ICMP_V6 => of_ordered(protocol, (source.0, 0), (destination.0, 0)),
        _ => of_ends(protocol, source, destination),
    }
}

/// The lesser end first: both directions are one flow.
fn of_ends(protocol: u8, source: End, destination: End) -> String {
    let number = |(address, port): End| match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), port),
        IpAddr::V6(address) => (u128::from(address), port),
    };
    if number(source) <= number(destination) {
        of_ordered(protocol, source, destination)
    } else {
        of_ordered(protocol, destination, source)
    }
}

fn of_ordered(protocol: u8, first: End, second: End) -> String {
    let mut hash = Sha1::new();
    hash.update([0, 0]);
    for (address, _) in [first, second] {
        match address {
            IpAddr::V4(address) => hash.update(address.octets()),
            IpAddr::V6(address) => hash.update(address.octets()),
        }
    }
    hash.update([protocol, 0]);
    if matches!(protocol, ICMP | TCP | UDP | ICMP_V6 | SCTP) {
        hash.update(first.1.to_be_bytes());
        hash.update(second.1.to_be_bytes());
    }
    format!("1:{}", STANDARD.encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own: `baseline/baseline_deflt.json` of its repository. What the table has of ICMP
    /// comes with both ends' numbers, which are here `of_ordered`'s.
    #[test]
    fn the_specifications_flows_have_its_ids() {
        for (protocol, source, destination, id) in [
            (TCP, "128.232.110.120 34855", "66.35.250.204 80", "LQU9qZlK+B5F3KDmev6m5PMibrg="),
            (UDP, "192.168.1.52 54585", "8.8.8.8 53", "d/FP5EW3wiY1vCndhwleRRKHowQ="),
            (SCTP, "192.168.170.8 7", "192.168.170.56 7", "MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
            (46, "10.1.12.1 0", "10.1.12.2 0", "KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
            (46, "10.1.12.2 9", "10.1.12.1 5", "KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
            (
                TCP,
                "2001:470:e5bf:dead:4957:2174:e82c:4887 63943",
                "2607:f8b0:400c:c03::1a 25",
                "/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
            ),
            (ICMP, "192.168.0.89 8", "192.168.0.1 0", "X0snYXpgwiv9TZtqg64sgzUn6Dk="),
        ] {
            let [source, destination] = [source, destination].map(end);
            for (source, destination) in [(source, destination), (destination, source)] {
                assert_eq!(of_ends(protocol, source, destination), format!("1:{id}"), "{id}");
            }
        }
        for (protocol, source, destination, id) in [
            (ICMP, "10.0.0.1 11", "10.0.0.2 0", "YHxtAirCG//0OzkcVAukqKQN9xM="),
            (
                ICMP_V6,
                "3ffe:501:1800:2345::2 3",
                "3ffe:507:0:1:200:86ff:fe05:80da 0",
                "2ObVBgIn28oZvibYZhZMBgh7WdQ=",
            ),
            (
                ICMP_V6,
                "3ffe:501:410:0:2c0:dfff:fe47:33e 1",
                "3ffe:507:0:1:200:86ff:fe05:80da 4",
                "hLZd0XGWojozrvxqE0dWB1iM6R0=",
            ),
        ] {
            assert_eq!(of_ordered(protocol, end(source), end(destination)), format!("1:{id}"));
        }
    }

    #[test]
    fn an_echo_of_version_4_has_one_id_in_both_directions_if_it_is_seen_from_one_end() {
        let [a, b] = ["192.168.0.1 0", "192.168.0.89 0"].map(end);
        assert_ne!(community_id(ICMP, a, b), community_id(ICMP_V6, a, b));
        assert_eq!(community_id(TCP, a, b), community_id(TCP, b, a));
        assert_ne!(community_id(ICMP_V6, a, b), community_id(ICMP_V6, b, a));
    }

    fn end(text: &str) -> End {
        let (address, port) = text.split_once(' ').unwrap();
        (address.parse().unwrap(), port.parse().unwrap())
    }
}
