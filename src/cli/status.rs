//! `corredor status`: how the last build went.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use crate::build::{Health, Status, link_faults};
use crate::lang::Lang;
use crate::workspace::Workspace;

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
    match tell(args, folder, console) {
        Ok(Health::Ok) => ExitCode::SUCCESS,
        Ok(Health::Warning) => ExitCode::from(1),
        Ok(Health::Critical) => ExitCode::from(2),
        Ok(Health::Unknown) => ExitCode::from(3),
        Err(error) if args.nagios => {
            // What cannot be looked at is unknown, and Nagios reads standard output.
            let _ = console.result(&format!("CORREDOR UNKNOWN - {error}"));
            ExitCode::from(3)
        }
        Err(error) => {
            console.tell_error(&error);
            ExitCode::from(3)
        }
    }
}

fn tell(args: &StatusArgs, folder: &Path, console: &Console) -> Result<Health, CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let Some(status) = Status::load(workspace.root()) else {
        let nothing = "no build has ended here yet";
        match args.nagios {
            true => console.result(&format!("CORREDOR UNKNOWN - {nothing}"))?,
            false => {
                console.result(console.lang.pick("Aún no termina ninguna construcción aquí.", nothing))?
            }
        }
        return Ok(Health::Unknown);
    };
    let (mut health, mut reason) =
        status.health(jiff::Timestamp::now(), workspace.file().operate.max_age_hours);
    let links = link_faults(workspace.root(), &workspace.file().editions());
    if let Some(link) = links.first() {
        // Readers are led elsewhere, however well the build went.
        let lang = if args.nagios { Lang::En } else { console.lang };
        (health, reason) = (Health::Critical, format!("{}; {}", link.message(lang), link.advice(lang)));
    }
    if args.nagios {
        let word = format!("{health:?}").to_uppercase();
        let last = &status.last;
        console.result(&format!(
            "CORREDOR {word} - {reason} | seconds={:.3}s warnings={}",
            last.seconds, last.warnings
        ))?;
        return Ok(health);
    }
    if console.json {
        console
            .result_json(&json!({"health": health, "reason": reason, "links": links, "status": status}))?;
        return Ok(health);
    }
    console.result(&lines(&status, health, &reason, console.lang).join("\n"))?;
    Ok(health)
}

fn lines(status: &Status, health: Health, reason: &str, lang: Lang) -> Vec<String> {
    let last = &status.last;
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
    let mut lines = vec![format!("{word}: {reason}")];
    let took = lang.pick("Última construcción", "Last build");
    lines.push(format!("{took}: {} ({}, {:.1} s)", time(last.ended), last.how, last.seconds));
    if let Some(run) = &status.run {
        lines.push(format!("{}: {run}", lang.pick("Última corrida publicada", "Last published run")));
    }
    if last.warnings > 0 {
        lines.push(format!("{}: {}", lang.pick("Avisos", "Warnings"), last.warnings));
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
