//! A user of a secured engine, with the role that the README gives or less.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::load;
use crate::support::{engines::Secured, run::Trailhaul, unique};

/// Long and unlike any name, as the security plugin wants it.
pub(crate) const PASSWORD: &str = "wJalrXUtnFEMI-bPxRfiCY-EXAMPLE";

/// How often a change is tried, and how long after the last time.
const CHANGE_TRIES: usize = 100;
const CHANGE_INTERVAL: Duration = Duration::from_millis(50);

/// A user of a test's own, with a role of its own.
pub(crate) struct Member {
    pub(crate) secured: Secured,
    pub(crate) name: String,
}

impl Member {
    pub(crate) async fn new(secured: Secured, role: &Value) -> Self {
        let member = Self { secured, name: unique("member") };
        member.set_role(role).await;
        let roles = if member.is_opensearch() { "opendistro_security_roles" } else { "roles" };
        let user = json!({ "password": PASSWORD, roles: [member.name] });
        member.change(Method::PUT, "user", user.to_string()).await;
        member
    }

    fn is_opensearch(&self) -> bool {
        self.secured.engine.name.starts_with("opensearch")
    }

    fn path(&self, kind: &str) -> String {
        let name = &self.name;
        match (self.is_opensearch(), kind) {
            (true, "user") => format!("_plugins/_security/api/internalusers/{name}"),
            (true, _) => format!("_plugins/_security/api/roles/{name}"),
            (false, _) => format!("_security/{kind}/{name}"),
        }
    }

    /// Again where another test changed something just then: the security plugin keeps all users
    /// in one document, and all roles, and refuses one of two changes at once.
    async fn change(&self, method: Method, kind: &str, body: String) {
        let path = self.path(kind);
        for _ in 0..CHANGE_TRIES {
            let request = self.secured.engine.request(method.clone(), &path, body.clone());
            let answer = request.await;
            if answer.status != 409 {
                answer.expect_ok();
                return;
            }
            tokio::time::sleep(CHANGE_INTERVAL).await;
        }
        panic!("{path} is changed by others all the time");
    }

    pub(crate) async fn set_role(&self, role: &Value) {
        self.change(Method::PUT, "role", role.to_string()).await;
    }

    pub(crate) fn load(&self, index: &str) -> Trailhaul {
        let load = load(&self.secured, index).args(["--user", &self.name]);
        load.env("TRAILHAUL_PASSWORD", PASSWORD)
    }

    pub(crate) async fn remove(self) {
        for kind in ["user", "role"] {
            self.change(Method::DELETE, kind, String::new()).await;
        }
    }
}

/// The role that the README gives for an engine.
pub(crate) fn role_of_the_readme(engine: &str) -> Value {
    let path = if engine.starts_with("opensearch") {
        "_plugins/_security/api/roles"
    } else {
        "_security/role"
    };
    let readme = include_str!("../../../README.md");
    let (_, role) = readme.split_once(&format!("PUT {path}/trailhaul\n")).expect(path);
    serde_json::from_str(role.split_once("```").unwrap().0).expect(path)
}
