//! A text in both languages, as styles have it.

use serde::{Deserialize, Serialize};

use crate::lang::{Lang, Text};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self { es: text.es.clone(), en: text.en.clone() }
    }
}

impl Words {
    /// Both texts.
    pub fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: en.into() }
    }

    /// The same text in both, for names and numbers.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { es: text.clone(), en: text }
    }

    /// The text in a language; the other one where it is empty.
    pub fn pick(&self, lang: Lang) -> &str {
        match (lang, self.es.is_empty(), self.en.is_empty()) {
            (Lang::Es, false, _) | (Lang::En, _, true) => &self.es,
            _ => &self.en,
        }
    }
}
