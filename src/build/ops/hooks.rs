//! Calls to those who asked to be told.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::status::in_a_line;
use super::{Reporter, program};
use crate::build::fetch::post;
use crate::build::{BuildError, CutOff, Outcome, Told};
use crate::lang::Lang;
use crate::protect::Door;
use crate::publish::diff::Hotspots;
use crate::text::{host, redact};
use crate::workspace::config::Hook;

/// A command may take so long in all, tried again or not; then it is ended.
const LONGEST: Duration = Duration::from_secs(60);

/// How long to wait for a web address, seconds.
const WEBHOOK_S: f64 = 20.0;

/// Before a call that failed is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// The event of a build that failed, or that could not begin.
pub(super) fn failure(reporter: &Reporter<'_>, error: &BuildError) -> Value {
    let Told { message, es, help } = error.told(&reporter.audience, Door::Hook);
    let how = if matches!(error, BuildError::Locked { .. }) { "turned_away" } else { "failed" };
    let text = text(reporter, es.as_ref().filter(|_| reporter.lang == Lang::Es).unwrap_or(&message));
    json!({"event": "failure", "how": how, "workspace": reporter.name, "text": text, "message": message, "help": help})
}

/// The event of a build that was found cut off.
pub(super) fn cut_off(reporter: &Reporter<'_>, cut: &CutOff) -> Value {
    let message = cut.text();
    let text = text(reporter, message.pick(reporter.lang));
    let help = "see the journal of the system for why; the next build carries on with the layers that stand";
    json!({"event": "failure", "how": "cut_off", "workspace": reporter.name, "text": text, "message": message.en, "help": help})
}

/// The event of zones that became hot spots: which, where their layer is public.
pub(super) fn hotspots(reporter: &Reporter<'_>, outcome: &Outcome, hot: &Hotspots) -> Value {
    let name = &reporter.name;
    let count = hot.entered.len();
    let words = |es: String, en: String| if reporter.lang == Lang::Es { es } else { en };
    if !reporter.audience.sees(Door::Hook, &hot.layer) {
        let text = words(
            format!("hay zonas que son focos nuevos en `{}`", hot.layer),
            format!("zones of `{}` became hot spots", hot.layer),
        );
        return json!({"event": "hotspots", "workspace": name, "text": self::text(reporter, &text),
            "run": outcome.run, "layer": hot.layer, "withheld": true});
    }
    let text = words(
        format!("focos nuevos en `{}`: {count}", hot.layer),
        format!("new hot spots in `{}`: {count}", hot.layer),
    );
    let zones = hot.entered.iter().map(|zone| json!({"key": zone.key, "name": zone.name}));
    json!({"event": "hotspots", "workspace": name, "text": self::text(reporter, &text), "run": outcome.run,
        "layer": hot.layer, "entered": zones.collect::<Vec<_>>()})
}

/// The line that chats show.
fn text(reporter: &Reporter<'_>, message: &str) -> String {
    format!("Corredor, {}: {}", reporter.name, in_a_line(message))
}

/// Makes the calls, each once more where it fails; what failed twice, and why.
pub(super) fn call(hook: &Hook, folder: &Path, event: &str) -> Vec<(String, String)> {
    let mut failed = Vec::new();
    let began = Instant::now();
    if let Some((program, arguments)) = hook.command.split_first() {
        let run = || {
            let left = LONGEST.saturating_sub(began.elapsed());
            program::run(program, arguments, folder, event, left)
        };
        if let Err(error) = twice(run, || began.elapsed() + PAUSE < LONGEST) {
            failed.push((program.clone(), error));
        }
    }
    if let Some(url) = &hook.webhook
        && let Err(error) = twice(|| post(url, event, WEBHOOK_S), || true)
    {
        // An address may hold a secret on both sides of its host.
        failed.push((format!("webhook {}", host(url)), redact(&error)));
    }
    failed
}

/// Tries once more what fails, where there is time for it.
fn twice(mut call: impl FnMut() -> Result<(), String>, again: impl FnOnce() -> bool) -> Result<(), String> {
    let Err(first) = call() else { return Ok(()) };
    if !again() {
        return Err(first);
    }
    std::thread::sleep(PAUSE);
    call().map_err(|error| format!("{error} (tried twice)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_once_more_and_no_oftener() {
        for (fails, expected) in
            [(0, Ok(1)), (1, Ok(2)), (2, Err("no (tried twice)")), (9, Err("no (tried twice)"))]
        {
            let mut calls = 0;
            let result = twice(
                || {
                    calls += 1;
                    if calls > fails { Ok(()) } else { Err("no".to_owned()) }
                },
                || true,
            );
            assert!(calls <= 2);
            assert_eq!(result.map(|()| calls), expected.map_err(str::to_owned));
        }
        assert_eq!(twice(|| Err("late".to_owned()), || false), Err("late".to_owned()));
    }
}
