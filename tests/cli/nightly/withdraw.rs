//! Runs of a wider level: they stand apart, nothing is compared across, and they go for good.

use std::fs;

use corredor::build::BuildError;
use corredor::publish::{PublishError, Shelf};
use corredor::view::kept;
use corredor::workspace::Workspace;

use super::ground::{Ground, tree};

const FIRST: i64 = 1_764_547_200;
const NIGHT: i64 = 86_400;

/// A workspace that publishes a layer to partners, and a night later wants to publish to anyone.
fn lowered() -> (Ground, String) {
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    ground.put("corredor.toml", &format!("{main}[publish]\nlevel = \"restricted\"\n"));
    ground.put("data/secret.csv", "id,lon,lat\nS1,0.5,0.5\n");
    ground.put(
        "layers/secret.toml",
        "title = { es = \"Refugios\", en = \"Refuges\" }\npublish = true\nlevel = \"restricted\"\n[read]\npath = \"secret.csv\"\n\
         geometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n",
    );
    let wide = ground.publish_at(FIRST).run.unwrap();
    ground.edit("layers/secret.toml", "publish = true", "publish = false");
    ground.edit("corredor.toml", "level = \"restricted\"", "level = \"public\"");
    (ground, wide)
}

#[test]
fn nothing_is_published_beside_a_run_of_a_wider_level() {
    let (ground, wide) = lowered();
    let before = tree(&ground.path("published"));
    let error = ground.try_publish_at(FIRST + NIGHT).unwrap_err();
    assert!(
        matches!(&error, BuildError::Publish(PublishError::Wider { runs, .. }) if runs.len() == 1),
        "{error}"
    );
    assert!(error.help().unwrap().contains("corredor withdraw --above public"), "{:?}", error.help());
    assert_eq!(tree(&ground.path("published")), before, "what stood stands");
    // What would go is told first, and the last run goes only where that is said.
    let told = ground.told(&["withdraw", "--above", "public"]);
    assert!(told.starts_with("exit 1") && told.contains("--leave-none"), "{told}");
    let dry = ground.run(&["withdraw", "--above", "public", "--leave-none", "--dry-run"]);
    let dry = String::from_utf8(dry.stdout).unwrap();
    assert!(dry.starts_with(&format!("Would go: {wide} (restricted, ")), "{dry}");
    assert!(dry.contains("History: 16 rows"), "{dry}");
    assert_eq!(tree(&ground.path("published")), before);
    let gone = ground.run(&["withdraw", "--above", "public", "--leave-none"]);
    assert!(String::from_utf8(gone.stdout).unwrap().contains("Nothing is published now."));
    assert!(tree(&ground.path("published")).is_empty(), "{:?}", tree(&ground.path("published")).keys());
    let kept = tree(&ground.path(".corredor"));
    assert!(!kept.keys().any(|path| path.to_string_lossy().contains(&wide)), "{:?}", kept.keys());
    // The first run for anyone tells no change since a run that others saw.
    let outcome = ground.publish_at(FIRST + NIGHT);
    assert!(outcome.diff.is_none());
    let published = tree(&ground.path("published"));
    let holds = |text: &str| {
        published
            .iter()
            .find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(text))
            .map(|(path, _)| path)
    };
    assert_eq!(holds(&wide), None);
    assert!(!ground.path("published/current/changes.json").exists());
}

#[test]
fn no_door_shows_a_run_of_a_wider_level() {
    let (ground, wide) = lowered();
    // The partners' run becomes an earlier one of a publication for anyone.
    let aside = ground.path("aside");
    fs::rename(ground.path("published"), &aside).unwrap();
    let public = ground.publish_at(FIRST + NIGHT).run.unwrap();
    let folder = ground.path(&format!("published/runs/{wide}"));
    fs::rename(aside.join("runs").join(&wide), &folder).unwrap();
    let shelf = Shelf::of(ground.root(), &Workspace::settings(ground.root()).unwrap(), None).unwrap();
    let page = kept(&shelf).unwrap();
    let drawn: Vec<&str> = page.runs.iter().map(|run| run.name()).collect();
    assert_eq!(drawn, [public.as_str()]);
    assert_eq!(page.wider[0].run, wide);
    for arguments in [
        ["diff", wide.as_str(), "current"].as_slice(),
        &["diff", "current", &wide],
        &["rollback", &wide],
        &["compare", &folder.to_string_lossy(), "--layer", "hotspots"],
        &["ficha", "00", "--published", &folder.to_string_lossy()],
        &["classes", "hotspots", "--published", &folder.to_string_lossy()],
    ] {
        let output = ground.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}: {told}");
        assert!(told.contains("is for restricted"), "{arguments:?}: {told}");
    }
    assert_eq!(ground.current(), public);
    // Current though it is: nothing is drawn of it.
    fs::remove_file(ground.path("published/current")).unwrap();
    std::os::unix::fs::symlink(format!("runs/{wide}"), ground.path("published/current")).unwrap();
    let picture = ground.path("x.svg");
    let told = ground.told(&["render", "secret", "--out", &picture.to_string_lossy()]);
    assert!(told.starts_with("exit 1") && told.contains("is for restricted"), "{told}");
    assert!(!picture.exists());
    // The run for anyone takes its place.
    let gone = ground.run(&["withdraw", "--above", "public"]);
    let text = String::from_utf8(gone.stdout).unwrap();
    assert!(text.contains(&format!("Current now: {public}")), "{text}");
    assert_eq!(ground.current(), public);
    assert!(!folder.exists());
}

#[test]
fn what_is_withdrawn_does_not_come_again_by_itself() {
    let ground = Ground::new();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/table.csv", &super::ground::table(5));
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    let told = ground.told(&["withdraw", &second]);
    assert!(told.starts_with("exit 0"), "{told}");
    assert_eq!(ground.current(), first);
    let outcome = ground.publish_at(FIRST + 2 * NIGHT);
    assert_eq!((outcome.withdrawn, outcome.run), (Some(second), None));
    let told = ground.told(&["withdraw", "1999"]);
    assert!(told.starts_with("exit 1") && told.contains("there is no run `1999`"), "{told}");
    let told = ground.told(&["withdraw"]);
    assert!(told.starts_with("exit 2"), "{told}");
}
