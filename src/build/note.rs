//! What happened on the way that is no fault of the data.

use serde::Serialize;

use super::ops::RolledBack;
use crate::lang::Lang;
use crate::publish::style::Words;

/// A line for a person, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
    /// Whether somebody should look at it.
    pub warning: bool,
    /// The layer whose source it speaks of; none where it speaks of none.
    #[serde(skip)]
    pub layer: Option<String>,
}

impl Note {
    /// A note of these words.
    pub fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: en.into(), warning: false, layer: None }
    }

    /// A warning of these words.
    pub fn warning(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { warning: true, ..Self::new(es, en) }
    }

    /// The note as one that speaks of a layer's source.
    pub fn of_source(self, layer: &str) -> Self {
        Self { layer: Some(layer.to_owned()), ..self }
    }

    /// The words in a language.
    pub fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.es, &self.en)
    }

    /// The note in a language; a warning says that it is one.
    pub fn text(&self, lang: Lang) -> String {
        self.said(self.words(lang), lang)
    }

    /// Other words, as [`Note::text`] has its own.
    pub fn said(&self, words: &str, lang: Lang) -> String {
        match self.warning {
            true => format!("{}: {words}", lang.pick("aviso", "warning")),
            false => words.to_owned(),
        }
    }

    pub(super) fn damaged(layer: &str) -> Self {
        Self::new(
            format!("lo guardado de `{layer}` está dañado; se construye de nuevo"),
            format!("what was kept of `{layer}` is damaged; it is built again"),
        )
    }

    pub(super) fn not_kept(layer: &str, error: &std::io::Error) -> Self {
        Self::new(
            format!("`{layer}` no se pudo guardar para la próxima vez: {error}"),
            format!("`{layer}` could not be kept for the next time: {error}"),
        )
    }

    pub(super) fn foreign_cache() -> Self {
        Self::new(
            "lo guardado por otra versión se eliminó; todo se construye de nuevo",
            "what another version kept was removed; everything is built again",
        )
    }

    pub(super) fn unfinished(layer: Option<&str>) -> Self {
        match layer {
            Some(layer) => Self::new(
                format!("la corrida anterior se cortó en `{layer}`; lo que ya estaba se aprovecha"),
                format!("the run before this one was cut off at `{layer}`; what stood by then is used"),
            ),
            None => Self::new(
                "la corrida anterior se cortó; lo que ya estaba se aprovecha",
                "the run before this one was cut off; what stood by then is used",
            ),
        }
    }

    pub(super) fn rolled_back(back: &RolledBack) -> Self {
        let RolledBack { current, newest } = back;
        Self::warning(
            format!("vigente es {current}, por `corredor rollback`; la corrida más nueva es {newest}"),
            format!("{current} is current, by `corredor rollback`; the newest run is {newest}"),
        )
    }

    pub(super) fn not_removed(error: &str) -> Self {
        Self::warning(
            format!("lo publicado está vigente, pero algo viejo no se pudo eliminar: {error}"),
            format!("what was published is current, but something old could not be removed: {error}"),
        )
    }

    pub(super) fn tables_mended(schema: &str, drift: &Words) -> Self {
        Self::warning(
            format!("las tablas de `{schema}` no eran las publicadas ({}); se llenaron de nuevo", drift.es),
            format!(
                "the tables of `{schema}` were not those that were published ({}); they were filled again",
                drift.en
            ),
        )
    }

    pub(super) fn gave_way() -> Self {
        Self::new(
            "el disco está lleno; lo guardado de construcciones anteriores cedió su lugar",
            "the disk is full; what was kept of earlier builds gave way",
        )
    }

    pub(super) fn incomplete_run(file: &str) -> Self {
        Self::new(
            format!("a la corrida vigente le falta {file} o lo tiene cambiado; se publica de nuevo"),
            format!("{file} of the current run is missing or changed; it is published again"),
        )
    }
}
