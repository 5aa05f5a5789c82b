//! What was typed, set in the environment, and written into the configuration file, or why it is no
//! command.

use crate::{
    cli,
    exit::Exit,
    report::screen::complain,
    settings::{Given, NotGiven, given, typed},
};

/// Reads it, and tells what is wrong with it.
pub fn read() -> Result<Given, Exit> {
    let words = typed::words();
    let refused = match given::read(&words, || cli::command_for(&words)) {
        Ok(given) => return Ok(given),
        Err(refused) => refused,
    };
    match refused {
        NotGiven::File(error, told) => complain(&told.kept_out_of(&error.to_string())),
        NotGiven::Form(error, next, told) => {
            let said = error.to_string();
            let shown = told.kept_out_of(&said);
            if shown == said {
                // A reader that has gone away is no fault.
                drop(error.print());
            } else {
                // A URL that lacks its --to would be repeated with the password in it.
                complain(shown.trim_start_matches("error: ").trim_end());
            }
            for step in next {
                complain(&step);
            }
            if !error.use_stderr() {
                return Err(Exit::Complete);
            }
        }
    }
    Err(Exit::Usage)
}
