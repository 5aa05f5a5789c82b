//! What is in force, and where each value came from: for people, right in 80 columns, and as JSON.
//!
//! No secret is shown, nor a user and password in a URL.

use serde_json::{Value, json};

use crate::{
    secret::url,
    settings::{AuthSettings, Authentication, Origin, Origins, Source, Surroundings},
};

/// The columns of a name, and of a value that has what comes after it on its line.
const NAME: usize = 18;
const VALUE: usize = 33;

/// The width of a terminal.
const COLUMNS: usize = 80;

/// For people.
pub fn text(origins: &Origins, auth: Option<&Authentication>, around: &Surroundings) -> String {
    let mut lines = vec![row("option", "value", "from")];
    let mut headings: Vec<Option<&str>> = Vec::new();
    for origin in &origins.0 {
        if !headings.contains(&origin.heading.as_deref()) {
            headings.push(origin.heading.as_deref());
        }
    }
    for heading in headings {
        lines.push(format!("\n{}", heading.unwrap_or("Options")));
        let options = origins.0.iter().filter(|origin| origin.heading.as_deref() == heading);
        lines.extend(
            options.map(|origin| row(&origin.option, &shown(origin), &place(&origin.source))),
        );
    }
    if let Some(auth) = auth {
        lines.push("\nHow requests to the target are authenticated".to_owned());
        lines.push(row("in force", &way(&auth.how), auth.by));
    }
    lines.push("\nSecrets".to_owned());
    let set = |set: bool| if set { "set" } else { "not set" };
    lines.extend(around.secrets.iter().map(|(name, is_set)| row(name, set(*is_set), "")));
    lines.push("\nWhere files go that are not named".to_owned());
    let by = around.folder_by.unwrap_or("none of STATE_DIRECTORY, XDG_STATE_HOME, HOME is set");
    lines.push(row("state folder", &around.folder.display().to_string(), by));
    lines.push("\nWhat the AWS SDK takes from the environment".to_owned());
    if around.aws.is_empty() {
        lines.push("nothing: it looks into its files and asks the machine that it runs on".into());
    }
    let value = |value: &Option<String>| value.as_deref().map_or("set".into(), url::in_word);
    lines.extend(around.aws.iter().map(|(name, of)| row(name, &value(of), "")));
    if origins.0.iter().any(|origin| origin.option == "profile" && !origin.values.is_empty()) {
        lines.push("the credentials are those of --profile alone, whatever keys stand here".into());
    }
    lines.join("\n") + "\n"
}

/// One object.
pub fn json(
    origins: &Origins,
    auth: Option<&Authentication>,
    around: &Surroundings,
) -> serde_json::Result<String> {
    let option = |origin: &Origin| {
        let mut object = json!({"option": origin.option, "values": origin.shown()});
        if let Some(object) = object.as_object_mut() {
            object.extend(from(&origin.source));
        }
        object
    };
    let aws = around.aws.iter().map(|(name, value)| {
        let value = value.as_deref().map_or("set".into(), url::in_word);
        ((*name).to_owned(), Value::from(value))
    });
    let secrets = around.secrets.iter().map(|(name, set)| ((*name).to_owned(), (*set).into()));
    let object = json!({
        "version": 1,
        "options": origins.0.iter().map(option).collect::<Vec<_>>(),
        "authentication": auth.map(authentication),
        "secrets": secrets.collect::<serde_json::Map<_, Value>>(),
        "state_folder": {"path": around.folder.display().to_string(), "from": around.folder_by},
        "aws": aws.collect::<serde_json::Map<_, _>>(),
    });
    Ok(format!("{}\n", serde_json::to_string(&object)?))
}

/// The way to authenticate, without what proves it.
fn way(how: &AuthSettings) -> String {
    match how {
        AuthSettings::None => "none".to_owned(),
        AuthSettings::Url => "basic, as the URL says".to_owned(),
        AuthSettings::Basic { user, .. } => format!("basic, as {user}"),
        AuthSettings::ApiKey(_) => "api-key".to_owned(),
        AuthSettings::SigV4 { service, region: Some(region) } => {
            format!("sigv4, for {service} in {region}")
        }
        AuthSettings::SigV4 { service, region: None } => {
            format!("sigv4, for {service} in the region of the AWS settings")
        }
    }
}

/// The same for programs.
fn authentication(auth: &Authentication) -> Value {
    let (mut user, mut service, mut region) = (None, None, None);
    let how = match &auth.how {
        AuthSettings::None => "none",
        AuthSettings::Url => "basic",
        AuthSettings::Basic { user: name, .. } => {
            user = Some(name);
            "basic"
        }
        AuthSettings::ApiKey(_) => "api-key",
        AuthSettings::SigV4 { service: name, region: of } => {
            (service, region) = (Some(name), of.as_ref());
            "sigv4"
        }
    };
    json!({"how": how, "by": auth.by, "user": user, "service": service, "region": region})
}

/// The place stands on the next line where there is no room for it on this one.
fn row(name: &str, value: &str, place: &str) -> String {
    let name = format!("{name:<width$} ", width = NAME - 1);
    let line = format!("{name}{value:<width$} {place}", width = VALUE - 1);
    if place.is_empty() || line.chars().count() <= COLUMNS {
        line.trim_end().to_owned()
    } else {
        format!("{name}{value}\n{:NAME$}{place}", "")
    }
}

/// What an option is set to.
fn shown(origin: &Origin) -> String {
    if origin.values.is_empty() {
        return origin.unset.clone().unwrap_or_else(|| "-".to_owned());
    }
    origin.shown().join(", ")
}

fn place(source: &Source) -> String {
    match source {
        Source::Flag => "flag".to_owned(),
        Source::Variable(name) => name.clone(),
        Source::File(at) => format!("{}:{}", at.file.display(), at.line),
        Source::Default => "default".to_owned(),
    }
}

fn from(source: &Source) -> serde_json::Map<String, Value> {
    let object = match source {
        Source::Flag => json!({"from": "flag"}),
        Source::Variable(name) => json!({"from": "environment", "variable": name}),
        Source::File(at) => {
            json!({"from": "file", "file": at.file.display().to_string(), "line": at.line})
        }
        Source::Default => json!({"from": "default"}),
    };
    match object {
        Value::Object(object) => object,
        _ => serde_json::Map::new(),
    }
}
