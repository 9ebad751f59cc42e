//! What is current: the links that readers follow, who set them, and what is told and done where they are not as they
//! were set.

use std::fs;
use std::os::unix::fs::symlink;

use corredor::build::BuildError;
use corredor::publish::PublishError;

use super::editions::{assert_whole, current, one, two};
use super::faults::FIRST;
use super::ground::{self, Ground, table, tree};

const NIGHT: i64 = 86_400;

/// Two nights of two editions; both runs.
fn two_nights() -> (Ground, String, String) {
    let ground = two();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/table.csv", &table(5));
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    (ground, first, second)
}

fn relink(ground: &Ground, link: &str, to: &str) {
    let link = ground.path(link);
    fs::remove_file(&link).unwrap();
    symlink(to, link).unwrap();
}

/// What a command says, whatever it exits with.
fn said(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let output = ground.run(arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// How many links `status` finds at fault; builds of long ago are critical without any.
fn astray(ground: &Ground) -> usize {
    let (_, text) = said(ground, &["status", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    told["links"].as_array().unwrap().len()
}

#[test]
fn links_made_by_hand_are_told_and_set_anew() {
    let (ground, first, second) = two_nights();
    let cases = [
        ("published/public/current", format!("runs/{first}")),
        ("published/public/current", format!("../partners/runs/{second}")),
        ("published/partners/current", "../current/public".to_owned()),
        (&format!("published/sets/{second}/public"), format!("../../partners/runs/{second}")),
        (&format!("published/sets/{second}/partners"), format!("../../partners/runs/{first}")),
        ("published/current", format!("sets/{first}")),
        ("published/current", format!("public/runs/{second}")),
    ];
    assert_eq!(said(&ground, &["verify"]).0, Some(0));
    assert_eq!(astray(&ground), 0);
    for (link, to) in cases {
        relink(&ground, link, &to);
        let (code, text) = said(&ground, &["verify"]);
        assert_eq!(code, Some(1), "{link} to {to}: {text}");
        assert!(text.contains(link) && text.contains("corredor build"), "{link} to {to}: {text}");
        let (code, text) = said(&ground, &["verify", "--lang", "es"]);
        assert!(code == Some(1) && text.contains("lleva a"), "{text}");
        let (code, text) = said(&ground, &["status", "--nagios"]);
        assert_eq!(code, Some(2), "{link} to {to}: {text}");
        assert!(text.starts_with("CORREDOR CRITICAL") && text.contains(link), "{text}");
        // The next build sets it, though it has nothing else to do.
        assert!(ground.publish_at(FIRST + 2 * NIGHT).unchanged, "{link} to {to}");
        assert_whole(&ground, &format!("{link} to {to}"));
        assert_eq!(current(&ground, "public"), second, "{link} to {to}");
        assert_eq!(said(&ground, &["verify"]).0, Some(0));
        assert_eq!(astray(&ground), 0);
    }
}

#[test]
fn one_publication_has_its_link_set_too() {
    let ground = one();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/table.csv", &table(5));
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    // What partners had before, kept elsewhere by hand.
    fs::create_dir_all(ground.path("published/old")).unwrap();
    for to in [format!("runs/{first}"), "old".to_owned(), "runs/nothing".to_owned()] {
        relink(&ground, "published/current", &to);
        let (code, text) = said(&ground, &["verify"]);
        assert!(code == Some(1) && text.contains("published/current"), "{to}: {text}");
        assert_eq!(astray(&ground), 1, "{to}");
        assert!(ground.publish_at(FIRST + 2 * NIGHT).unchanged, "{to}");
        assert_eq!(ground.current(), second);
        assert_eq!(said(&ground, &["verify"]).0, Some(0));
    }
    // Going back is no fault.
    assert_eq!(said(&ground, &["rollback", &first]).0, Some(0));
    assert_eq!(said(&ground, &["verify"]).0, Some(0));
    assert_eq!(astray(&ground), 0);
    assert!(ground.publish_at(FIRST + 3 * NIGHT).withdrawn.is_some());
    assert_eq!(ground.current(), first);
}

#[test]
fn a_current_run_of_a_wider_level_is_told() {
    let ground = one();
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[publish]\nlevel = \"restricted\"\n");
    ground.publish_at(FIRST);
    assert_eq!(said(&ground, &["verify"]).0, Some(0));
    ground.edit("corredor.toml", "level = \"restricted\"", "level = \"public\"");
    for command in ["verify", "status"] {
        let (code, text) = said(&ground, &[command]);
        assert!(code != Some(0) && text.contains("restricted"), "{command}: {text}");
        assert!(text.contains("corredor withdraw --above public"), "{command}: {text}");
    }
}

#[test]
fn back_to_one_publication_nothing_of_a_wider_level_stays() {
    let ground = two();
    let run = ground.publish_at(FIRST).run.unwrap();
    let toml = ground.text("corredor.toml");
    let editions = toml.find("[publish.edition.public]").unwrap()..toml.find("[protect]").unwrap();
    ground.put("corredor.toml", &toml.replace(&toml[editions], ""));
    let before = tree(&ground.path("published"));
    let error = ground.try_publish_at(FIRST + NIGHT).unwrap_err();
    let BuildError::Publish(PublishError::Wider { runs, .. }) = &error else { panic!("{error}") };
    assert_eq!(runs.as_slice(), [(run.clone(), "restricted")]);
    assert_eq!(tree(&ground.path("published")), before);
    // What the message says is enough.
    let help = error.help().unwrap();
    assert!(help.contains("`corredor withdraw --above public`"), "{help}");
    let (code, text) = said(&ground, &["withdraw", "--above", "public"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains(&run), "{text}");
    assert!(ground::names(&ground.path("published/partners/runs")).is_empty());
    assert!(!ground::names(&ground.path("published/public/runs")).is_empty());
    assert!(ground.publish_at(FIRST + NIGHT).run.is_some());
    assert_eq!(said(&ground, &["verify"]).0, Some(0));
}

#[test]
fn one_command_takes_away_all_that_a_build_complains_about() {
    let ground = two();
    ground.edit("corredor.toml", "level = \"restricted\"", "level = \"confidential\"");
    let run = ground.publish_at(FIRST).run.unwrap();
    ground.edit("corredor.toml", "level = \"confidential\"", "level = \"restricted\"");
    let error = ground.try_publish_at(FIRST + NIGHT).unwrap_err();
    assert!(error.to_string().contains(&run), "{error}");
    let (code, text) = said(&ground, &["withdraw", "--above", "public", "--leave-none"]);
    assert_eq!(code, Some(0), "{text}");
    // What the public and partners may see stays.
    assert_eq!(ground::names(&ground.path("published/public/runs")), [run]);
    assert!(ground::names(&ground.path("published/partners/runs")).is_empty());
    ground.put("data/table.csv", &table(5));
    ground.publish_at(FIRST + NIGHT);
    assert_whole(&ground, "after what was too wide had gone");
}

#[test]
fn a_link_that_is_gone_takes_no_run_along() {
    let (ground, first, second) = two_nights();
    let runs = || ["public", "partners"].map(|e| ground::names(&ground.path(&format!("published/{e}/runs"))));
    let both = runs();
    let lose = || fs::remove_file(ground.path("published/current")).unwrap();
    lose();
    for command in [["verify"].as_slice(), &["status"], &["runs", "--edition", "public"], &["diff"]] {
        let (code, text) = said(&ground, command);
        if command[0] == "runs" {
            assert!(code == Some(0) && text.contains(&second), "{command:?}: {text}");
            continue;
        }
        assert_ne!(code, Some(0), "{command:?}");
        assert!(text.contains("the link published/current is gone"), "{command:?}: {text}");
        assert!(text.contains(&format!("corredor rollback {second}")), "{command:?}: {text}");
        assert!(!text.contains("withdraw"), "{command:?}: {text}");
    }
    for command in ["verify", "status"] {
        let (_, text) = said(&ground, &[command, "--lang", "es"]);
        assert!(text.contains("falta el enlace published/current"), "{text}");
        assert!(text.contains(&format!("corredor rollback {second}")), "{text}");
    }
    let (code, text) = said(&ground, &["rollback", &first]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(current(&ground, "partners"), first);
    assert_eq!(said(&ground, &["rollback", &second]).0, Some(0));
    // A build sets it too, and nothing of the editions is taken for a run of a wider level.
    lose();
    let outcome = ground.publish_at(FIRST + 2 * NIGHT);
    assert!(outcome.unchanged);
    assert_whole(&ground, "set anew");
    assert_eq!(runs(), both);
    // Where nothing is known of it either.
    lose();
    fs::remove_dir_all(ground.path(".corredor")).unwrap();
    ground.publish_at(FIRST + 3 * NIGHT);
    assert_whole(&ground, "published anew");
    assert!(runs().iter().zip(&both).all(|(now, before)| before.iter().all(|run| now.contains(run))));
}
