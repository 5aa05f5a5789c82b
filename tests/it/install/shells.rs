//! The completions, in the shells that they are for.

use std::process::Command;

use super::{root::Root, said_by};

#[test]
fn bash_completes_a_command_and_its_options() {
    let Some(root) = Root::to_look_at() else { return };
    let file = root.path("usr/share/bash-completion/completions/trailhaul");
    assert_eq!(said_by(Command::new("bash").arg("-n").arg(&file)), "");
    let completed = |typed: &str| {
        // As bash calls it: with the program, the word to complete and the one before it.
        let script = format!(
            "source '{}'; COMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _trailhaul trailhaul \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[@]}}\"",
            file.display()
        );
        said_by(Command::new("bash").args(["--norc", "-c", &script]))
    };
    assert_eq!(completed("trailhaul repl"), "replay\n");
    assert_eq!(completed("trailhaul load --dead"), "--dead-letters\n");
    assert_eq!(completed("trailhaul load --layout ty"), "typed\n");
}

#[test]
fn zsh_takes_the_completions_and_finds_them_by_their_name() {
    let Some(root) = Root::to_look_at() else { return };
    let file = root.path("usr/share/zsh/vendor-completions/_trailhaul");
    assert_eq!(said_by(Command::new("zsh").arg("-n").arg(&file)), "");
    let script = format!(
        "fpath=('{}' $fpath); autoload -Uz compinit; compinit -u -D; \
         autoload +X _trailhaul; echo $_comps[trailhaul]",
        file.parent().unwrap().display()
    );
    assert_eq!(said_by(Command::new("zsh").args(["-f", "-c", &script])), "_trailhaul\n");
}

#[test]
fn fish_completes_a_command_and_its_options() {
    let Some(root) = Root::to_look_at() else { return };
    let home = tempfile::tempdir().unwrap();
    let file = root.path("usr/share/fish/vendor_completions.d/trailhaul.fish");
    let fish = || {
        let mut command = Command::new("fish");
        command.env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
        command.env("XDG_DATA_HOME", home.path()).arg("--no-config");
        command
    };
    assert_eq!(said_by(fish().arg("-n").arg(&file)), "");
    let completed = |typed: &str| {
        let script = format!("source '{}'; complete -C '{typed}'", file.display());
        let said = said_by(fish().args(["-c", &script]));
        said.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(completed("trailhaul repl"), ["replay"]);
    assert_eq!(completed("trailhaul load --dead"), ["--dead-letters"]);
}
