//! The corpus, without a fuzzer: what once broke a check stays mended.

use std::{fs, path::Path};

use trailhaul_fuzz::{decode, normalize, verdict};

fn each_input(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut inputs = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&fs::read(&path).unwrap());
        inputs += 1;
    }
    assert!(inputs >= 8, "{inputs} inputs for {target}");
}

#[test]
fn decode_holds_on_the_corpus() {
    each_input("decode", decode::check);
}

#[test]
fn normalize_holds_on_the_corpus() {
    each_input("normalize", normalize::check);
}

#[test]
fn verdict_holds_on_the_corpus() {
    each_input("verdict", verdict::check);
}
