//! Warnings that somebody has looked at, as `[[acknowledge]]` of `corredor.toml` states them.

use super::{LayerReport, Note};
use crate::lang::Lang;
use crate::layer::{Finding, Severity};
use crate::workspace::config::Acknowledge;

/// Whether a finding of a layer is one that an acknowledgement speaks of.
fn matches(one: &Acknowledge, layer: &str, finding: &Finding) -> bool {
    one.layer.as_ref().is_none_or(|own| own == layer)
        && Lang::ALL.into_iter().any(|lang| finding.text(lang).contains(&one.text))
}

/// The warnings of a build, sorted by what has been acknowledged.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    /// How many are acknowledged.
    pub known: usize,
    /// The others.
    pub new: Vec<Note>,
    /// What to say of acknowledgements that match none.
    pub idle: Vec<Note>,
}

/// Sorts the warnings of layers.
pub(super) fn sort(all: &[Acknowledge], reports: &[LayerReport]) -> Sorted {
    let warnings: Vec<(&str, &Finding)> = reports
        .iter()
        .flat_map(|report| report.findings.iter().map(|finding| (report.layer.as_str(), finding)))
        .filter(|(_, finding)| finding.severity() == Severity::Warning)
        .collect();
    let is_known = |(layer, finding): &&(&str, &Finding)| all.iter().any(|one| matches(one, layer, finding));
    let is_idle = |one: &&Acknowledge| !warnings.iter().any(|(layer, finding)| matches(one, layer, finding));
    let new = |(layer, finding): &(&str, &Finding)| {
        Note::warning(
            format!("nuevo: `{layer}`: {}", finding.text(Lang::Es)),
            format!("new: `{layer}`: {}", finding.text(Lang::En)),
        )
        .of_source(layer)
    };
    let idle = |one: &Acknowledge| {
        let Acknowledge { text, layer, date, .. } = one;
        let of = layer.as_ref().map_or_else(String::new, |layer| format!(" (`{layer}`)"));
        Note::warning(
            format!("el aviso reconocido el {date}{of}, «{text}», ya no aparece: quítelo de corredor.toml"),
            format!(
                "the warning acknowledged on {date}{of}, \"{text}\", is not there any more: take it out of corredor.toml"
            ),
        )
    };
    Sorted {
        known: warnings.iter().filter(is_known).count(),
        new: warnings.iter().filter(|warning| !is_known(warning)).map(new).collect(),
        idle: all.iter().filter(is_idle).map(idle).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_text_and_layer() {
        let finding =
            |en: &str, warning| Finding::Statistic { es: "dos zonas".into(), en: en.into(), warning };
        let report = |layer: &str, findings| LayerReport {
            layer: layer.to_owned(),
            step: "read",
            viewer: None,
            features: 1,
            seconds: 0.0,
            published: false,
            reused: true,
            findings,
        };
        let reports = [
            report("zones", vec![finding("2 zones overlap", true), finding("2 zones overlap", false)]),
            report("sites", vec![finding("3 outside", true)]),
        ];
        let one = |text: &str, layer: Option<&str>| Acknowledge {
            text: text.into(),
            layer: layer.map(str::to_owned),
            reason: "known".into(),
            date: "2026-11-30".into(),
        };
        assert_eq!(sort(&[], &reports).known, 0);
        let sorted = sort(&[one("overlap", None)], &reports);
        assert_eq!((sorted.known, sorted.idle.len()), (1, 0));
        assert_eq!(sorted.new.len(), 1);
        assert!(sorted.new[0].en.contains("`sites`: 3 outside"), "{:?}", sorted.new);
        assert_eq!(sort(&[one("dos zonas", None)], &reports).known, 2, "in either language");
        let sorted = sort(&[one("4 outside", None), one("overlap", Some("sites"))], &reports);
        assert_eq!((sorted.known, sorted.idle.len()), (0, 2));
        assert!(sorted.idle[0].en.contains("4 outside") && sorted.idle[0].warning);
    }
}
