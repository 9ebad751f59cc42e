//! Tokens for the servers of sources: sent to these alone, and written nowhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::ground::{self, Ground};
use super::sources::{Server, night, on_server};

const TOKEN: &str = "s3cr3t-T0k3n";

/// A workspace whose token stands in a file beside it.
fn with_file(server: &Server, how: &str) -> (Ground, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    fs::write(&path, format!("{TOKEN}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let secret = format!("[read.fetch.secret]\nfile = \"{}\"\n{how}", path.display());
    (on_server(server, &secret), dir)
}

/// Files of the workspace that hold the token.
fn holding(ground: &Ground) -> Vec<String> {
    let tree = ground::tree(ground.root());
    let holds = |bytes: &Vec<u8>| bytes.windows(TOKEN.len()).any(|found| found == TOKEN.as_bytes());
    tree.into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.display().to_string()).collect()
}

#[test]
fn a_token_is_sent_as_header_or_parameter_and_stands_nowhere() {
    for (how, sent) in [
        ("", format!("uthorization: Bearer {TOKEN}")),
        ("header = \"X-Key\"\n", format!("-key: {TOKEN}")),
        ("header = \"X-Key\"\nprefix = \"Token \"\n", format!(": Token {TOKEN}")),
        ("query = \"key\"\n", format!("&key={TOKEN}")),
    ] {
        let server = Server::new();
        server.serve(&ground::table(0), "\"one\"");
        server.set(|b| b.wants = Some(TOKEN.to_owned()));
        let (ground, _dir) = with_file(&server, how);
        night(&ground, 0).unwrap();
        let asked = server.asked().concat();
        assert!(asked.to_lowercase().contains(&sent.to_lowercase()), "{how}: {asked}");
        // It fails and tells so, and the server sends back what it was asked with.
        server.set(|b| b.location = Some(format!("https://127.0.0.1:1/{TOKEN}?key={TOKEN}")));
        let outcome = night(&ground, 1).unwrap();
        assert!(!outcome.stale[0].reason.contains(TOKEN), "{:?}", outcome.stale);
        for arguments in [&["build", "--force", "--json"][..], &["build", "--log", "json"], &["status"]] {
            let output = ground.run(arguments);
            for said in [output.stdout, output.stderr] {
                assert!(!String::from_utf8_lossy(&said).contains(TOKEN), "{arguments:?}");
            }
        }
        assert_eq!(holding(&ground), [""; 0], "{how}");
    }
}

#[test]
fn a_token_goes_to_no_other_server() {
    let (server, other) = (Server::new(), Server::new());
    server.serve(&ground::table(0), "\"one\"");
    other.serve(&ground::table(0), "\"one\"");
    for how in ["", "query = \"key\"\n"] {
        let (ground, _dir) = with_file(&server, how);
        server.set(|b| b.location = Some(format!("{}/table.csv", other.address)));
        night(&ground, 0).unwrap();
        assert!(server.asked().concat().contains(TOKEN) && !other.asked().concat().contains(TOKEN));
    }
}

#[test]
fn a_token_of_the_environment() {
    let server = Server::new();
    server.serve(&ground::table(0), "\"one\"");
    server.set(|b| b.wants = Some(format!("Bearer {TOKEN}")));
    let ground = on_server(&server, "[read.fetch.secret]\nenv = \"CORREDOR_TEST_TOKEN\"\n");
    let output = ground.command(&["build", "--quiet"]).env("CORREDOR_TEST_TOKEN", TOKEN).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(holding(&ground), [""; 0]);
    let output = ground.command(&["build"]).env("CORREDOR_TEST_TOKEN", "wrong-0ne").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("answered 401: it wants another secret") && !told.contains("wrong-0ne"), "{told}");
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 1") && told.contains("no variable `CORREDOR_TEST_TOKEN`"), "{told}");
}

#[test]
fn what_is_published_is_told_and_rolled_back_without_sources_and_secrets() {
    let server = Server::new();
    server.serve(&ground::table(0), "\"one\"");
    let (ground, dir) = with_file(&server, "");
    ground.build(&[]);
    let first = ground.current();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    ground.build(&[]);
    let second = ground.current();
    fs::remove_dir_all(dir.path()).unwrap();
    fs::remove_dir_all(ground.path("data")).unwrap();
    assert!(ground.told(&["build", "--quiet"]).starts_with("exit 1"));
    let status = ground.run(&["status"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains(&second), "{status:?}");
    assert_eq!(ground.told(&["runs"]).lines().next(), Some("exit 0"));
    assert_eq!(ground.told(&["rollback", &first]), "exit 0\n");
    assert_eq!(ground.current(), first);
    assert_eq!(ground.told(&["withdraw", &second]).lines().next(), Some("exit 0"));
}

#[test]
fn secrets_that_cannot_be() {
    let server = Server::new();
    let secret = "[read.fetch.secret]\nheader = \"X Y\"\nquery = \"key\"\n";
    let ground = on_server(&server, secret);
    let path = format!("{}/table.csv?night=1", server.address);
    ground.edit("layers/table.toml", &path, "http://data.example.org/table.csv");
    let text = ground.text("layers/zones.toml");
    let own = "[read.fetch.secret]\nenv = \"A\"\nfile = \"b\"\n";
    ground.put("layers/zones.toml", &(text.replace("zones.geojson", "PG:dbname=gis") + own));
    insta::assert_snapshot!(ground.told(&["check"]));
}
