//! Checks that fail, and that somebody accepts for one run, with a reason.

use serde::Serialize;

use super::known_layer::known_layer;
use super::{Audience, BuildError, CheckFailure, Note, checks, guard};
use crate::layer::nearest;
use crate::protect::Door;
use crate::publish::record::AcceptedRecord;
use crate::workspace::Plan;

/// What is accepted for one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    /// Checks by name, of any layer (`fewer_rows`) or of one (`indicators.fewer_rows`).
    pub checks: Vec<String>,
    /// Why.
    pub reason: String,
}

/// A check that failed and was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The layer.
    pub layer: String,
    /// The check.
    pub check: &'static str,
    /// What is wrong; none where those it is told to may not hear it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it was accepted.
    pub reason: String,
}

impl Accepted {
    /// As an audience may hear it.
    pub fn told(&self, audience: &Audience, door: Door) -> Self {
        let message = self.message.clone().filter(|_| audience.hears(door, &self.layer));
        Self { message, ..self.clone() }
    }

    /// As the record of a run has it.
    pub(super) fn record(&self) -> AcceptedRecord {
        let Self { layer, check, message, reason } = self.clone();
        AcceptedRecord { layer, check: check.to_owned(), message, reason }
    }

    /// One line of it.
    pub fn line(&self) -> String {
        let Self { layer, check, message, reason } = self;
        let message = message.as_ref().map_or_else(String::new, |message| format!(": {message}"));
        format!("`{layer}`, {check}{message} ({reason})")
    }

    /// The warning for a person.
    pub fn note(&self) -> Note {
        let Self { layer, check, message, reason } = self;
        let message = message.as_deref().unwrap_or_default();
        Note::warning(
            format!("`{layer}`, {check}: {message}; se aceptó: {reason}"),
            format!("`{layer}`, {check}: {message}; accepted: {reason}"),
        )
        .of_source(layer)
    }
}

impl Accept {
    /// Sees that every name is one of a check, and of a layer of the plan.
    ///
    /// # Errors
    /// [`BuildError::NoCheck`].
    pub(super) fn verify(&self, plan: &Plan) -> Result<(), BuildError> {
        let known: Vec<&str> = guard::NAMES.into_iter().chain(checks::NAMES).collect();
        for name in &self.checks {
            let (layer, check) = match name.split_once('.') {
                Some((layer, check)) => (Some(layer), check),
                None => (None, name.as_str()),
            };
            if let Some(layer) = layer {
                known_layer(plan, layer)?;
            }
            if !known.contains(&check) {
                return Err(BuildError::NoCheck {
                    check: check.to_owned(),
                    nearest: nearest(check, known.iter().copied()),
                    checks: known.iter().map(|&check| check.to_owned()).collect(),
                });
            }
        }
        Ok(())
    }

    /// Whether the check of a layer is accepted.
    pub(super) fn holds(&self, layer: &str, check: &str) -> bool {
        self.checks.iter().any(|name| match name.split_once('.') {
            Some((own, name)) => own == layer && name == check,
            None => name == check,
        })
    }

    /// Parts failures into those that stop the run and those that are accepted.
    pub(super) fn sift(&self, failures: Vec<CheckFailure>) -> (Vec<CheckFailure>, Vec<Accepted>) {
        let (accepted, left): (Vec<_>, Vec<_>) =
            failures.into_iter().partition(|failure| self.holds(&failure.layer, failure.check));
        let accepted = accepted.into_iter().map(|CheckFailure { layer, check, message }| Accepted {
            layer,
            check,
            message: Some(message),
            reason: self.reason.clone(),
        });
        (left, accepted.collect())
    }

    /// What was to be accepted and did not fail.
    pub(super) fn idle(&self, accepted: &[Accepted]) -> Vec<Note> {
        let used = |name: &&String| {
            let own = Self { checks: vec![(*name).clone()], ..Self::default() };
            !accepted.iter().any(|accepted| own.holds(&accepted.layer, accepted.check))
        };
        let note = |name: &String| {
            Note::new(
                format!("no había que aceptar `{name}`: no falló"),
                format!("`{name}` needed no acceptance: it did not fail"),
            )
        };
        self.checks.iter().filter(used).map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(layer: &str, check: &'static str) -> CheckFailure {
        CheckFailure { layer: layer.to_owned(), check, message: "SECRET".to_owned() }
    }

    #[test]
    fn by_check_or_by_layer_and_check() {
        let accept = Accept { checks: vec!["rows".into(), "b.fewer_rows".into()], reason: "why".into() };
        let (left, accepted) = accept.sift(vec![
            failure("a", "rows"),
            failure("a", "fewer_rows"),
            failure("b", "fewer_rows"),
            failure("b", "cut_line"),
        ]);
        assert_eq!(left, [failure("a", "fewer_rows"), failure("b", "cut_line")]);
        assert_eq!(accepted.len(), 2);
        assert_eq!(accepted[1].reason, "why");
        assert!(accept.idle(&accepted).is_empty());
        assert_eq!(accept.idle(&accepted[..1]).len(), 1);
    }

    #[test]
    fn who_may_not_hear_of_a_layer_hears_no_figures() {
        let (_, accepted) =
            Accept { checks: vec!["rows".into()], reason: "why".into() }.sift(vec![failure("a", "rows")]);
        let told = accepted[0].told(&Audience::default(), Door::Metadata);
        assert!(!format!("{told:?}").contains("SECRET") && told.reason == "why");
    }
}
