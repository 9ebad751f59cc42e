//! How things stand, and why: what the last build left, and what can be seen of the workspace now.

use std::path::Path;

use serde::Serialize;

use super::rolled_back::RolledBack;
use super::status::{Status, in_a_line};
use crate::build::journal::{self, Before};
use crate::build::lock::Lock;
use crate::build::{CutOff, home, told};
use crate::lang::Lang;
use crate::workspace::WorkspaceError;
use crate::workspace::config::Text;

/// Seconds in an hour.
const HOUR_S: f64 = 3600.0;

/// How things stand, in the order of concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// The last build went well, and not too long ago.
    Ok,
    /// Somebody should look: a source done without, an interrupted build, an earlier run made current.
    Warning,
    /// It failed or was cut off, or none went well for long.
    Critical,
    /// There was none, or it cannot be told.
    Unknown,
}

/// One thing to be said of how things stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// How grave it is.
    pub health: Health,
    /// What it is.
    pub text: Text,
}

impl Verdict {
    /// Something to be said in both languages.
    pub fn new(health: Health, es: String, en: String) -> Self {
        Self { health, text: Text { es, en } }
    }
}

impl CutOff {
    /// What happened, in a line.
    pub(super) fn text(&self) -> Text {
        let since = self.began.and_then(|began| jiff::Timestamp::from_second(began).ok());
        let since = since.map(|since| since.strftime("%F %T UTC").to_string());
        let (since_es, since_en) = match since {
            Some(since) => (format!(" que empezó el {since}"), format!(" that began at {since}")),
            None => Default::default(),
        };
        let (at_es, at_en) = match (&self.layer, self.publishing) {
            (Some(layer), _) => (format!(" en `{layer}`"), format!(" at `{layer}`")),
            (None, true) => (" al publicar".to_owned(), " while publishing".to_owned()),
            (None, false) => Default::default(),
        };
        Text {
            es: format!("la construcción{since_es} se cortó{at_es}: matada, caída o sin memoria"),
            en: format!("the build{since_en} was cut off{at_en}: killed, crashed or out of memory"),
        }
    }
}

/// What can be seen of the builds of a workspace.
#[derive(Debug)]
pub struct Standing {
    /// What the last build left.
    pub status: Option<Status>,
    /// A build that came to no end and is not at work any more.
    pub cut_off: Option<CutOff>,
    /// Since when a build is at work, seconds since 1970; 0 where that is not known.
    pub at_work: Option<i64>,
    /// An earlier run that was made current again.
    pub rolled_back: Option<RolledBack>,
    /// Why the next build cannot begin.
    pub disorder: Option<Text>,
}

impl Standing {
    /// Looks at a workspace; `disorder` is why it cannot be opened, where it cannot.
    ///
    /// # Errors
    /// What the system says where this user may not look.
    pub fn of(root: &Path, disorder: Option<&WorkspaceError>) -> std::io::Result<Self> {
        let folder = root.join(home::FOLDER);
        let status = Status::load(root)?;
        let journal = folder.join(home::JOURNAL);
        // A build may begin or end between two looks: one is cut off where it is open twice, and nobody is at work.
        let mut cut_off = None;
        let mut at_work = None;
        for _ in 0..2 {
            match (Lock::is_held(root)?, journal::look(&journal)) {
                (true, Before::CutOff(run)) => {
                    (cut_off, at_work) = (None, Some(run.began.unwrap_or_default()));
                    break;
                }
                (false, Before::CutOff(run)) => cut_off = Some(run),
                (_, Before::Ended) => {
                    cut_off = None;
                    break;
                }
            }
        }
        // Between its two last moves a publication looks like that, too.
        let rolled_back = RolledBack::find(root).filter(|_| at_work.is_none());
        Ok(Self { status, cut_off, at_work, rolled_back, disorder: disorder.map(told::disorder) })
    }

    /// What is to be said, the gravest first; at least one thing.
    pub fn reasons(&self, now: jiff::Timestamp, max_age_hours: f64) -> Vec<Verdict> {
        let mut reasons = Vec::new();
        if let Some(cut) = &self.cut_off {
            let Text { es, en } = cut.text();
            reasons.push(Verdict::new(Health::Critical, es, en));
        }
        match &self.status {
            Some(status) => last_build(status, self.cut_off.is_some(), now, max_age_hours, &mut reasons),
            None if self.cut_off.is_none() => reasons.push(Verdict::new(
                Health::Unknown,
                "aún no termina ninguna construcción aquí".to_owned(),
                "no build has ended here yet".to_owned(),
            )),
            None => {}
        }
        if let Some(RolledBack { current, newest }) = &self.rolled_back {
            reasons.push(Verdict::new(
                Health::Warning,
                format!("vigente por `corredor rollback`: {current}, y la más nueva es {newest}"),
                format!("rolled back: {current} is current, and {newest} is the newest run"),
            ));
        }
        if let Some(Text { es, en }) = &self.disorder {
            reasons.push(Verdict::new(
                Health::Warning,
                format!("la próxima construcción no podrá empezar: {es}"),
                format!("the next build cannot begin: {en}"),
            ));
        }
        // Stable: of equal ones the first comes first.
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.health));
        reasons
    }
}

/// The reasons in a line of a language.
pub fn in_words(reasons: &[Verdict], lang: Lang) -> String {
    reasons.iter().map(|reason| reason.text.pick(lang)).collect::<Vec<_>>().join("; ")
}

/// What the last build says; after one that was cut off only what is wrong besides.
fn last_build(
    status: &Status,
    cut_off: bool,
    now: jiff::Timestamp,
    max_age_hours: f64,
    reasons: &mut Vec<Verdict>,
) {
    let mut say = |health, es: String, en: String| reasons.push(Verdict::new(health, es, en));
    let last = &status.last;
    let line = last.error.as_deref().map(in_a_line).unwrap_or_default();
    let line_es = last.error_es.as_deref().map_or_else(|| line.clone(), in_a_line);
    match last.how.as_str() {
        "failed" => say(
            Health::Critical,
            format!("la última construcción falló: {line_es}"),
            format!("the last build failed: {line}"),
        ),
        // The next build is at work, or could not begin.
        "cut_off" if !cut_off => say(Health::Critical, line_es.clone(), line.clone()),
        _ => {}
    }
    for text in &last.operation {
        say(Health::Warning, text.es.clone(), text.en.clone());
    }
    let age = |since: i64| (now.as_second() - since).max(0) as f64 / HOUR_S;
    let Some(hours) = status.last_success.map(age) else {
        if reasons.iter().all(|reason| reason.health < Health::Critical) {
            reasons.push(Verdict::new(
                Health::Unknown,
                "ninguna construcción ha salido bien todavía".to_owned(),
                "no build has gone well yet".to_owned(),
            ));
        }
        return;
    };
    let mut say = |health, es: String, en: String| reasons.push(Verdict::new(health, es, en));
    let health = match hours {
        hours if hours > 2.0 * max_age_hours => Health::Critical,
        hours if hours > max_age_hours => Health::Warning,
        _ => Health::Ok,
    };
    say(
        health,
        format!("la última construcción que salió bien terminó hace {hours:.1} horas"),
        format!("the last build that went well ended {hours:.1} hours ago"),
    );
    match last.how.as_str() {
        "interrupted" => say(
            Health::Warning,
            "la última construcción fue interrumpida".to_owned(),
            "the last build was interrupted".to_owned(),
        ),
        "turned_away" => say(
            Health::Warning,
            format!("la última construcción no pudo empezar: {line_es}"),
            format!("the last build could not begin: {line}"),
        ),
        _ => {}
    }
    if last.stale > 0 {
        let told: Vec<(String, String)> = last
            .stale_sources
            .iter()
            .map(|stale| {
                let (layer, days) = (&stale.layer, stale.age_days);
                (format!("`{layer}` de hace {days:.1} días"), format!("`{layer}` of {days:.1} days ago"))
            })
            .collect();
        let others = last.stale.saturating_sub(told.len());
        let (mut es, mut en): (Vec<String>, Vec<String>) = told.into_iter().unzip();
        if others > 0 {
            es.push(format!("{others} de las que aquí no se habla"));
            en.push(format!("{others} that are not spoken of here"));
        }
        say(
            Health::Warning,
            format!("fuentes de una noche anterior: {}", es.join(", ")),
            format!("sources from an earlier night: {}", en.join(", ")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::status::{LastRun, StaleAge};
    use super::*;

    fn standing(how: &str, hours: Option<i64>, stale: usize) -> Standing {
        let stale_sources = (0..stale).map(|n| StaleAge { layer: format!("l{n}"), age_days: 3.25 }).collect();
        let status = Status {
            last: LastRun {
                how: how.into(),
                // What is odd about the data is no fault of the operator's.
                warnings: 7,
                stale,
                stale_sources,
                error: (how == "failed").then(|| "no:\nway".to_owned()),
                ..LastRun::default()
            },
            last_success: hours.map(|hours| 1_000_000 - hours * 3600),
            ..Status::default()
        };
        Standing { status: Some(status), cut_off: None, at_work: None, rolled_back: None, disorder: None }
    }

    fn told(standing: &Standing) -> (Health, String) {
        let reasons = standing.reasons(jiff::Timestamp::from_second(1_000_000).unwrap(), 26.0);
        (reasons[0].health, in_words(&reasons, Lang::En))
    }

    #[test]
    fn health_by_outcome_and_age() {
        let health = |how, hours, stale| told(&standing(how, hours, stale)).0;
        assert_eq!(health("done", Some(1), 0), Health::Ok);
        assert_eq!(health("unchanged", Some(25), 0), Health::Ok);
        assert_eq!(health("unchanged", Some(27), 0), Health::Warning);
        assert_eq!(health("done", Some(53), 0), Health::Critical);
        assert_eq!(health("done", Some(1), 2), Health::Warning);
        assert_eq!(health("interrupted", Some(1), 0), Health::Warning);
        assert_eq!(health("turned_away", Some(1), 0), Health::Warning);
        assert_eq!(health("failed", Some(1), 0), Health::Critical);
        assert_eq!(health("cut_off", Some(1), 0), Health::Critical);
        assert_eq!(health("", None, 0), Health::Unknown);
        assert_eq!(health("done", Some(-5), 0), Health::Ok, "the clock was set back");
        assert!(told(&standing("failed", None, 0)).1.ends_with("failed: no: way"));
        assert!(told(&standing("done", Some(1), 2)).1.contains("`l0` of 3.2 days ago, `l1` of 3.2 days ago"));
    }

    #[test]
    fn what_is_seen_beside_the_last_build_is_never_all_well() {
        let well = || standing("done", Some(1), 0);
        let cut = CutOff { layer: Some("gi".into()), ..CutOff::default() };
        let (health, text) = told(&Standing { cut_off: Some(cut.clone()), ..well() });
        assert!(health == Health::Critical && text.starts_with("the build was cut off at `gi`"), "{text}");
        let first = Standing { cut_off: Some(cut), status: None, ..well() };
        assert_eq!(told(&first).0, Health::Critical, "nothing else is known");
        let back = RolledBack { current: "r1".into(), newest: "r2".into() };
        let (health, text) = told(&Standing { rolled_back: Some(back), ..well() });
        assert!(health == Health::Warning && text.contains("r1 is current"), "{text}");
        let disorder = Some(Text { es: "no".into(), en: "there is no corredor.toml".into() });
        assert_eq!(told(&Standing { disorder, ..well() }).0, Health::Warning);
        let mut pruned = well();
        if let Some(status) = &mut pruned.status {
            status.last.operation.push(Text { es: "no".into(), en: "a run stays".into() });
        }
        let (health, text) = told(&pruned);
        assert!(health == Health::Warning && text.starts_with("a run stays"), "{text}");
    }
}
