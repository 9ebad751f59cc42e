//! A PostgreSQL server with PostGIS of the test's own: on loopback, in a temporary folder, with a password.
#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Password of the server's superuser.
pub const PASSWORD: &str = "no es secreta";

/// A running server; stopped and removed when dropped.
pub struct Server {
    dir: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl Server {
    /// Starts a server with a database `gis`; `None`, said aloud, where PostgreSQL or PostGIS is not installed.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: no PostgreSQL with PostGIS (Debian: postgresql-15-postgis-3)");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let password = dir.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        give_to_postgres(dir.path());
        give_to_postgres(&password);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { dir, programs, port };
        let data = server.data();
        server.run(
            "initdb",
            &[
                "--no-sync",
                "--auth=scram-sha-256",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                &format!("--pwfile={}", password.display()),
                "-D",
                &data,
            ],
        );
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off",
            server.dir.path().display()
        );
        let log = server.dir.path().join("log");
        server.run("pg_ctl", &["-D", &data, "-l", &log.to_string_lossy(), "-w", "-o", &options, "start"]);
        server.psql("postgres", "CREATE DATABASE gis");
        server.psql("gis", "CREATE EXTENSION postgis");
        Some(server)
    }

    /// The connection without its password.
    pub fn connection(&self) -> String {
        format!("PG:dbname=gis host=127.0.0.1 port={} user=postgres", self.port)
    }

    /// The port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs SQL in `gis` and returns what `psql` prints: rows as lines, fields parted by `|`.
    pub fn sql(&self, sql: &str) -> String {
        self.psql("gis", sql)
    }

    /// A `psql` that runs SQL in `gis`, ready to be started.
    pub fn client(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), "-d", database, "-c", sql])
            .env("PGPASSWORD", PASSWORD);
        command
    }

    /// A `psql` that takes statements in `gis` from its standard input, ready to be started.
    pub fn console(&self) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), "-d", "gis"])
            .env("PGPASSWORD", PASSWORD);
        command
    }

    /// A `pg_dump` of a schema of `gis`, ready to be started: its tables with their rows and comments.
    pub fn dump(&self, schema: &str) -> Command {
        let mut command = Command::new(self.programs.join("pg_dump"));
        command
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p", &self.port.to_string(), "-d", "gis"])
            .args(["--no-owner", "-n", schema])
            .env("PGPASSWORD", PASSWORD);
        command
    }

    fn psql(&self, database: &str, sql: &str) -> String {
        let output = self.client(database, sql).output().unwrap();
        assert!(output.status.success(), "{sql}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn data(&self) -> String {
        self.dir.path().join("data").to_string_lossy().into_owned()
    }

    /// Runs one of the server's programs, as the user `postgres` where we are root, which it refuses.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        let log = self.dir.path().join("said");
        let said = fs::File::create(&log).unwrap();
        let status = command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("LC_ALL", "C.UTF-8")
            // A pipe would be held open by the server.
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .status()
            .unwrap();
        assert!(status.success(), "{}", fs::read_to_string(log).unwrap());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if Path::new(&self.data()).join("postmaster.pid").exists() {
            self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
        }
    }
}

/// The folder of `initdb`, the newest version first, where PostGIS is there too.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    versions.sort();
    let version = versions.into_iter().rev().find(|version| {
        let extension = Path::new("/usr/share/postgresql")
            .join(version.file_name().unwrap_or_default())
            .join("extension/postgis.control");
        version.join("bin/initdb").is_file() && extension.is_file()
    })?;
    let client = Command::new("psql").arg("--version").output().is_ok();
    client.then(|| version.join("bin"))
}

fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn give_to_postgres(path: &Path) {
    if is_root() {
        std::os::unix::fs::chown(path, id(&["-u", "postgres"]), id(&["-g", "postgres"])).unwrap();
    }
}
