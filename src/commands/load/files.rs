//! Record files as lanes. What cannot be loaded is said before anything is read.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    exit::Exit,
    fault::Fault,
    normalize::{Layout, ONLY_ECS},
    pipeline::{Feed, Lane},
    settings::typed::Replay,
    sink::dead_letter,
    source::files,
};

/// A lane for each file. `replay` is the command for what is a file of dead letters.
pub(super) fn lanes(
    paths: &[PathBuf],
    layout: Layout,
    replay: &Replay,
) -> Result<Vec<Lane>, Fault> {
    let mut files: Vec<_> = paths.iter().flat_map(|path| files::expand(path)).collect();
    let mut digests = BTreeSet::new();
    for path in &files {
        files::can_be_read(path)?;
        let Some(first_line) = files::first_line(path) else { continue };
        if files::is_digest(&first_line) && !paths.contains(path) {
            digests.insert(path.clone());
        }
        check(path, &first_line, layout, replay)?;
    }
    files.retain(|path| !digests.contains(path));
    files::log_digests(digests.len());
    if files.is_empty() {
        let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Fault::new(
            Exit::Usage,
            format!(
                "no record file in {}: give --from a file, or a folder that has some",
                shown.join(", ")
            ),
        ));
    }
    let lane = |path: PathBuf| Lane {
        name: path.display().to_string(),
        counts: Arc::default(),
        named: false,
        feed: Some(Feed::File(path)),
    };
    Ok(files.into_iter().map(lane).collect())
}

/// Whether a file that begins so holds records that the layout takes.
fn check(path: &Path, first_line: &str, layout: Layout, replay: &Replay) -> Result<(), Fault> {
    if files::is_flow_log(first_line) && !layout.has_flow_logs() {
        return Err(Fault::new(Exit::Usage, format!("{}: {ONLY_ECS}", path.display())));
    }
    if dead_letter::is_letter(first_line) {
        let command = replay.command(path);
        let path = path.display();
        return Err(Fault::new(
            Exit::Usage,
            format!("{path} holds dead letters: load them with {command}"),
        ));
    }
    Ok(())
}
