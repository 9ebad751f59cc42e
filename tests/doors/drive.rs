//! Drives every door of a workspace, and keeps what came out.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::ground::Ground;
use crate::look;

/// What came out of doors that lead out of the workspace: where, and the bytes.
pub type Said = Vec<(String, Vec<u8>)>;

/// A web address on this machine that takes whatever is posted.
pub struct Ear {
    pub address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Ear {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(std::time::Duration::from_millis(300)));
                let mut block = [0; 4096];
                while let Ok(n @ 1..) = stream.read(&mut block) {
                    keep.lock().unwrap().extend_from_slice(&block[..n]);
                }
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Self { address, heard }
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
            for form in ["csv", "json", "geojson"] {
                self.say(said, &["query", "-e", question, "--format", form]);
                self.say(said, &["query", "-e", question, "--format", form, "--log", "json"]);
            }
            let file = out.join(format!("answer-{n}.csv"));
            self.say(said, &["query", "-e", question, "--out", &file.to_string_lossy()]);
        }
        for (file, _) in look::files(&self.folder().join(".corredor")).into_iter().zip(0..40) {
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
        let status = self.folder().join(".corredor/status.json");
        if status.is_file() {
            said.push((".corredor/status.json".to_owned(), fs::read(status).unwrap()));
        }
        said
    }
}
