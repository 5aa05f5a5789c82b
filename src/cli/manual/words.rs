//! What the man pages say beside the command line: environment and files.

/// What a page says of a variable or a file.
pub(super) struct Entry {
    /// The page of a command that has this option says it.
    pub(super) option: &'static str,
    term: &'static str,
    said: &'static str,
}

impl Entry {
    pub(super) fn pair(&self) -> (String, String) {
        (self.term.to_owned(), self.said.to_owned())
    }
}

const fn entry(option: &'static str, term: &'static str, said: &'static str) -> Entry {
    Entry { option, term, said }
}

pub(super) const ENVIRONMENT: &[Entry] = &[
    entry(
        "to",
        "TRAILHAUL_<OPTION>",
        "Every option, its name in capitals with _ for -, such as TRAILHAUL_CA_CERT for --ca-cert. What is \
        typed wins. A list has its commas; a switch is on with 1 or true.",
    ),
    entry(
        "user",
        "TRAILHAUL_PASSWORD",
        "The password of --user, where no --password-file is given.",
    ),
    entry("api-key-file", "TRAILHAUL_API_KEY", "The API key, where no --api-key-file is given."),
    entry(
        "log-format",
        "TRAILHAUL_LOG",
        "What is logged, such as trailhaul=debug or info,trailhaul=debug.",
    ),
    entry("log-format", "NO_COLOR", "No colours, unless it is empty."),
    entry(
        "state",
        "STATE_DIRECTORY, XDG_STATE_HOME, HOME",
        "Where the state folder is; see FILES. systemd sets the first for StateDirectory=.",
    ),
    entry(
        "profile",
        "AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ...",
        "AWS credentials, region and endpoints come from the AWS SDK's own chain: environment, \
        shared files, SSO, web identity, container and instance roles.",
    ),
];

pub(super) const FILES: &[Entry] = &[
    entry(
        "state",
        "$STATE_DIRECTORY/, else $XDG_STATE_HOME/trailhaul/, else ~/.local/state/trailhaul/",
        "The state folder. Per account and target it has the state file, and beside it the rules that \
        were learned (.learned.toml) and the dead letters (.dead-letters.ndjson). All are for their \
        owner alone.",
    ),
    entry(
        "profile",
        "~/.aws/config, ~/.aws/credentials",
        "The AWS SDK's settings; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name others.",
    ),
    entry(
        "profile",
        "/etc/trailhaul/trailhaul.env",
        "What trailhaul.service of the Debian package runs with: one TRAILHAUL_<OPTION>=VALUE a line.",
    ),
];

/// What the page of the whole refers to beside its own commands.
pub(super) const OTHER_PAGES: &[&str] = &["crontab(5)", "systemd.timer(5)"];
