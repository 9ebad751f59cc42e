//! The smallest workspace of the README, as it stands there.

use super::{ZONES, fixtures, has, put};

/// The first two of the zones.
fn two_zones() -> String {
    let lines: Vec<&str> = ZONES.lines().collect();
    [lines[0], lines[1], lines[2].trim_end_matches(','), lines[5]].join("\n")
}

#[test]
fn the_smallest_workspace_of_the_readme_builds() {
    let readme = std::fs::read_to_string(fixtures::top().join("README.md")).unwrap();
    let section = readme.split("### The smallest workspace").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut files = 0;
    // Each file is a line with its name, and a block.
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) else { continue };
        let block = lines.by_ref().skip_while(|line| !line.starts_with("```")).skip(1);
        let text: Vec<&str> = block.take_while(|line| !line.starts_with("```")).collect();
        put(dir.path(), name, text.join("\n") + "\n");
        files += 1;
    }
    assert_eq!(files, 5);
    put(dir.path(), "data/zones.geojson", two_zones());
    let told = fixtures::told(dir.path(), &["check", "--strict"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let told = fixtures::told(dir.path(), &["build", "--strict"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let published = std::fs::read_to_string(dir.path().join("published/current/risk.csv")).unwrap();
    has(&published, &["01001", "01002"]);
}
