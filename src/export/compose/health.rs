//! The health check of a daemon.

use serde_json::{Map as Object, Value, json};

use super::{Draft, SHELL_LESS, literal};
use crate::export::containers::Daemon;

impl Draft {
    /// The check, where the image can do it.
    ///
    /// Sources: service model, `HealthCheck` (seconds, and AWS's defaults); Compose specification,
    /// `healthcheck`: a list begins with `NONE`, `CMD` or `CMD-SHELL`.
    pub(super) fn health(&mut self, daemon: &Daemon<'_>) {
        let check = &daemon.container()["healthCheck"];
        let words: Vec<_> =
            check["command"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let Some(first) = words.first() else { return };
        let is_shell = *first == "CMD-SHELL";
        if is_shell && has_no_shell(daemon.image()) {
            self.notes.push(format!(
                "its health check asks for a shell, which {} does not have; it is left out",
                daemon.image()
            ));
            return;
        }
        let is_said = ["CMD", "CMD-SHELL", "NONE"].contains(first);
        let test = (!is_said).then_some("CMD").into_iter().chain(words.iter().copied());
        let test: Vec<_> = test.map(literal).collect();
        let mut health = Object::from_iter([("test".to_owned(), json!(test))]);
        for (field, key) in
            [("interval", "interval"), ("timeout", "timeout"), ("startPeriod", "start_period")]
        {
            if let Some(seconds) = check[field].as_u64() {
                health.insert(key.to_owned(), json!(format!("{seconds}s")));
            }
        }
        if let Some(retries) = check["retries"].as_u64() {
            health.insert("retries".to_owned(), json!(retries));
        }
        self.put("healthcheck", Value::Object(health));
    }
}

/// Whether this is one of the images that are known to have no shell.
fn has_no_shell(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or(image);
    let name = match name.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => before,
        _ => name,
    };
    let name = name.trim_start_matches("docker.io/");
    SHELL_LESS.contains(&name)
}
