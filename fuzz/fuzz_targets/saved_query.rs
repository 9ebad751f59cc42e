//! Headers of saved queries of any text: no panic, the same problems every time, places in the text; what is read
//! takes its own defaults, and statements are cut without losing or adding a byte.
#![no_main]

use std::path::Path;

use corredor::query::saved::{SavedQuery, statements};
use corredor::workspace::Problem;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    statements_are_of_the_text(text);
    let read = || SavedQuery::read("q", Path::new("queries/q.sql"), text);
    match read() {
        Ok(query) => {
            assert_eq!(query.sql, text);
            for parameter in &query.parameters {
                assert!(text.contains(&format!("${}", parameter.name)));
                let values = parameter.default.iter().chain(&parameter.allowed);
                for value in values.chain(&parameter.min).chain(&parameter.max) {
                    let shown = value.to_string();
                    let again = parameter.parse(&shown);
                    let listed = parameter.allowed.is_empty() || parameter.allowed.contains(value);
                    assert!(!listed || again.as_ref() == Ok(value), "{shown}: {again:?}");
                }
            }
            let stated: Vec<(String, String)> = query
                .parameters
                .iter()
                .filter(|parameter| parameter.default.is_none())
                .map(|parameter| (parameter.name.clone(), "'; --".to_owned()))
                .collect();
            if let Ok(values) = query.values(&stated) {
                assert_eq!(values.len(), query.parameters.len());
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            problems.iter().for_each(|problem| place_is_in_the_text(problem, text));
            let lines = |all: &[Problem]| all.iter().map(Problem::one_line).collect::<Vec<_>>();
            assert_eq!(lines(&problems), lines(&read().unwrap_err()));
        }
    }
});

fn place_is_in_the_text(problem: &Problem, text: &str) {
    let shown = problem.one_line();
    assert!(text.get(problem.span.clone()).is_some(), "{shown}");
    let line = text.split('\n').nth(problem.line - 1).unwrap();
    assert!((1..=line.chars().count() + 1).contains(&problem.column), "{shown}");
    assert!(!shown.contains('\n') && !problem.message.is_empty(), "{shown}");
}

fn statements_are_of_the_text(text: &str) {
    let (whole, rest) = statements(text);
    let mut from = 0;
    for statement in whole.iter().copied().chain(rest) {
        let at = statement.as_ptr() as usize - text.as_ptr() as usize;
        assert!(at >= from && at + statement.len() <= text.len());
        assert!(!statement.trim().is_empty());
        from = at + statement.len();
    }
    // A statement that was cut off is whole by itself.
    for statement in whole {
        let (again, left) = statements(statement);
        assert!(again.is_empty() && left == Some(statement), "{statement:?}");
    }
}
