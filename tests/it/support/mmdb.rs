//! Databases of `MaxMind`'s format with a few networks, written here: none may be copied into the
//! repository, and a test should say what is in its own.

use serde_json::{Value, json};

/// Bits of a record of the search tree.
const RECORD_BITS: u32 = 24;
/// Between the tree and the data.
const SEPARATOR: usize = 16;

const ENGINES_LOOK_BACK: usize = 512;

/// A database of IPv4 networks: the address as bytes, the length of the prefix, and what is known.
pub(crate) fn database(kind: &str, networks: &[([u8; 4], u32, Value)]) -> Vec<u8> {
    let (mut nodes, mut data) = (vec![[None; 2]], Vec::new());
    for (address, length, known) in networks {
        let offset = data.len();
        encode(known, &mut data);
        plant(&mut nodes, u32::from_be_bytes(*address), *length, offset);
    }
    let count = nodes.len();
    let mut file = Vec::new();
    for branch in nodes.into_iter().flatten() {
        let record = match branch {
            None => count,
            Some(Branch::Node(node)) => node,
            Some(Branch::Data(offset)) => count + SEPARATOR + offset,
        };
        file.extend(&u32::try_from(record).unwrap().to_be_bytes()[1..]);
    }
    file.extend([0; SEPARATOR]);
    file.extend(data);
    // The engines look for the kind in the last of so many bytes, and refuse a file that has fewer.
    file.resize(file.len().max(ENGINES_LOOK_BACK), 0);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = json!({
        "node_count": count, "record_size": RECORD_BITS, "ip_version": 4, "database_type": kind,
        "languages": ["en"], "binary_format_major_version": 2, "binary_format_minor_version": 0,
        "build_epoch": 1_770_000_000, "description": { "en": "a test's own" },
    });
    encode(&metadata, &mut file);
    file
}

/// The types of numbers that are not of 32 bits, by the names that they stand under.
const NUMBERS: [(&str, u8, usize); 5] = [
    ("record_size", 5, 2),
    ("ip_version", 5, 2),
    ("binary_format_major_version", 5, 2),
    ("binary_format_minor_version", 5, 2),
    ("build_epoch", 9, 8),
];

#[derive(Clone, Copy)]
enum Branch {
    Node(usize),
    Data(usize),
}

fn plant(nodes: &mut Vec<[Option<Branch>; 2]>, address: u32, length: u32, offset: usize) {
    let mut at = 0;
    for bit in 0..length {
        let side = usize::try_from(address >> (31 - bit) & 1).unwrap();
        if bit + 1 == length {
            nodes[at][side] = Some(Branch::Data(offset));
            return;
        }
        at = if let Some(Branch::Node(node)) = nodes[at][side] {
            node
        } else {
            nodes.push([None; 2]);
            nodes[at][side] = Some(Branch::Node(nodes.len() - 1));
            nodes.len() - 1
        };
    }
}

fn encode(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::String(text) => {
            head(2, text.len(), to);
            to.extend(text.as_bytes());
        }
        Value::Number(number) if number.as_u64().is_some() => {
            encode_number(number.as_u64().unwrap(), 6, 4, to);
        }
        Value::Number(number) => {
            head(3, 8, to);
            to.extend(number.as_f64().unwrap().to_be_bytes());
        }
        Value::Object(members) => {
            head(7, members.len(), to);
            for (name, member) in members {
                encode(&json!(name), to);
                match NUMBERS.iter().find(|(known, ..)| known == name) {
                    Some((_, kind, size)) => {
                        encode_number(member.as_u64().unwrap(), *kind, *size, to);
                    }
                    None => encode(member, to),
                }
            }
        }
        Value::Array(items) => {
            head(11, items.len(), to);
            for item in items {
                encode(item, to);
            }
        }
        Value::Null | Value::Bool(_) => panic!("not in a test's database: {value}"),
    }
}

fn encode_number(number: u64, kind: u8, size: usize, to: &mut Vec<u8>) {
    head(kind, size, to);
    to.extend(&number.to_be_bytes()[8 - size..]);
}

/// The control byte of a type and a size; types from 8 on have a byte of their own, and sizes from 29.
fn head(kind: u8, size: usize, to: &mut Vec<u8>) {
    let size = u8::try_from(size).expect("a short value");
    let (own, extended) = if kind < 8 { (kind << 5, None) } else { (0, Some(kind - 7)) };
    to.push(own | size.min(29));
    to.extend(extended);
    to.extend(size.checked_sub(29));
}
