//! The command line as man pages and as completions, made from the very words that are parsed.
//!
//! Pure. What clap does not know (files, environment) stands in `words`, and comes to a
//! page by the options that its command has, so that a new command gets what fits it.

mod words;

use clap::{Command, CommandFactory, builder::Resettable};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{Cli, Shell};
use crate::exit::Exit;
use words::{ENVIRONMENT, Entry, FILES};

const NAME: &str = "trailhaul";
/// A page is that of a version, and the same sources make the same page.
const NO_DATE: &str = "\"\"";
const VERSION: &str = concat!("trailhaul ", env!("CARGO_PKG_VERSION"));

/// A man page of section 1.
#[derive(Debug)]
pub struct Page {
    /// The name of its file, such as `trailhaul-load.1`.
    pub file: String,
    /// The page, in roff.
    pub text: String,
}

/// The page of a command by its words, such as `["export", "sigma"]`; of the whole where there are none.
pub fn page(words: &[String]) -> Option<Page> {
    let root = command();
    let mut found = &root;
    let mut above = None;
    for word in words {
        above = Some(found);
        found = found.get_subcommands().find(|command| command.get_name() == word)?;
    }
    Some(render(found, above))
}

/// The pages of all commands.
pub fn pages() -> Vec<Page> {
    fn add(pages: &mut Vec<Page>, command: &Command, above: Option<&Command>) {
        pages.push(render(command, above));
        for below in shown(command) {
            add(pages, below, Some(command));
        }
    }
    let mut pages = Vec::new();
    add(&mut pages, &command(), None);
    pages
}

/// What a shell has to read to complete the command line.
pub fn completions(shell: Shell) -> String {
    let mut text = Vec::new();
    let mut command = Cli::command();
    match shell {
        Shell::Bash => complete(clap_complete::Shell::Bash, &mut command, &mut text),
        Shell::Zsh => complete(clap_complete::Shell::Zsh, &mut command, &mut text),
        Shell::Fish => complete(clap_complete::Shell::Fish, &mut command, &mut text),
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn complete(shell: clap_complete::Shell, command: &mut Command, text: &mut Vec<u8>) {
    clap_complete::generate(shell, command, NAME, text);
}

/// The command line with the full name of each command, and without `help`, which needs no page.
fn command() -> Command {
    let mut command = whole(Cli::command().disable_help_subcommand(true));
    command.build();
    command
}

/// What the short help leaves out has its text too, which a page lacks otherwise.
fn whole(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_short_help(false)).mut_subcommands(whole)
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|below| !below.is_hide_set())
}

fn full_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn render(command: &Command, above: Option<&Command>) -> Page {
    // The sections say what the last lines of the help do.
    let shown = command.clone().after_help(Resettable::Reset);
    let man = Man::new(shown).date(NO_DATE).source(VERSION).manual("User Commands");
    let mut text = Vec::new();
    // Nothing that is written to memory fails.
    drop(man.render(&mut text));
    drop(sections(command, above).to_writer(&mut text));
    Page { file: man.get_filename(), text: tidy(&String::from_utf8_lossy(&text)) }
}

/// Without what readers of man pages warn of: breaks around an empty line, spaces at the ends of lines.
fn tidy(roff: &str) -> String {
    let roff = roff.replace("\n.br\n\n.br\n", "\n.sp\n");
    roff.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn sections(command: &Command, above: Option<&Command>) -> Roff {
    let mut roff = Roff::new();
    // The whole has what any of its commands has.
    let has = |option: &str| {
        above.is_none() || command.get_opts().any(|known| known.get_long() == Some(option))
    };
    let fitting = |entry: &&Entry| has(entry.option);
    list(&mut roff, "ENVIRONMENT", ENVIRONMENT.iter().filter(fitting).map(Entry::pair));
    list(&mut roff, "FILES", FILES.iter().filter(fitting).map(Entry::pair));
    if has("to") {
        let codes = Exit::table().map(|(code, meaning)| (code.to_string(), format!("{meaning}.")));
        list(&mut roff, "EXIT STATUS", codes);
    }
    examples(&mut roff, command);
    see_also(&mut roff, command, above);
    roff
}

/// A section of terms, each with what is said of it.
fn list(roff: &mut Roff, heading: &str, entries: impl Iterator<Item = (String, String)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        roff.control("SH", [heading]);
    }
    for (term, said) in entries {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(said)]);
    }
}

/// The command lines with which the help ends.
fn examples(roff: &mut Roff, command: &Command) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let mut lines = lines.map_while(|line| line.strip_prefix("  ")).peekable();
    if lines.peek().is_some() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for (number, line) in lines.enumerate() {
        if number > 0 {
            roff.control("PP", []);
        }
        roff.text([bold(line)]);
    }
}

/// The command above and those beside this one; those below are under SUBCOMMANDS.
fn see_also(roff: &mut Roff, command: &Command, above: Option<&Command>) {
    let beside = above.into_iter().flat_map(shown).filter(|it| it.get_name() != command.get_name());
    let own = above.into_iter().chain(beside).map(|it| format!("{}(1)", full_name(it)));
    let others = words::OTHER_PAGES.iter().map(|page| (*page).to_owned());
    let pages: Vec<_> = if above.is_some() { own.collect() } else { others.collect() };
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(pages.join(", "))]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &[&str]) -> String {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        page(&words).unwrap().text.replace("\\-", "-")
    }

    #[test]
    fn every_command_has_a_page_and_a_name_that_man_finds() {
        let files: Vec<_> = pages().into_iter().map(|page| page.file).collect();
        for file in ["trailhaul.1", "trailhaul-load.1", "trailhaul-export-completions.1"] {
            assert!(files.iter().any(|known| known == file), "{file} is not in {files:?}");
        }
        assert!(!files.iter().any(|file| file.contains("help")), "{files:?}");
        assert!(page(&["load".to_owned(), "load".to_owned()]).is_none());
    }

    #[test]
    fn the_page_of_the_whole_has_every_exit_code_and_section() {
        let page = text(&[]);
        for section in ["ENVIRONMENT", "FILES", "\"EXIT STATUS\"", "EXAMPLES", "\"SEE ALSO\""] {
            assert!(page.contains(&format!(".SH {section}\n")), "{section}: {page}");
        }
        for (code, meaning) in Exit::table() {
            let said = format!("\\fB{code}\\fR\n{}.\n", meaning.replace('\'', "\\*(Aq"));
            assert!(page.contains(&said), "{said} is not in {page}");
        }
    }

    #[test]
    fn a_page_has_the_sections_that_its_options_ask_for() {
        let (load, policy) = (text(&["load"]), text(&["export", "policy"]));
        assert!(load.contains("TRAILHAUL_PASSWORD\\fR") && load.contains(".SH FILES"), "{load}");
        assert!(load.contains("Sign for es or aoss") && load.contains("Do not verify"), "{load}");
        assert!(load.contains("trailhaul(1), ") && load.contains("trailhaul-replay(1)"), "{load}");
        assert!(policy.contains(".SH EXAMPLES\n\\fBtrailhaul export policy"), "{policy}");
        assert!(!policy.contains("TRAILHAUL_PASSWORD") && !policy.contains("EXIT STATUS"));
    }

    #[test]
    fn completions_name_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let text = completions(shell);
            assert!(text.contains("completions") && text.contains("dead-letters"), "{shell:?}");
        }
    }
}
