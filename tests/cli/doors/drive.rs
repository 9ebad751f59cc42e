//! Drives every door of a workspace, and keeps what came out.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::ground::Ground;
use super::look;
use crate::fixtures::postgres::Server;

/// What came out of doors that lead out of the workspace: where, and the bytes.
pub type Said = Vec<(String, Vec<u8>)>;

/// A web address on this machine that takes whatever is posted, and hands a file out to who has its token.
pub struct Ear {
    pub address: String,
    heard: Arc<Mutex<Vec<u8>>>,
    /// Whether the file is there.
    serves: Arc<AtomicBool>,
}

/// What the address of the file ends with, which is told nobody.
pub const TOKEN: &str = "zzstoken9q4x7";

/// The file.
const HANDED_OUT: &str = "id,amount\nA1,3\nA2,5\nA3,8\n";

impl Ear {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (heard, serves) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(true)));
        let (keep, there) = (Arc::clone(&heard), Arc::clone(&serves));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(std::time::Duration::from_millis(300)));
                let (mut block, mut said) = ([0; 4096], Vec::new());
                let asks = |said: &[u8]| said.starts_with(b"GET ") && said.ends_with(b"\r\n\r\n");
                while !asks(&said) {
                    let Ok(n @ 1..) = stream.read(&mut block) else { break };
                    said.extend_from_slice(&block[..n]);
                }
                let (mut status, mut body) = ("200 OK", "");
                if asks(&said) {
                    // Who hands the file out knows its address.
                    match there.load(Ordering::Relaxed)
                        && memchr::memmem::find(&said, TOKEN.as_bytes()).is_some()
                    {
                        true => body = HANDED_OUT,
                        false => status = "404 Not Found",
                    }
                } else {
                    keep.lock().unwrap().extend_from_slice(&said);
                }
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all((head + body).as_bytes());
            }
        });
        Self { address, heard, serves }
    }

    /// Has the file no longer.
    pub fn lose(&self) {
        self.serves.store(false, Ordering::Relaxed);
    }

    /// All that was posted.
    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

impl Ground {
    /// Has everybody told who can be told: by a command, over the web, and in figures for a collector.
    pub fn listen(&self, ear: &Ear) {
        let main = self.text("corredor.toml");
        let hook = |name: &str| {
            format!(
                "{{ command = [\"sh\", \"-c\", \"cat >> ../told-{name}.json\"], webhook = \"{}/{name}\" }}",
                ear.address
            )
        };
        let operate = format!(
            "\n[operate]\nmetrics = \"../told.prom\"\non_failure = {}\non_hotspots = {}\n",
            hook("failure"),
            hook("hotspots")
        );
        self.put("corredor.toml", &(main + &operate));
    }

    /// Reads and publishes a file that has a token in its address.
    pub fn fetch_from(&mut self, ear: &Ear) {
        let layer = format!(
            "level = \"public\"\npublish = true\ntitle = {{ es = \"Ayudas\", en = \"Aid\" }}\n[read]\n\
             path = \"{}/aid.csv?token={TOKEN}\"\ngeometry = \"none\"\nkey = \"id\"\n",
            ear.address
        );
        self.put("layers/aid.toml", &layer);
        self.secrets.text(TOKEN, "token of an address");
    }

    /// Publishes to a database too, under a name and with a password that are told nobody.
    pub fn publish_to(&mut self, server: &Server) {
        server.sql(
            "CREATE ROLE corredor LOGIN PASSWORD 'zzspassword9q'; GRANT CREATE ON DATABASE gis TO corredor",
        );
        let connection = server.connection().replace("user=postgres", "user=corredor");
        let main = self.text("corredor.toml");
        self.put("corredor.toml", &format!("{main}\n[publish.postgis]\nconnection = \"{connection}\"\n"));
        self.password = Some("zzspassword9q".to_owned());
        self.secrets.text("zzspassword9q", "password of a database");
    }

    /// Looks into files, as whoever got them would: all that was published to the public, and one that leads elsewhere.
    pub fn inspect(&self, said: &mut Said) {
        let published = self.folder().join("published");
        let current = ["public/current", "current"].map(|at| published.join(at));
        let current = current.into_iter().find(|folder| folder.is_dir()).unwrap();
        let current = current.canonicalize().unwrap();
        let read = ["geojson", "csv", "gpkg", "fgb"];
        let files = look::files(&current);
        let files: Vec<_> =
            files.iter().filter(|f| f.extension().is_some_and(|e| read.iter().any(|r| e == *r))).collect();
        assert!(files.len() > 8, "{files:?}");
        for file in files {
            let path = file.to_string_lossy();
            let mut arguments = vec!["inspect", &*path, "--json"];
            if path.ends_with(".gpkg") {
                arguments.extend(["--layer", "hotspots"]);
            }
            assert!(self.say(said, &arguments), "{}", file.display());
        }
        let disguised = self.root().join("schools.geojson");
        let sites = self.sites().display().to_string();
        let text = format!(
            "<OGRVRTDataSource><OGRVRTLayer name=\"zzrsites\"><SrcDataSource>{sites}</SrcDataSource>\
             <GeometryType>wkbPoint</GeometryType><GeometryField encoding=\"PointFromColumns\" x=\"lon\" y=\"lat\"/>\
             </OGRVRTLayer></OGRVRTDataSource>"
        );
        fs::write(&disguised, text).unwrap();
        for form in [&["inspect"][..], &["inspect", "--json"]] {
            let arguments: Vec<&str> = form.iter().copied().chain([disguised.to_str().unwrap()]).collect();
            let output = self.run(&arguments);
            assert!(!output.status.success(), "a description that leads elsewhere was followed");
            said.push((format!("corredor {}: stdout", arguments.join(" ")), output.stdout));
            said.push((format!("corredor {}: stderr", arguments.join(" ")), output.stderr));
        }
    }

    /// Takes the first run of every edition away.
    pub fn withdraw(&self, said: &mut Said, editions: &[&str]) {
        for edition in editions {
            let root = self.folder().join("published").join(edition);
            let mut runs: Vec<String> = fs::read_dir(root.join("runs"))
                .unwrap()
                .map(|run| run.unwrap().file_name().to_string_lossy().into_owned())
                .collect();
            runs.sort();
            let choice: Vec<&str> = if edition.is_empty() { Vec::new() } else { vec!["--edition", edition] };
            for arguments in [
                vec!["withdraw", "--above", "public", "--leave-none", "--dry-run"],
                vec!["withdraw", "--above", "public", "--leave-none", "--dry-run", "--json"],
                vec!["withdraw", &runs[0], "--dry-run", "--lang", "es"],
                vec!["withdraw", &runs[0], "--json"],
            ] {
                let arguments: Vec<&str> = arguments.into_iter().chain(choice.iter().copied()).collect();
                assert!(self.say(said, &arguments), "{arguments:?}");
            }
            assert!(!root.join("runs").join(&runs[0]).exists(), "{} stands", runs[0]);
        }
    }

    /// All that stands in a database, by its schemas.
    pub fn dump(&self, server: &Server, said: &mut Said) {
        let schemas = server.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'corredor%'");
        assert!(!schemas.is_empty(), "nothing was published to the database");
        for schema in schemas.lines() {
            let output = server.dump(schema).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            said.push((format!("postgis {schema}"), output.stdout));
        }
    }

    /// Runs a command whose output is for others, and keeps it.
    pub fn say(&self, said: &mut Said, arguments: &[&str]) -> bool {
        let output = self.run(arguments);
        let name = format!("corredor {}", arguments.join(" "));
        said.push((format!("{name}: stdout"), output.stdout));
        // Where it is a log, or lines for a program: a person reads what is wrong on a terminal of their own, and `plan`,
        // `check` and `inspect` speak of files to the person who keeps the workspace.
        if arguments.contains(&"--log") || arguments.contains(&"--json") {
            said.push((format!("{name}: stderr"), output.stderr));
        }
        output.status.success()
    }

    /// All commands that read what was published.
    pub fn read_back(&self, said: &mut Said) {
        let out = self.root().join("out");
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(&out).unwrap();
        let path = |name: &str| out.join(name).to_string_lossy().into_owned();
        let page = self.root().join("page");
        fs::create_dir_all(&page).unwrap();
        fs::write(page.join("page.js"), "start()").unwrap();
        fs::write(page.join("page.css"), "body{}").unwrap();
        let page = page.to_string_lossy().into_owned();
        for lang in ["es", "en"] {
            for arguments in [
                vec!["runs"],
                vec!["runs", "--json"],
                vec!["status"],
                vec!["status", "--json"],
                vec!["status", "--nagios"],
                vec!["verify"],
                vec!["verify", "--json"],
                vec!["diff"],
                vec!["diff", "--json"],
                vec!["diff", "-o", &path(&format!("diff-{lang}"))],
                vec!["compare", "previous", "current", "--out", &path(&format!("compare-{lang}.csv"))],
                vec!["trends"],
                vec!["trends", "--json"],
                vec!["classes", "hotspots"],
                vec!["ficha", "01", "--out", &path(&format!("ficha-{lang}.html"))],
                vec!["queries"],
                vec!["check", "--json"],
                vec!["audit"],
                vec!["audit", "--json"],
            ] {
                let arguments: Vec<&str> = arguments.into_iter().chain(["--lang", lang]).collect();
                self.say(said, &arguments);
            }
        }
        // Slower, and the same for both languages but for words.
        for arguments in [
            vec!["render", "hotspots", "--out", &path("hotspots.svg")],
            vec!["render", "gaps", "--out", &path("gaps.pdf"), "--lang", "es"],
            vec!["render", "hotspots", "--out", &path("hotspots.png")],
            vec!["view", "--page", &page, "--out", &path("map")],
            vec!["view", "--page", &page, "--single", "--out", &path("map.html"), "--lang", "es"],
        ] {
            self.say(said, &arguments);
        }
        #[cfg(feature = "sql")]
        self.ask(said, &out);
        for file in look::files(&out) {
            said.push((file.display().to_string(), fs::read(&file).unwrap()));
        }
    }

    /// Asks for what may not be seen, in SQL, without a level stated.
    #[cfg(feature = "sql")]
    fn ask(&self, said: &mut Said, out: &std::path::Path) {
        let sources = self.folder().join("data").display().to_string();
        let questions = [
            "SELECT * FROM hotspots".to_owned(),
            "SELECT * FROM hotspots@previous".to_owned(),
            "SELECT * FROM shelters".to_owned(),
            "SELECT count(*) FROM incidents".to_owned(),
            "SELECT * FROM complaints".to_owned(),
            "SELECT * FROM zone_coverage".to_owned(),
            format!("SELECT * FROM '{sources}/zzrsites.csv'"),
            "SELECT * FROM '.corredor/history.parquet'".to_owned(),
            "SELECT * FROM 'hotspots@x/../../../data/zzrsites.csv'".to_owned(),
            "SELECT nearest_km(lon, lat, 'shelters') FROM zones".to_owned(),
        ];
        for (n, question) in questions.iter().enumerate() {
            self.say(said, &["query", "-e", question, "--format", "csv", "--log", "json"]);
            self.say(
                said,
                &["query", "-e", question, "--format", if n % 2 == 0 { "json" } else { "geojson" }],
            );
            let file = out.join(format!("answer-{n}.csv"));
            self.say(said, &["query", "-e", question, "--out", &file.to_string_lossy()]);
        }
        // What Corredor keeps for itself: a few of each folder.
        let mut of_folder = std::collections::BTreeMap::new();
        for file in look::files(&self.folder().join(".corredor")) {
            let number = of_folder.entry(file.parent().map(std::path::Path::to_owned)).or_insert(0);
            *number += 1;
            if *number > 3 {
                continue;
            }
            let question = format!("SELECT * FROM '{}'", file.display());
            self.say(said, &["query", "-e", &question, "--format", "csv"]);
        }
    }

    /// All that was written for others to read: what was published, and what those got who are told.
    pub fn written(&self, ear: &Ear) -> Said {
        let mut said: Said = look::files(&self.folder().join("published"))
            .into_iter()
            .map(|file| {
                let name = file.strip_prefix(self.folder()).unwrap().display().to_string();
                // Names of files and folders are read too.
                let mut bytes = format!("{name}\n").into_bytes();
                bytes.extend(fs::read(&file).unwrap());
                (name, bytes)
            })
            .collect();
        for name in ["told-failure.json", "told-hotspots.json", "told.prom"] {
            let path = self.root().join(name);
            if path.is_file() {
                said.push((name.to_owned(), fs::read(path).unwrap()));
            }
        }
        said.push(("webhook".to_owned(), ear.heard()));
        // Its owner's alone, but for the status.
        for file in look::files(&self.folder().join(".corredor")) {
            let name = file.strip_prefix(self.folder()).unwrap().display().to_string();
            let bytes = [name.as_bytes(), b"\n", &fs::read(&file).unwrap()].concat();
            said.push((name, bytes));
        }
        said
    }
}
