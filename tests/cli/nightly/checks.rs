//! `[check]`: what fails stops publication and leaves what stands.

use super::ground::{self, Ground};

/// The hotspots with a `[check]`.
fn checked(check: &str) -> Ground {
    let ground = Ground::new();
    let hotspots = ground.text("layers/hotspots.toml");
    ground.put("layers/hotspots.toml", &format!("{hotspots}{check}"));
    ground
}

#[test]
fn all_failures_at_once_and_current_stays() {
    let ground = checked(
        "[check]\nunique = [\"name\"]\nnot_null = [\"risk\"]\nrange = [{ field = \"risk\", min = 0, max = 1 }]\n\
         rows = { min = 16, change_pct = 0 }\ncoverage = { zones = \"zones\", field = \"risk\" }\n\
         total = [{ field = \"incidents\", layer = \"states\" }]\naccepted = [{ field = \"gi_bin\", values = [\"-3\", \"-2\", \"-1\", \"0\", \"1\", \"2\", \"3\"] }]\n\
         change = [{ field = \"risk\", max = 0.2 }]\n",
    );
    let output = ground.run(&["build"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && told.contains("is not compared with the run before"), "{told}");
    let current = ground.current();
    // One zone leaps by 0.3, one has no indicator any more.
    ground.put("data/table.csv", &ground::table(60).replace("22,60,68\n", ""));
    insta::assert_snapshot!(without_times(&ground.told(&["build", "--quiet"])));
    assert_eq!(ground.current(), current);
    // It is as wrong the next night, and right again when the source is.
    assert!(ground.told(&["build", "--quiet"]).starts_with("exit 1"));
    ground.put("data/table.csv", &ground::table(0));
    assert!(ground.told(&["build", "--quiet"]).starts_with("exit 0"));
    assert_eq!(ground.current(), current);
}

#[test]
fn checks_that_cannot_be() {
    let ground = checked(
        "[check]\nnot_null = [\"rsik\"]\nrange = [{ field = \"risk\" }]\nrows = {}\ncoverage = { zones = \"zonse\" }\n\
         total = [{ field = \"incidents\" }]\n",
    );
    insta::assert_snapshot!(ground.told(&["check"]));
}

#[test]
fn a_check_is_no_reason_to_build() {
    let ground = Ground::new();
    ground.build(&[]);
    let hotspots = ground.text("layers/hotspots.toml");
    ground.put("layers/hotspots.toml", &format!("{hotspots}[check]\nnot_null = [\"risk\"]\n"));
    assert!(ground.build(&[]).is_empty());
}

/// What was told but for the lines of progress, which carry times.
fn without_times(told: &str) -> String {
    told.lines().filter(|line| !line.ends_with(" s")).collect::<Vec<_>>().join("\n")
}
