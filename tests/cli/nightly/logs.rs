//! `--log`: what a build writes into the log, in each form.

use std::process::Output;

use serde_json::Value;

use super::ground::Ground;

/// The log, each line of which must be an event.
fn events(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).map_err(|error| format!("{error} in {line}")).unwrap();
        let timestamp = event["timestamp"].as_str().unwrap();
        assert!(timestamp.ends_with('Z') && timestamp.parse::<jiff::Timestamp>().is_ok(), "{line}");
        assert!(["INFO", "WARN", "ERROR"].contains(&event["level"].as_str().unwrap()), "{line}");
        assert!(event["target"].as_str().unwrap().starts_with("corredor"), "{line}");
        assert!(!event["fields"]["message"].as_str().unwrap().is_empty(), "{line}");
        event
    };
    text.lines().map(event).collect()
}

/// Those of a message.
fn said<'a>(events: &'a [Value], message: &str) -> Vec<&'a Value> {
    let fields = events.iter().map(|event| &event["fields"]);
    fields.filter(|fields| fields["message"] == message).collect()
}

/// A cell of text where a number belongs.
const BAD: &str = "code,poor,far\n00,much,1\n";

#[test]
fn a_build_as_json_lines() {
    let ground = Ground::new();
    let output = ground.run(&["build", "--log", "json"]);
    assert!(output.status.success());
    let log = events(&output);
    assert!(log.iter().all(|event| event["target"] == "corredor::build"));
    assert_eq!(said(&log, "begin").len(), 14);
    let done = said(&log, "done");
    let gi = done.iter().find(|fields| fields["layer"] == "gi").unwrap();
    assert_eq!((&gi["step"], &gi["features"], &gi["reused"]), (&"hotspot".into(), &16.into(), &false.into()));
    assert!(gi["seconds"].is_f64());
    assert!(said(&log, "publishing")[0]["layers"].is_u64());
    let published = said(&log, "published");
    assert_eq!((published.len(), published[0]["run"].as_str()), (1, Some(&*ground.current())));
    assert!(published[0].get("hotspots_entered").is_none(), "there is no run before");
    // Results are for people still.
    assert!(String::from_utf8(output.stdout).unwrap().contains("Open in QGIS:"));

    assert_eq!(said(&events(&ground.run(&["build", "--log", "json"])), "unchanged").len(), 1);
    let again = events(&ground.run(&["build", "--log", "json", "--force"]));
    assert_eq!(said(&again, "published")[0]["hotspots_entered"], 0);
    let part = events(&ground.run(&["build", "--log", "json", "--force", "gi"]));
    assert_eq!(said(&part, "built, nothing published").len(), 1);
    // A person reads the log without it, too, and -v does not say things twice.
    assert!(!ground.told(&["build", "--force", "-v"]).contains("corredor::build"));
}

#[test]
fn results_as_json_beside_the_log() {
    let ground = Ground::new();
    let output = ground.run(&["build", "--json", "--log", "json"]);
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said(&events(&output), "published")[0]["run"], outcome["run"]);
    // Without a form, events are as they were.
    let output = ground.run(&["build", "--json", "--force"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.lines().count() > 14);
    for line in text.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["event"].is_string(), "{line}");
    }
}

#[test]
fn a_failing_build_logs_its_error() {
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    ground.put("corredor.toml", &format!("{main}[operate]\non_failure = {{ command = [\"false\"] }}\n"));
    ground.put("data/table.csv", BAD);
    let output = ground.run(&["build", "--log", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let log = events(&output);
    let (last, before) = log.split_last().unwrap();
    assert_eq!((&last["level"], &last["target"]), (&"ERROR".into(), &"corredor::build".into()));
    assert!(last["fields"]["message"].as_str().unwrap().contains("much"), "{last}");
    assert_eq!(last["fields"]["exit_code"], 1);
    assert!(before.iter().all(|event| event["level"] != "ERROR"));
    // The call that failed is a warning.
    let warning = before.iter().find(|event| event["level"] == "WARN").unwrap();
    assert_eq!(warning["fields"]["message"], "false: exit status: 1 (tried twice)");
    assert_eq!(events(&ground.run(&["build", "--log", "json", "--quiet"])).len(), 1, "errors only");
}

#[test]
fn every_problem_of_a_workspace_is_an_event() {
    let ground = Ground::new();
    ground.edit("layers/gi.toml", "permutations = 99", "permutations = 50");
    ground.edit("layers/states.toml", "zones = \"hotspots\"", "zones = \"hotspot\"");
    let log = events(&ground.run(&["build", "--log", "json"]));
    assert!(log.iter().all(|event| event["level"] == "ERROR" && event["target"] == "corredor::build"));
    for file in ["layers/gi.toml:3:", "layers/states.toml:4:"] {
        let of_file = |event: &&Value| event["fields"]["message"].as_str().unwrap().contains(file);
        assert_eq!(log.iter().filter(of_file).count(), 1, "{file} in {log:?}");
    }
    // The same from a command that builds nothing.
    let log = events(&ground.run(&["check", "--log", "json"]));
    assert!(log.len() > 2 && log.iter().all(|event| event["target"] == "corredor"));
}

#[test]
fn warnings_about_a_layer_name_it() {
    let ground = Ground::new();
    ground.put("data/incidents.csv", "id,lon,lat\ni1,0.5,0.5\ni2,40.5,0.5\n");
    let log = events(&ground.run(&["build", "--log", "json", "--lang", "es"]));
    let warning = log.iter().find(|event| event["level"] == "WARN").unwrap();
    assert_eq!(warning["fields"]["layer"], "zone_incidents", "{warning}");
}

#[test]
fn off_says_nothing() {
    let ground = Ground::new();
    let output = ground.run(&["build", "--log", "off"]);
    assert!(output.status.success() && output.stderr.is_empty() && !output.stdout.is_empty());
    ground.put("data/table.csv", BAD);
    let output = ground.run(&["build", "--log", "off", "--json", "-vv"]);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(1), 0));
}

#[test]
fn lines_for_a_person_by_the_environment() {
    let ground = Ground::new();
    let output = ground.command(&["build"]).env("CORREDOR_LOG", "human").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    for line in text.lines() {
        let stamp = line.split(' ').next().unwrap();
        assert!(stamp.ends_with('Z') && stamp.parse::<jiff::Timestamp>().is_ok(), "{line}");
    }
    assert!(
        text.contains(" INFO corredor::build: done layer=\"gi\" step=\"hotspot\" features=16 "),
        "{text}"
    );
    // An option overrules the environment.
    let output = ground.command(&["build", "--log", "off"]).env("CORREDOR_LOG", "human").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn the_unit_logs_json_lines() {
    let unit = crate::fixtures::top().join("contrib/systemd/corredor.service");
    let text = std::fs::read_to_string(unit).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/corredor ")).unwrap();
    let output = Ground::new().run(&line.split(' ').collect::<Vec<_>>());
    assert!(output.status.success());
    assert_eq!(said(&events(&output), "published").len(), 1);
}
