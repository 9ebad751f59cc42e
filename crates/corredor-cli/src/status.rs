//! `corredor status`: how the last build went.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use corredor::build::{Health, Standing, Verdict, folder_of, in_words, link_faults};
use corredor::lang::Lang;
use corredor::publish::PublishError;
use corredor::text::one_line;
use corredor::workspace::Workspace;
use corredor::workspace::config::OperateSection;

/// Options of `status`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor status              for a person
  corredor status --nagios     one line, and an exit code as Nagios has them

Exit codes: 0 all is well, 1 look at it, 2 act, 3 nothing is known.")]
pub struct StatusArgs {
    /// One line for Nagios and its kin, with performance data
    #[arg(long)]
    nagios: bool,
}

/// Runs `status`; the exit code is that of Nagios' plugins.
pub fn run(args: &StatusArgs, folder: &Path, console: &Console) -> ExitCode {
    let told = folder_of(folder).map_err(CliError::from).and_then(|root| tell(args, &root, console));
    match told {
        Ok(Health::Ok) => ExitCode::SUCCESS,
        Ok(Health::Warning) => ExitCode::from(1),
        Ok(Health::Critical) => ExitCode::from(2),
        Ok(Health::Unknown) => ExitCode::from(3),
        Err(error) if args.nagios => {
            // What cannot be looked at is unknown, and Nagios reads standard output.
            let _ = console.result(&format!("CORREDOR UNKNOWN - {}", plain(&error.to_string())));
            ExitCode::from(3)
        }
        Err(error) => {
            console.tell_error(&error);
            ExitCode::from(3)
        }
    }
}

/// A text for a line of Nagios, where a bar begins the figures.
fn plain(text: &str) -> String {
    one_line(text).replace('|', "/")
}

fn tell(args: &StatusArgs, root: &Path, console: &Console) -> Result<Health, CliError> {
    let opened = Workspace::open(root);
    // The other files of the workspace say nothing about when its builds are too old.
    let max_age_hours = match &opened {
        Ok(workspace) => workspace.file().operate.max_age_hours,
        Err(_) => Workspace::settings(root)
            .map_or_else(|_| OperateSection::default().max_age_hours, |file| file.operate.max_age_hours),
    };
    let editions = match &opened {
        Ok(workspace) => workspace.file().editions(),
        Err(_) => Workspace::settings(root).map_or_else(|_| Vec::new(), |file| file.editions()),
    };
    let opened = opened.as_ref();
    let standing = Standing::of(root, opened.err()).map_err(|error| {
        let path = root.join(".corredor");
        CliError::Publish(PublishError::Io { path, action: "cannot be looked at", error })
    })?;
    let mut reasons = standing.reasons(jiff::Timestamp::now(), max_age_hours);
    // Readers are led elsewhere, however well the build went.
    let links = link_faults(root, &editions);
    reasons.splice(
        0..0,
        links.iter().map(|link| {
            let [es, en] =
                [Lang::Es, Lang::En].map(|lang| format!("{}; {}", link.message(lang), link.advice(lang)));
            Verdict::new(Health::Critical, es, en)
        }),
    );
    let health = reasons.first().map_or(Health::Unknown, |reason| reason.health);
    let reason = in_words(&reasons, console.lang);
    let last = standing.status.as_ref().map(|status| &status.last);
    if args.nagios {
        let word = format!("{health:?}").to_uppercase();
        let figures = last.map(|last| {
            format!(" | seconds={:.3}s warnings={} stale={}", last.seconds, last.warnings, last.stale)
        });
        console.result(&format!("CORREDOR {word} - {}{}", plain(&reason), figures.unwrap_or_default()))?;
        return Ok(health);
    }
    if console.json {
        console
            .result_json(&json!({"health": health, "reason": reason, "reasons": reasons, "links": links,
            "at_work_since": standing.at_work, "status": standing.status}))?;
        return Ok(health);
    }
    console.result(&lines(&standing, health, &reasons, console.lang).join("\n"))?;
    Ok(health)
}

fn lines(standing: &Standing, health: Health, reasons: &[Verdict], lang: Lang) -> Vec<String> {
    let word = match health {
        Health::Ok => lang.pick("Todo bien", "All is well"),
        Health::Warning => lang.pick("Conviene mirarlo", "Worth a look"),
        Health::Critical => lang.pick("Hay que actuar", "Act on it"),
        Health::Unknown => lang.pick("No se sabe", "Not known"),
    };
    let time = |seconds: i64| {
        jiff::Timestamp::from_second(seconds)
            .map_or("-".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
    };
    let mut lines = Vec::new();
    for reason in reasons {
        let text = reason.text.pick(lang);
        lines.push(if lines.is_empty() { format!("{word}: {text}") } else { format!("  {text}") });
    }
    if let Some(since) = standing.at_work {
        lines.push(format!("{}: {}", lang.pick("Construyendo desde", "Building since"), time(since)));
    }
    let Some(status) = &standing.status else { return lines };
    let last = &status.last;
    let took = lang.pick("Última construcción", "Last build");
    lines.push(format!("{took}: {} ({}, {:.1} s)", time(last.ended), how(&last.how, lang), last.seconds));
    if let Some(run) = &status.run {
        lines.push(format!("{}: {run}", lang.pick("Última corrida publicada", "Last published run")));
    }
    if last.warnings > 0 {
        lines.push(format!("{}: {}", lang.pick("Avisos", "Warnings"), last.warnings));
    }
    for accepted in &last.accepted {
        lines.push(format!("{}: {accepted}", lang.pick("Aceptado", "Accepted")));
    }
    if let Some(help) = &last.help {
        lines.push(format!("{}: {help}", lang.pick("Qué hacer", "What to do")));
    }
    if let Some(oldest) = last.sources.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds)) {
        let word = lang.pick("Fuente más antigua", "Oldest source");
        let days = lang.pick("días", "days");
        lines.push(format!("{word}: {}, {:.0} {days}", oldest.layer, oldest.seconds / 86_400.0));
    }
    lines
}

/// How a build ended, in a word of a language.
fn how(how: &str, lang: Lang) -> &str {
    match (lang, how) {
        (Lang::En, "turned_away") => "could not begin",
        (Lang::En, "cut_off") => "cut off",
        (Lang::En, how) => how,
        (Lang::Es, "done") => "publicada",
        (Lang::Es, "unchanged") => "sin cambios",
        (Lang::Es, "part") => "parcial",
        (Lang::Es, "interrupted") => "interrumpida",
        (Lang::Es, "turned_away") => "no pudo empezar",
        (Lang::Es, "cut_off") => "cortada",
        (Lang::Es, "failed") => "fallida",
        (Lang::Es, how) => how,
    }
}
