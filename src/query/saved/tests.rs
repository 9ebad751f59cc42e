use std::path::Path;

use super::*;

const HEAD: &str =
    "-- [query]\n-- title = { es = \"t\", en = \"t\" }\n-- description = { es = \"d\", en = \"d\" }\n";

fn problems(text: &str) -> Vec<String> {
    match SavedQuery::read("q", Path::new("queries/q.sql"), text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(Problem::one_line).collect(),
    }
}

fn query(parameters: &str, sql: &str) -> Result<SavedQuery, Vec<Problem>> {
    SavedQuery::read("q", Path::new("queries/q.sql"), &format!("{HEAD}{parameters}{sql}"))
}

/// A parameter's section, with the lines that matter.
fn section(name: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("-- {line}\n")).collect();
    format!("-- [param.{name}]\n-- description = {{ es = \"d\", en = \"d\" }}\n{lines}")
}

#[test]
fn a_query_with_parameters_is_read() {
    let parameters = section("km", &["type = \"number\"", "default = 30", "min = 0", "max = 500.5"])
        + &section("since", &["type = \"run\"", "default = \"previous\""])
        + &section("day", &["type = \"date\"", "min = \"2020-01-01\""]);
    let query = query(&parameters, "SELECT $km, $day FROM hotspots@$since").unwrap();
    let names: Vec<&str> = query.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["day", "km", "since"]);
    let stated = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let values = query.values(&stated(&[("day", "2021-05-06"), ("km", "1"), ("km", "2")])).unwrap();
    let shown: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(shown, ["day=2021-05-06", "km=2", "since=previous"]);
    for (pairs, message, help) in [
        (
            &[][..],
            "query `q` needs `--day` (date at least 2020-01-01)",
            Some("see `corredor query q --help`"),
        ),
        (&[("kn", "1")][..], "query `q` has no parameter `kn`", Some("did you mean `km`?")),
        (
            &[("day", "2020-01-01"), ("km", "x\n'")][..],
            "query `q`: `--km` needs a finite number, such as 12.5, not `x '`",
            None,
        ),
        (
            &[("day", "2019-12-31")][..],
            "query `q`: `--day` must be at least 2020-01-01, not `2019-12-31`",
            None,
        ),
    ] {
        let error = query.values(&stated(pairs)).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.help().as_deref()), (message, help));
    }
}

#[test]
fn faults_are_told_with_their_place() {
    for (text, expected) in [
        (
            "-- [query]\nSELECT 1",
            "queries/q.sql:1:4: `query` lacks `title`; add `title = { en = ..., es = ... }`",
        ),
        (
            "-- [query]\n-- titel = 1\nSELECT 1",
            "queries/q.sql:2:4: `query` has no `titel`; did you mean `title`?",
        ),
        ("-- [query\nSELECT 1", "queries/q.sql:1:10: not valid TOML: unclosed table, expected `]`"),
    ] {
        let found = problems(text);
        assert!(found.iter().any(|line| line == expected), "{text}: {found:#?}");
    }
    for (lines, sql, expected) in [
        (&["type = \"numbr\""][..], "SELECT $p", "6:11: `type` cannot be \"numbr\"; did you mean `number`?"),
        (&["type = \"number\"", "default = \"x\""], "SELECT $p", "7:14: x is no value of type number"),
        (&["type = \"text\"", "default = 1"], "SELECT $p", "7:14: 1 is no value of type text, in quotes"),
        (
            &["type = \"text\"", "min = 1"],
            "SELECT $p",
            "7:10: `min` is for integers, numbers and dates, not text; use `allowed` to list its values",
        ),
        (&["type = \"integer\"", "min = 2", "max = 1"], "SELECT $p", "7:10: `min` 2 is above `max` 1"),
        (
            &["type = \"integer\"", "default = 3", "max = 1"],
            "SELECT $p",
            "7:14: the default 3 must be at most 1",
        ),
        (
            &["type = \"text\"", "default = \"c\"", "allowed = [\"a\", \"b\"]"],
            "SELECT $p",
            "7:14: the default c is none of its values; they are: `a`, `b`",
        ),
        (&["type = \"text\"", "allowed = []"], "SELECT $p", "7:14: `allowed` lists no value; leave it out"),
        (
            &["type = \"text\""],
            "SELECT 1",
            "4:11: the SQL does not use parameter `p`; use $p in the SQL, or leave it out",
        ),
        (
            &["type = \"text\""],
            "SELECT '$p', $q",
            "7:14: the header declares no parameter `q`; the parameters are: `p`",
        ),
        (&["type = \"text\""], "SELECT $p, 'x", "7:12: nothing closes this quote or comment"),
        (
            &["type = \"run\""],
            "SELECT $p",
            "7:8: `p` is of type run, which cannot stand here; write layer@$name for a past run of a layer, and $name for a value",
        ),
        (
            &["type = \"text\""],
            "FROM a@$p",
            "7:6: `p` is of type text, which cannot stand here; write layer@$name for a past run of a layer, and $name for a value",
        ),
    ] {
        let found: Vec<String> = query(&section("p", lines), sql)
            .err()
            .into_iter()
            .flatten()
            .map(|problem| problem.one_line())
            .collect();
        let expected = format!("queries/q.sql:{expected}");
        assert!(found.contains(&expected), "{expected}\n{found:#?}");
    }
    for name in ["format", "Km", "\"a b\"", "\"\""] {
        assert!(query(&section(name, &["type = \"text\""]), "SELECT 1").is_err(), "{name}");
    }
}

#[test]
fn the_queries_that_ship_are_in_order_and_their_layers_are_there() {
    use crate::workspace::template::Template;

    for template in Template::ALL {
        let paths: Vec<&str> = template.files().iter().map(|(path, _)| *path).collect();
        for (path, text) in template.files().iter().filter(|(path, _)| path.starts_with("queries/")) {
            let query = SavedQuery::read("q", Path::new(path), text).unwrap_or_else(|problems| {
                panic!("{:#?}", problems.iter().map(Problem::one_line).collect::<Vec<_>>())
            });
            assert!(!query.layers.is_empty(), "{path}");
            for layer in &query.layers {
                assert!(paths.contains(&&*format!("layers/{layer}.toml")), "{template}: {path}: {layer}");
            }
            let all_have_defaults = query.parameters.iter().all(|parameter| parameter.default.is_some());
            assert!(all_have_defaults, "{path} can be run as it stands");
        }
    }
}
