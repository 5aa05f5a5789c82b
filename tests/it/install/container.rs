//! The image and the `CronJob`: that they fit each other, the command line and the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};

use super::{assert_known, said_by};
use crate::support::python;

const SOURCES: &str = env!("CARGO_MANIFEST_DIR");
const MANIFEST: &str = "contrib/kubernetes/cronjob.yaml";

/// An instruction with its arguments as they stand there, continued lines joined.
fn instructions() -> Vec<(String, String)> {
    let text = include_str!("../../../Dockerfile");
    let lines = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let lines = lines.replace("\\\n", " ");
    let parts = lines.lines().filter_map(|line| line.split_once(' '));
    parts.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect()
}

/// The arguments of the last instruction of this name.
fn last(name: &str) -> String {
    let all = instructions();
    let found = all.iter().rev().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no {name} in {all:?}")).1.clone()
}

fn words(name: &str) -> Vec<String> {
    serde_json::from_str(&last(name)).unwrap()
}

/// What the image sets.
fn set_by_image() -> BTreeMap<String, String> {
    let pairs = last("ENV");
    let pairs = pairs.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The objects of the manifest by kind, once Kubernetes' schemas have taken them.
fn objects() -> Option<Vec<Value>> {
    let mut check = Command::new(python()?);
    check.args(["tests/python/kubernetes.py", MANIFEST]).current_dir(SOURCES);
    Some(serde_json::from_str(&said_by(&mut check)).unwrap())
}

#[test]
fn the_image_is_built_by_instructions_that_there_are() {
    let all = instructions();
    let known = ["FROM", "ENV", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENTRYPOINT", "CMD"];
    for (name, rest) in &all {
        assert!(known.contains(&name.as_str()), "{name} {rest}");
    }
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    let second = names.iter().rposition(|name| *name == "FROM").unwrap();
    assert!(!names[second..].contains(&"RUN"), "scratch has no shell");
    assert_eq!(all[second].1, "scratch");
    assert_eq!(words("ENTRYPOINT"), ["/usr/bin/trailhaul"]);
    // What the second stage takes and where it keeps things is what the first has made.
    let build = &all[..second].iter().rev().find(|(name, _)| name == "RUN").unwrap().1;
    let owner = last("USER");
    let (user, group) = owner.split_once(':').unwrap();
    let made = format!("install -d -m 700 -o {user} -g {group} ");
    assert!(build.contains(&made), "{made} is not in {build}");
    for folder in words("VOLUME") {
        assert!(build.contains(&format!("/image{folder}")), "{folder} is not in {build}");
    }
    assert!(build.contains("/image/usr/bin/trailhaul") && last("COPY").contains("/image /"));
}

#[test]
fn the_image_has_the_compiler_of_the_sources() {
    let toolchain = include_str!("../../../rust-toolchain.toml");
    let version = toolchain.split('"').nth(1).unwrap();
    let first = &instructions()[..2];
    assert_eq!(first[0].1, format!("rust:{version}-bookworm AS build"));
    assert_eq!(first[1].1, format!("RUSTUP_TOOLCHAIN={version}"));
}

#[test]
fn nothing_that_the_command_is_built_of_is_kept_from_the_image() {
    let ignored = include_str!("../../../.dockerignore");
    let ignored: Vec<_> = ignored.lines().filter(|line| !line.starts_with(['#', '*'])).collect();
    assert!(ignored.contains(&"target") && ignored.contains(&".git"));
    let read = included();
    assert!(read.contains("minimal_policy.json") && read.contains("rules/typed.toml"), "{read:?}");
    for path in read.iter().map(String::as_str).chain(["Cargo.toml", "Cargo.lock", "src"]) {
        let top = path.split('/').next().unwrap();
        assert!(!ignored.contains(&top), ".dockerignore keeps {path} out");
        assert!(!path.ends_with(".ndjson"), ".dockerignore keeps {path} out");
    }
}

/// The files that the sources take in as they are.
fn included() -> BTreeSet<String> {
    fn walk(folder: &Path, pattern: &Regex, found: &mut BTreeSet<String>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, pattern, found);
                continue;
            }
            let text = fs::read(&path).unwrap();
            for (_, [name]) in
                pattern.captures_iter(&String::from_utf8_lossy(&text)).map(|c| c.extract())
            {
                let file = folder.join(name).canonicalize().unwrap();
                let sources = Path::new(SOURCES).canonicalize().unwrap();
                found.insert(file.strip_prefix(sources).unwrap().display().to_string());
            }
        }
    }
    let pattern = Regex::new(r#"include_(?:str|bytes)!\("([^"]+)"\)"#).unwrap();
    let mut found = BTreeSet::new();
    walk(&Path::new(SOURCES).join("src"), &pattern, &mut found);
    found
}

#[test]
fn the_cron_job_keeps_its_state_where_the_image_puts_it() {
    let image = set_by_image();
    let volumes = words("VOLUME");
    assert_eq!(volumes, [image["STATE_DIRECTORY"].as_str(), "/dead-letters"]);
    assert!(image["TRAILHAUL_DEAD_LETTERS"].starts_with("/dead-letters/"));
    let Some(objects) = objects() else { return };
    let of_kind = |kind| objects.iter().filter(move |object| object["kind"] == kind);
    let claims: Vec<_> =
        of_kind("PersistentVolumeClaim").map(|claim| &claim["metadata"]["name"]).collect();
    let job = of_kind("CronJob").next().unwrap();
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let mounts = container["volumeMounts"].as_array().unwrap();
    let mut kept = Vec::new();
    for mount in mounts {
        let volumes = pod["volumes"].as_array().unwrap();
        let volume = volumes.iter().find(|volume| volume["name"] == mount["name"]).unwrap();
        if let Some(claim) = volume["persistentVolumeClaim"].get("claimName") {
            assert!(claims.contains(&claim), "{claim} is not claimed");
            kept.push(mount["mountPath"].as_str().unwrap());
        }
    }
    assert_eq!(kept, volumes);
    let secret = mounts.iter().find(|mount| mount["name"] == "secrets").unwrap();
    let file = environment(container)["TRAILHAUL_PASSWORD_FILE"].to_owned();
    assert_eq!(file, format!("{}/password", secret["mountPath"].as_str().unwrap()));
}

fn environment(container: &Value) -> BTreeMap<&str, &str> {
    let list = container["env"].as_array().unwrap().iter();
    list.map(|one| (one["name"].as_str().unwrap(), one["value"].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn the_cron_job_runs_alone_and_without_rights() {
    let image = set_by_image();
    assert_known(image.keys().map(String::as_str));
    let Some(objects) = objects() else { return };
    let job = objects.iter().find(|object| object["kind"] == "CronJob").unwrap();
    assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid");
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let (user, group) =
        (&pod["securityContext"]["runAsUser"], &pod["securityContext"]["runAsGroup"]);
    assert_eq!(format!("{user}:{group}"), last("USER"));
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let container = &pod["containers"][0];
    let rights = json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"]},
    });
    assert_eq!(container["securityContext"], rights);
    assert!(container["resources"]["limits"]["memory"].is_string());
    let arguments: Vec<_> = container["args"].as_array().unwrap().iter().collect();
    assert_eq!(arguments, words("CMD").iter().collect::<Vec<_>>());
    let version = concat!(":", env!("CARGO_PKG_VERSION"));
    assert!(container["image"].as_str().unwrap().ends_with(version));
    assert_known(environment(container).into_keys());
}
