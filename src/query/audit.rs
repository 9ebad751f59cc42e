//! The audit log of a workspace: who read layers above the level it may publish, and with which query or command.
//!
//! `audit.jsonl` in the workspace, one JSON object a line. A line `read` is written before the first row is given, and
//! a line `rows` of the same `id` says how many there were; where the first cannot be written, nothing is read.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::workspace::config::Level;

/// File of the log, in the workspace.
pub const AUDIT_FILE: &str = "audit.jsonl";

/// A log that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the audit log {}: {cause}", path.display())]
pub struct AuditError {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub cause: io::Error,
}

/// What is written down about an access.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    /// The layers above the allowed level, each with the past run that is read and its level.
    pub layers: &'a [(String, Option<String>, Level)],
    /// The level that was stated.
    pub level: Level,
    /// The command, where it was no query.
    pub command: Option<&'a str>,
    /// The saved query, where it was one.
    pub query: Option<&'a str>,
    /// The text of the query; empty for a command.
    pub sql: &'a str,
    /// Its parameters, as text.
    pub parameters: &'a [(String, String)],
}

impl<'a> Access<'a> {
    /// The access of a command that makes something of a published run.
    pub fn by_command(command: &'a str, layers: &'a [(String, Option<String>, Level)], level: Level) -> Self {
        Self { layers, level, command: Some(command), query: None, sql: "", parameters: &[] }
    }
}

/// An access that was written down, and whose rows are still to be.
#[derive(Debug)]
pub struct Entry {
    path: PathBuf,
    id: String,
}

/// Writes down an access to the log of the workspace in folder `root`.
///
/// # Errors
/// An [`AuditError`]; nothing may be read then.
pub fn record(root: &Path, access: &Access<'_>) -> Result<Entry, AuditError> {
    let path = root.join(AUDIT_FILE);
    let time = jiff::Timestamp::now();
    let sha256 = hex(&Sha256::digest(access.sql.as_bytes()));
    let (uid, user) = user();
    let id = {
        let mut hasher = Sha256::new();
        hasher.update(format!("{time} {} {sha256}", std::process::id()));
        hex(&hasher.finalize())[..16].to_owned()
    };
    let layers: Vec<Value> = access
        .layers
        .iter()
        .map(|(layer, run, level)| json!({"layer": layer, "run": run, "level": level.name()}))
        .collect();
    let parameters: serde_json::Map<String, Value> =
        access.parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    let mut line = json!({
        "event": "read", "id": id, "time": time.to_string(), "user": user, "uid": uid, "level": access.level.name(),
        "layers": layers,
    });
    match access.command {
        Some(command) => line["command"] = json!(command),
        None => {
            for (name, value) in [
                ("query", json!(access.query)),
                ("sql", json!(access.sql)),
                ("sql_sha256", json!(sha256)),
                ("parameters", parameters.into()),
            ] {
                line[name] = value;
            }
        }
    }
    append(&path, &line)?;
    Ok(Entry { path, id })
}

impl Entry {
    /// Writes down how many rows were given, and whether the answer was whole.
    ///
    /// # Errors
    /// An [`AuditError`].
    pub fn close(self, rows: u64, whole: bool) -> Result<(), AuditError> {
        let time = jiff::Timestamp::now().to_string();
        append(
            &self.path,
            &json!({"event": "rows", "id": self.id, "time": time, "rows": rows, "whole": whole}),
        )
    }
}

/// One line, in one piece, on the disk before anything else happens.
fn append(path: &Path, line: &Value) -> Result<(), AuditError> {
    let write = || {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        #[cfg(unix)]
        close(&file)?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_data()
    };
    write().map_err(|cause| AuditError { path: path.to_owned(), cause })
}

/// Takes the rights that others have on a log of an earlier time.
#[cfg(unix)]
fn close(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match file.metadata()?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => file.set_permissions(std::fs::Permissions::from_mode(0o600)),
    }
}

/// Who runs this process: the number that the system knows, and the name that goes with it.
fn user() -> (Option<u32>, Option<String>) {
    #[cfg(unix)]
    let uid = std::fs::metadata("/proc/self").ok().map(|m| std::os::unix::fs::MetadataExt::uid(&m));
    #[cfg(not(unix))]
    let uid = None;
    let listed = uid.and_then(|uid: u32| {
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
        })
    });
    // Only where the system does not say it: anybody can set a variable.
    let said = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    (uid, listed.or_else(said))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_is_two_lines() {
        let dir = tempfile::tempdir().unwrap();
        let layers = [("shelters".to_owned(), None, Level::Restricted)];
        let parameters = [("reach".to_owned(), "20".to_owned())];
        let access = Access {
            layers: &layers,
            level: Level::Restricted,
            command: None,
            query: Some("shelters_served"),
            sql: "SELECT 'a\nb'",
            parameters: &parameters,
        };
        for rows in [3, 0] {
            record(dir.path(), &access).unwrap().close(rows, rows > 0).unwrap();
        }
        let text = std::fs::read_to_string(dir.path().join(AUDIT_FILE)).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0]["sql"], access.sql);
        // printf "SELECT 'a\nb'" | sha256sum
        assert_eq!(
            lines[0]["sql_sha256"],
            "ac86d7022aa3f5ac4f5d75a4239cd015c32802a2c965ef4a701699ea881ebe84"
        );
        assert_eq!(lines[0]["layers"], json!([{"layer": "shelters", "run": null, "level": "restricted"}]));
        assert_eq!((&lines[1]["id"], &lines[1]["rows"]), (&lines[0]["id"], &json!(3)));
        assert_eq!((&lines[3]["rows"], &lines[3]["whole"]), (&json!(0), &json!(false)));
        assert_ne!(lines[0]["id"], lines[2]["id"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = dir.path().join(AUDIT_FILE);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            record(dir.path(), &access).unwrap();
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_log_that_cannot_be_written_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(AUDIT_FILE)).unwrap();
        let access = Access { sql: "SELECT 1", command: None, ..Access::by_command("x", &[], Level::Strict) };
        assert!(record(dir.path(), &access).unwrap_err().to_string().contains(AUDIT_FILE));
    }
}
