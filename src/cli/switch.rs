//! Options without a value: typed, they are on; in the environment a word says whether they are.
//!
//! A word that says neither is refused. Taken for yes, a slip of the pen would turn the verification of
//! certificates off.

use std::ffi::OsStr;

use clap::{
    Arg, Command, Error,
    builder::{BoolishValueParser, TypedValueParser},
    error::ErrorKind,
};

/// Takes true and false, and the other words for them.
#[derive(Debug, Clone)]
pub(super) struct Switch;

impl TypedValueParser for Switch {
    type Value = bool;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<bool, Error> {
        BoolishValueParser::new().parse_ref(command, None, value).map_err(|_| {
            let variable = arg.and_then(Arg::get_env).unwrap_or_default().to_string_lossy();
            let value = value.to_string_lossy();
            let said = format!("{variable} is '{value}' in the environment: give true or false");
            Error::raw(ErrorKind::ValueValidation, said).with_cmd(command)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Result<bool, String> {
        let command = Command::new("x");
        let arg = Arg::new("insecure").long("insecure").env("TRAILHAUL_INSECURE");
        let parsed = Switch.parse_ref(&command, Some(&arg), OsStr::new(value));
        parsed.map_err(|error| error.to_string())
    }

    #[test]
    fn a_word_is_yes_or_no_or_refused_with_the_variable() {
        for yes in ["1", "true", "TRUE", "yes", "on"] {
            assert_eq!(parse(yes), Ok(true));
        }
        for no in ["0", "false", "False", "no", "off"] {
            assert_eq!(parse(no), Ok(false));
        }
        for neither in ["nope", "disabled", " false", "never", "2"] {
            let said = parse(neither).unwrap_err();
            let start = format!("error: TRAILHAUL_INSECURE is '{neither}' in the environment: ");
            assert!(said.starts_with(&start) && said.contains("give true or false"), "{said}");
        }
    }
}
