//! How documents look: the layout, its rules, and the databases that say where addresses are.

use std::path::PathBuf;

use super::{UsageError, read_text};
use crate::{
    cli,
    limits::OWN_FIELDS,
    normalize::{Copies, Geo, Layout},
};

/// How documents look.
#[derive(Debug)]
pub struct DocumentSettings {
    /// The index pattern.
    pub index: String,
    /// The file of one's own rules and its text.
    pub rules: Option<(PathBuf, String)>,
    /// How a document looks.
    pub layout: Layout,
    /// In the `ecs` layout, the copies of what is large.
    pub copies: Copies,
    /// In the `ecs` layout, what says where addresses are.
    pub geo: Option<Geo>,
    /// Most fields of an index.
    pub field_limit: u32,
    /// Whether rejected documents are repaired.
    pub repair: bool,
}

/// The file of one's own rules and its text.
pub fn rules_file(args: cli::RulesFile) -> Result<Option<(PathBuf, String)>, UsageError> {
    let Some(path) = args.file else { return Ok(None) };
    let text = read_text("--rules", &path)?;
    Ok(Some((path, text)))
}

pub(super) fn document(args: cli::Document) -> Result<DocumentSettings, UsageError> {
    let settings = DocumentSettings::from_shape(args.shape)?;
    Ok(DocumentSettings { repair: !args.no_repair, ..settings })
}

impl DocumentSettings {
    /// How documents were told to look.
    pub fn from_shape(args: cli::Shape) -> Result<Self, UsageError> {
        if args.field_limit < OWN_FIELDS {
            return Err(UsageError(format!(
                "--field-limit {}: {OWN_FIELDS} fields are trailhaul's own, so give more than that",
                args.field_limit
            )));
        }
        Ok(Self {
            layout: args.layout.into(),
            copies: Copies::named(args.keep.iter().map(String::as_str))
                .map_err(|error| UsageError(format!("--keep: {error}")))?,
            geo: geo(&args.geoip)?,
            index: args.index,
            rules: rules_file(args.rules)?,
            field_limit: args.field_limit,
            repair: true,
        })
    }
}

impl From<cli::Layout> for Layout {
    fn from(typed: cli::Layout) -> Self {
        match typed {
            cli::Layout::Typed => Self::Typed,
            cli::Layout::Flattened => Self::Flattened,
            cli::Layout::Ecs => Self::Ecs,
        }
    }
}

fn geo(files: &[PathBuf]) -> Result<Option<Geo>, UsageError> {
    let mut geo = Geo::default();
    for file in files {
        let shown = file.display();
        let bytes = std::fs::read(file).map_err(|error| {
            UsageError(format!(
                "cannot read --geoip {shown}: {error}; give a file that this user may read"
            ))
        })?;
        geo.add(bytes).map_err(|error| {
            UsageError(format!("--geoip {shown} {error}; give a file such as GeoLite2-City.mmdb"))
        })?;
    }
    Ok((!files.is_empty()).then_some(geo))
}
