//! What is wrong with a link that readers follow to what is current.

use serde::Serialize;

use crate::lang::Lang;
use crate::workspace::config::Level;

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkFaultKind {
    /// It is not there, or the run that it led to is not.
    Gone,
    /// A file or folder stands in its place.
    NotALink,
    /// It leads where Corredor did not set it to lead.
    Elsewhere,
    /// It leads to a run of another edition.
    OtherEdition {
        /// That edition; none for a run of before there were editions.
        edition: Option<String>,
    },
    /// It leads to a run for readers of a wider level.
    Wider {
        /// The level of the run.
        level: Level,
        /// The level of those who follow the link.
        allowed: Level,
    },
}

/// A link that does not lead where it is to lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkFault {
    /// The link, from the folder of the workspace.
    pub link: String,
    /// The edition whose readers follow it; none where all do.
    pub edition: Option<String>,
    /// Where it leads, as it is written.
    pub to: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: LinkFaultKind,
    /// The run, or the set, that can be gone back to.
    pub run: Option<String>,
}

impl LinkFault {
    /// What is wrong, in a sentence without its full stop.
    pub fn message(&self, lang: Lang) -> String {
        let (link, to) = (&self.link, self.to.as_deref().unwrap_or_default());
        let name = |edition: &Option<String>| edition.as_deref().unwrap_or("-").to_owned();
        match (&self.fault, lang) {
            (LinkFaultKind::Gone, Lang::Es) => format!("falta el enlace {link}, o la corrida a la que lleva"),
            (LinkFaultKind::Gone, Lang::En) => {
                format!("the link {link} is gone, or the run that it leads to")
            }
            (LinkFaultKind::NotALink, Lang::Es) => format!("{link} no es un enlace"),
            (LinkFaultKind::NotALink, Lang::En) => format!("{link} is not a link"),
            (LinkFaultKind::Elsewhere, Lang::Es) => {
                format!("el enlace {link} lleva a {to}, y Corredor no lo puso así")
            }
            (LinkFaultKind::Elsewhere, Lang::En) => {
                format!("the link {link} leads to {to}, and Corredor did not set it so")
            }
            (LinkFaultKind::OtherEdition { edition }, Lang::Es) => {
                format!("el enlace {link} lleva a {to}, una corrida de la edición `{}`", name(edition))
            }
            (LinkFaultKind::OtherEdition { edition }, Lang::En) => {
                format!("the link {link} leads to {to}, a run of edition `{}`", name(edition))
            }
            (LinkFaultKind::Wider { level, allowed }, Lang::Es) => {
                format!(
                    "el enlace {link} lleva a {to}, una corrida para {level}, y la siguen lectores de {allowed}"
                )
            }
            (LinkFaultKind::Wider { level, allowed }, Lang::En) => {
                format!(
                    "the link {link} leads to {to}, a run for {level}, and readers of {allowed} follow it"
                )
            }
        }
    }

    /// What to do about it.
    pub fn advice(&self, lang: Lang) -> String {
        match (&self.fault, &self.run, lang) {
            (LinkFaultKind::Gone, Some(run), Lang::Es) => {
                format!("`corredor rollback {run}` lo pone de nuevo")
            }
            (LinkFaultKind::Gone, Some(run), Lang::En) => format!("`corredor rollback {run}` sets it again"),
            (LinkFaultKind::NotALink, _, Lang::Es) => {
                "quítelo de ahí; `corredor build` pone el enlace".to_owned()
            }
            (LinkFaultKind::NotALink, _, Lang::En) => {
                "move it away; `corredor build` sets the link".to_owned()
            }
            (LinkFaultKind::Wider { allowed, .. }, _, Lang::Es) => {
                format!("`corredor withdraw --above {allowed}` la retira; `corredor build` pone el enlace")
            }
            (LinkFaultKind::Wider { allowed, .. }, _, Lang::En) => {
                format!("`corredor withdraw --above {allowed}` takes it away; `corredor build` sets the link")
            }
            (_, Some(run), Lang::Es) => {
                format!(
                    "`corredor build` lo pone de nuevo; `corredor rollback {run}`, o con otra corrida, también"
                )
            }
            (_, Some(run), Lang::En) => {
                format!("`corredor build` sets it anew; so does `corredor rollback {run}`, or of another run")
            }
            (_, None, Lang::Es) => "`corredor build` publica de nuevo".to_owned(),
            (_, None, Lang::En) => "`corredor build` publishes anew".to_owned(),
        }
    }
}
