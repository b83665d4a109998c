//! What the server takes from `project.config.json` and `project.private.config.json`, and how a
//! browser names the project.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// How much of a folder's hash names it, in bytes.
const HASH: usize = 12;

/// The settings of a project. A file that is missing or no JSON has none of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// `appid`; empty without one.
    pub(crate) app_id: String,
    /// `setting.urlCheck`: whether requests are held to https and the listed domains.
    pub(crate) url_check: bool,
}

impl Config {
    /// Reads both files in `folder`; what the private one sets replaces what the other one does.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut config = Self::default();
        for name in ["project.config.json", "project.private.config.json"] {
            let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
            let json: Value = serde_json::from_str(&text).unwrap_or_default();
            if let Some(app_id) = json.get("appid").and_then(Value::as_str) {
                app_id.clone_into(&mut config.app_id);
            }
            let url_check = json.get("setting").and_then(|setting| setting.get("urlCheck"));
            config.url_check = url_check.and_then(Value::as_bool).unwrap_or(config.url_check);
        }
        config
    }

    /// Names the mini-program in `root` among all that a browser keeps data of: by its appid and a
    /// hash of where it is. Pages cannot tell the path from it.
    pub(crate) fn project_id(&self, root: &Path) -> String {
        let mut id = format!("{}@", self.app_id);
        let hash = Sha256::digest(root.as_os_str().as_encoded_bytes());
        for byte in hash.iter().take(HASH) {
            // A String takes whatever is written.
            let _ = write!(id, "{byte:02x}");
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::Config;

    #[test]
    fn private_settings_replace_shared_ones() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(Config::read(folder.path()), Config::default());
        write("project.config.json", r#"{ "appid": "tt1", "setting": { "urlCheck": true } }"#);
        let shared = Config { app_id: "tt1".to_owned(), url_check: true };
        assert_eq!(Config::read(folder.path()), shared);
        write("project.private.config.json", r#"{ "setting": { "urlCheck": false } }"#);
        assert_eq!(Config::read(folder.path()), Config { url_check: false, ..shared });
        write("project.config.json", "no JSON");
        write("project.private.config.json", r#"{ "appid": 7, "setting": "x" }"#);
        assert_eq!(Config::read(folder.path()), Config::default());
    }

    #[test]
    fn a_project_is_named_by_its_appid_and_folder() {
        let id = |app: &str, root: &str| {
            Config { app_id: app.to_owned(), url_check: false }.project_id(Path::new(root))
        };
        assert_eq!(id("tt1", "/a/b"), id("tt1", "/a/b"));
        assert_ne!(id("tt1", "/a/b"), id("tt1", "/a/c"));
        assert_ne!(id("tt1", "/a/b"), id("tt2", "/a/b"));
        assert!(
            id("tt1", "/secret").starts_with("tt1@") && !id("tt1", "/secret").contains("secret")
        );
    }
}
