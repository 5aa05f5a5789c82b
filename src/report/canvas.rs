//! Standard error, with lines at its lower end that are drawn over again.
//!
//! Log lines go above them through the same lock and in one write each, so neither tears the other.
//! Nothing is drawn that would not fit: a line that wraps, or one that has scrolled out, cannot be
//! taken back.

use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use terminal_size::{Height, Width, terminal_size_of};

use crate::{
    cli::When,
    limits::USUAL_TERMINAL,
    settings::{OutputSettings, can_draw},
};

/// Where bars are drawn, if any are wanted.
#[derive(Debug, Clone)]
pub struct Canvas {
    wanted: bool,
    drawn: Arc<Mutex<Vec<String>>>,
}

impl Canvas {
    /// The one of this process.
    pub fn new(output: OutputSettings) -> Self {
        let wanted = match output.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => can_draw(&io::stderr()),
        };
        Self { wanted: wanted && !output.quiet, drawn: Arc::default() }
    }

    /// Whether lines are drawn here at all.
    pub fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Rows and columns.
    pub fn size() -> (usize, usize) {
        terminal_size_of(io::stderr())
            .map_or(USUAL_TERMINAL, |(Width(columns), Height(rows))| (rows.into(), columns.into()))
    }

    /// Draws these lines in place of those before.
    pub fn draw(&self, lines: Vec<String>) -> io::Result<()> {
        self.change(|drawn, size| {
            if *drawn == lines {
                return String::new();
            }
            let text = erase(drawn, size) + &joined(&lines);
            *drawn = lines;
            text
        })
    }

    /// Writes a text, whole lines, above what is drawn.
    pub fn above(&self, text: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(text);
        self.change(|drawn, size| erase(drawn, size) + &text + &joined(drawn))
    }

    fn change(
        &self,
        make: impl FnOnce(&mut Vec<String>, (usize, usize)) -> String,
    ) -> io::Result<()> {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        io::stderr().write_all(make(&mut drawn, Self::size()).as_bytes())
    }
}

/// Takes lines back. One that was drawn when the terminal was wider has been wrapped by now, and what
/// no longer fits has scrolled out, where nothing reaches it.
fn erase(drawn: &[String], (height, columns): (usize, usize)) -> String {
    let rows = |line: &String| line.chars().count().div_ceil(columns.max(1)).max(1);
    let mut text = String::new();
    match drawn.iter().map(rows).sum::<usize>().min(height.saturating_sub(1)) {
        0 => {}
        // "\r": a Ctrl-C is echoed where the cursor is.
        rows => drop(write!(text, "\r\x1b[{rows}A\x1b[J")),
    }
    text
}

fn joined(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_taken_back_row_by_row() {
        let drawn = ["x".repeat(80), "y".to_owned()];
        assert_eq!(erase(&[], (24, 80)), "");
        assert_eq!(erase(&drawn, (24, 80)), "\r\x1b[2A\x1b[J");
        assert_eq!(erase(&drawn, (24, 30)), "\r\x1b[4A\x1b[J");
        assert_eq!(erase(&drawn, (3, 30)), "\r\x1b[2A\x1b[J");
    }
}
