//! What `[protect]` may lower, as a table: the rules that the definitions of the steps state.
//!
//! A step that is added has no rule until its definition states one: nothing is allowed by default.

use crate::workspace::config::{Role, Rule, StepKind, Why};

/// The rules as a table in Markdown.
pub(crate) fn table() -> String {
    let role_words = |role: Role| match role {
        Role::Zones => "zones",
        Role::Table => "table",
        Role::Routes => "routes",
        Role::Stretches => "stretches",
        Role::Lixels => "lixels",
        Role::Places => "zones",
        Role::Sites => "sites",
        Role::Points => "points",
    };
    let mut text = String::from("| step | above the new level | lowered |\n|---|---|---|\n");
    let outputs = StepKind::ALL.into_iter().flat_map(|kind| kind.definition().outputs);
    for output in outputs {
        let mut rows: Vec<(Rule, Vec<&str>)> = Vec::new();
        if output.rules.is_empty() {
            rows.push((Rule::Never(Why::Source), vec!["itself"]));
        }
        for &(role, rule) in output.rules {
            match rows.iter_mut().find(|(known, _)| *known == rule) {
                Some((_, roles)) => roles.push(role_words(role)),
                None => rows.push((rule, vec![role_words(role)])),
            }
        }
        for (rule, roles) in rows {
            text.push_str(&format!(
                "| {} | {} | {} |
",
                output.name,
                roles.join(", "),
                rule.words()
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::workspace::config::{LayerFile, Output};

    /// Every step, with every output and every layer that it may use.
    const STEPS: [&str; 22] = [
        "[read]\npath = 'a.csv'\ngeometry = 'none'\nkey = 'k'",
        "[score]\nzones = 'z'\ntable = 't'\nrecipe = 'r'\nversion = '1'\nindicator = []",
        "[composite]\nzones = 'z'\ntable = 't'\nrecipe = 'r'\nlike = 'l'",
        "[crosswalk]\ntable = 't'\nzones = 'z'\nlinks = 'l'\nold_zones = 'o'",
        "[difference]\nzones = 'z'\ntable = 't'\na = 'a'\na_se = 'a'\nb = 'b'\nb_se = 'b'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'stretches'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'zones'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'routes'",
        "[corridor]\nroutes = 'r'\nzones = 'z'\nwidth_km = 1\npeople = 'p'\noutput = 'zones'",
        "[corridor]\nroutes = 'r'\nzones = 'z'\nwidth_km = 1\noutput = 'corridors'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'zones'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'stretches'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'gaps'",
        "[lixels]\nroutes = 'r'\nzones = 'z'\ncarry = [{ layer = 't', fields = [] }]",
        "[counts]\npoints = 'p'\nzones = 'z'",
        "[rates]\nlixels = 'l'\npoints = 'p'",
        "[zonal]\nlixels = 'l'\nzones = 'z'",
        "[hotspot]\nzones = 'z'",
        "[priority]\nzones = 'z'\ncomponent = [{ layer = 'a', field = 'f' }]\ncarry = [{ layer = 'b', fields = [] }]",
        "[rollup]\nzones = 'z'\nby = { prefix = 2 }",
        "[rollup]\nzones = 'z'\nby = { table = 't', field = 'f' }",
        "[rollup]\nzones = 'z'\nby = { prefix = 0 }",
    ];

    #[test]
    fn every_layer_that_a_step_uses_has_its_rule() {
        let mut kinds = BTreeSet::new();
        let mut made = BTreeSet::new();
        for text in STEPS {
            let file: LayerFile = toml::from_str(text).unwrap();
            let step = file.step().unwrap();
            let output = step.output();
            kinds.insert(step.kind().name());
            made.insert(output.name);
            let named: Vec<Role> = step.kind().definition().references.iter().map(|r| r.role).collect();
            for input in step.inputs() {
                assert!(named.contains(&input.role), "{}: {:?}", output.name, input.role);
                assert!(
                    output.rules.iter().any(|(role, _)| *role == input.role),
                    "{}: {:?}",
                    output.name,
                    input.role
                );
                // Rows that come along are lowered by nothing.
                let never = matches!(output.rule(input.role), Rule::Never(_));
                assert!(never || !input.rows, "{} lets rows of {:?} pass", output.name, input.role);
            }
        }
        assert_eq!(kinds.len(), StepKind::ALL.len());
        assert!(outputs().all(|output| made.contains(output.name)));
    }

    fn outputs() -> impl Iterator<Item = &'static Output> {
        StepKind::ALL.into_iter().flat_map(|kind| kind.definition().outputs)
    }

    #[test]
    fn only_four_steps_lower_anything() {
        let lowers = |output: &&Output| output.rules.iter().any(|(_, rule)| !matches!(rule, Rule::Never(_)));
        let lowering: Vec<&str> = outputs().filter(lowers).map(|output| output.name).collect();
        let coverage = ["coverage, zones", "coverage, stretches", "coverage, gaps"];
        assert_eq!(lowering, [&coverage[..], &["counts", "rates", "rollup"]].concat());
    }

    /// What guards displaced sites knows the step `[coverage]` by name: a second step that measures to sites would hand out
    /// true distances through layers derived from it. Key these on [`Role::Sites`] before there is one: `Judge::distances` and
    /// `coverage_of` in `lowering.rs`, `check/hiding.rs`, `workspace/seen.rs`, `build/audit.rs`.
    #[test]
    fn only_coverage_measures_to_sites() {
        let measures = |kind: &StepKind| kind.definition().references.iter().any(|r| r.role == Role::Sites);
        let measuring: Vec<StepKind> = StepKind::ALL.into_iter().filter(measures).collect();
        assert_eq!(measuring, [StepKind::Coverage]);
    }

    #[test]
    fn what_has_no_rule_is_never_lowered() {
        let read = StepKind::Read.definition().outputs[0].rule(Role::Points);
        assert!(matches!(read, Rule::Never(_)));
    }
}
