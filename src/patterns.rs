//! Regular expressions that are constants.
//!
//! Whoever has some shows by a test that all of them compile: what does not is left out here, since a
//! run that works is worth more than a form of a sentence that is not recognized.

use regex::Regex;

/// Those that compile.
pub(crate) fn compile(forms: &[impl AsRef<str>]) -> Vec<Regex> {
    forms.iter().filter_map(|form| Regex::new(form.as_ref()).ok()).collect()
}
