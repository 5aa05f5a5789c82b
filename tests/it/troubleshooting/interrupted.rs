//! Ctrl-C while a command waits for a target that takes a connection and says nothing.

use tokio::net::TcpListener;

use super::page;
use crate::support::run::{Trailhaul, write};

#[tokio::test]
async fn a_command_that_waits_for_a_target_ends_as_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let (records, page) = (folder.path().join("records"), folder.path().join("page.html"));
    write(&records, "nothing of use\n");
    let load = Trailhaul::load().from(&records);
    let report = Trailhaul::subcommand("report").arg("--out").arg(&page);
    for (command, said) in [
        (load, "interrupted before anything was read"),
        (report, "interrupted before the page was written"),
    ] {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = format!("http://{}", silent.local_addr().unwrap());
        let running = command.to(&target).spawn();
        let connection = silent.accept().await.unwrap();
        running.interrupt();
        let run = running.wait().await;
        drop(connection);
        assert_eq!(run.code, Some(130), "{run}");
        assert!(run.stderr.contains(said), "{run}");
        assert!(page::entries().iter().any(|entry| entry.sentence == said), "{said}");
        assert!(!page.exists());
    }
}
