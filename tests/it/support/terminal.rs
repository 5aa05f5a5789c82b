//! A terminal, as far as what the command writes to one needs it.
//!
//! It knows few sequences on purpose: one that it does not know fails the test, and so does a line
//! that is to be taken back after it has scrolled out.

/// What a terminal shows after some output.
#[derive(Debug)]
pub(crate) struct Terminal {
    rows: usize,
    columns: usize,
    /// Everything ever shown that was not taken back, scrolled out or not; one text a row, and
    /// whether it goes on in the next row.
    lines: Vec<(String, bool)>,
    row: usize,
    column: usize,
    /// Whether a colour was ever asked for.
    pub(crate) colours: bool,
    /// The most bars at once.
    pub(crate) most_bars: usize,
    /// The screen when it first had the most bars, wrapped lines joined.
    pub(crate) fullest: String,
    most_drawn: usize,
}

impl Terminal {
    /// One of this size, after this output.
    pub(crate) fn after(output: &str, rows: usize, columns: usize) -> Self {
        let lines = vec![(String::new(), false)];
        let mut it = Self {
            rows,
            columns,
            lines,
            row: 0,
            column: 0,
            colours: false,
            most_bars: 0,
            fullest: String::new(),
            most_drawn: 0,
        };
        let mut rest = output;
        while let Some(next) = rest.chars().next() {
            rest = if let Some(sequence) = rest.strip_prefix("\x1b[") {
                it.control(sequence)
            } else {
                it.show(next);
                rest.strip_prefix(next).unwrap()
            };
        }
        it
    }

    /// Its lines, wrapped ones joined.
    pub(crate) fn text(&self) -> String {
        joined(&self.lines)
    }

    fn on_screen(&self) -> &[(String, bool)] {
        &self.lines[self.lines.len().saturating_sub(self.rows)..]
    }

    fn bars(&self) -> usize {
        self.on_screen().iter().filter(|(text, _)| is_bar(text)).count()
    }

    /// What is drawn is whole, as it is about to be drawn over.
    fn note_what_is_drawn(&mut self) {
        if self.bars() > self.most_drawn {
            self.most_drawn = self.bars();
            self.fullest = joined(self.on_screen());
        }
    }

    /// Another size: lines are wrapped anew, as most terminals do it.
    fn resize(&mut self, rows: usize, columns: usize) {
        assert_eq!(self.row + 1, self.lines.len(), "what is below the cursor is not known here");
        let before = self.lines.iter().rev().skip(1).take_while(|(_, goes_on)| *goes_on).count();
        self.column = (before * self.columns + self.column) % columns;
        let text = self.text();
        self.lines.clear();
        for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
            let chars: Vec<_> = line.chars().collect();
            let pieces = chars.len().div_ceil(columns).max(1);
            self.lines.extend((1..=pieces).map(|piece| {
                let piece_of = chars.iter().skip((piece - 1) * columns).take(columns);
                (piece_of.collect(), piece < pieces)
            }));
        }
        (self.rows, self.columns, self.row) = (rows, columns, self.lines.len() - 1);
    }

    fn show(&mut self, c: char) {
        match c {
            '\r' => self.column = 0,
            '\n' => self.next_row(),
            c => {
                assert!(!c.is_control(), "{c:?}");
                if self.column == self.columns {
                    self.lines[self.row].1 = true;
                    self.next_row();
                    self.column = 0;
                }
                let (text, _) = &mut self.lines[self.row];
                let mut chars: Vec<_> = text.chars().collect();
                chars.resize(chars.len().max(self.column + 1), ' ');
                chars[self.column] = c;
                *text = chars.into_iter().collect();
                self.column += 1;
            }
        }
    }

    /// A bar that is drawn has ended its row.
    fn next_row(&mut self) {
        self.most_bars = self.most_bars.max(self.bars());
        self.row += 1;
        if self.row == self.lines.len() {
            self.lines.push((String::new(), false));
        }
    }

    /// Does what a sequence says; gives what follows it.
    fn control<'a>(&mut self, sequence: &'a str) -> &'a str {
        let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        let (number, rest) = sequence.split_at(end);
        let kind = rest.chars().next().unwrap();
        match kind {
            'm' => self.colours = true,
            't' => {
                let size: Vec<usize> = number.split(';').map(|n| n.parse().unwrap()).collect();
                assert_eq!(size[0], 8);
                self.resize(size[1], size[2]);
            }
            'A' => {
                self.note_what_is_drawn();
                let up: usize = number.parse().unwrap();
                let on_screen = self.row - self.lines.len().saturating_sub(self.rows);
                assert!(up <= on_screen, "{up} rows up, {on_screen} are on the screen");
                self.row -= up;
            }
            'J' => {
                self.lines.truncate(self.row + 1);
                let kept = self.lines[self.row].0.chars().take(self.column).collect();
                self.lines[self.row] = (kept, false);
            }
            _ => panic!("an unknown sequence: {sequence:.10?}"),
        }
        rest.strip_prefix(kind).unwrap()
    }
}

fn joined(lines: &[(String, bool)]) -> String {
    let line = |(text, goes_on): &(String, bool)| match goes_on {
        true => text.clone(),
        false => format!("{text}\n"),
    };
    lines.iter().map(line).collect()
}

/// Whether a row is one of a bar: they alone say how much is left.
pub(crate) fn is_bar(row: &str) -> bool {
    row.contains("/s, ") && row.contains('%')
}

#[test]
fn it_shows_what_a_terminal_shows() {
    let terminal = Terminal::after("one\r\ntwo\r\n\x1b[1A\x1b[Jthree\r\n\x1b[31mfo\x1b[0mur", 5, 3);
    assert_eq!(terminal.text(), "one\nthree\nfour\n");
    assert!(terminal.colours);
    let narrower = Terminal::after("12345\r\n6\r\n\x1b[8;9;2t\x1b[4A\x1b[Jx", 5, 9);
    assert_eq!(narrower.text(), "x\n");
    let wider = Terminal::after("12345\r\n\x1b[8;9;9t\x1b[1A\x1b[Jx", 5, 2);
    assert_eq!(wider.text(), "x\n");
    assert!(std::panic::catch_unwind(|| Terminal::after("1\r\n2\r\n3\x1b[2A", 2, 80)).is_err());
}
