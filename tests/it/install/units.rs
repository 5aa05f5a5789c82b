//! The service and the timer, as systemd itself judges them.

use std::fs;
use std::process::Command;

use super::{root::Root, said_by};

const UNITS: &str = "usr/lib/systemd/system";

#[test]
fn systemd_takes_the_units_and_the_package_enables_none() {
    let Some(root) = Root::installed() else { return };
    let enabled: Vec<_> = root.files(".wants/");
    assert!(enabled.is_empty(), "{enabled:?}");
    // What the units hang on is systemd's own, and of the machine.
    for entry in fs::read_dir(format!("/{UNITS}")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "target") {
            fs::copy(&path, root.path(UNITS).join(path.file_name().unwrap())).unwrap();
        }
    }
    let mut verify = Command::new("systemd-analyze");
    verify.arg("verify").arg(format!("--root={}", root.path("").display())).arg("--man=no");
    // A key that it does not know, a program that is not there: it says so and goes on.
    assert_eq!(said_by(verify.args(["trailhaul.service", "trailhaul.timer"])), "");
}

#[test]
fn the_service_is_shut_in() {
    let Some(root) = Root::to_look_at() else { return };
    let service = root.path(UNITS).join("trailhaul.service");
    let text = fs::read_to_string(&service).unwrap();
    for option in [
        "CapabilityBoundingSet=",
        "DynamicUser=yes",
        "EnvironmentFile=-/etc/trailhaul/trailhaul.env",
        "LoadCredential=trailhaul.password",
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectHome=yes",
        "ProtectSystem=strict",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "StateDirectory=trailhaul",
        "SystemCallFilter=@system-service",
    ] {
        assert!(text.lines().any(|line| line == option), "no {option} in\n{text}");
    }
    // 14 of 100: the network is open, and the files of the system can be read.
    let mut judge = Command::new("systemd-analyze");
    judge.args(["security", "--offline=true", "--threshold=15"]).arg(&service);
    assert!(said_by(&mut judge).contains("Overall exposure level"));
}
