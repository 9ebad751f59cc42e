//! What is published, and for whom: the editions of a workspace, every setting filled in.

use std::path::{Path, PathBuf};

use super::WorkspaceFile;
use super::delivery::Hdx;
use super::edition::EditionSection;
use super::postgis::Postgis;
use crate::sensitivity::Level;

/// What is published for readers of one level, every setting filled in.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its name; none for the one publication of a workspace without editions.
    pub name: Option<String>,
    /// The level of its readers.
    pub level: Level,
    /// Runs that are kept.
    pub keep: usize,
    /// Months of which the last run is kept besides.
    pub keep_months: usize,
    /// Runs of which the history keeps rows.
    pub history: usize,
    /// Database that gets the layers too.
    pub postgis: Option<Postgis>,
    /// Whether each CSV has a row of HXL hashtags.
    pub hxl: bool,
    /// What HDX asks.
    pub hdx: Option<Hdx>,
}

impl Edition {
    /// Its folder of what is `published`: `published` itself where there is one publication.
    pub fn folder(&self, published: &Path) -> PathBuf {
        self.name.as_ref().map_or_else(|| published.to_owned(), |name| published.join(name))
    }
}

impl WorkspaceFile {
    /// What is published, for the lowest level first, then by name; one without a name where no edition is stated.
    pub fn editions(&self) -> Vec<Edition> {
        let publish = &self.publish;
        if publish.edition.is_empty() {
            return vec![Edition {
                name: None,
                level: publish.level,
                keep: publish.keep,
                keep_months: publish.keep_months,
                history: publish.history,
                postgis: publish.postgis.clone(),
                hxl: publish.hxl,
                hdx: publish.hdx.clone(),
            }];
        }
        let shared = |name: &str| {
            let schema = |p: &Postgis| format!("{}_{}", p.schema, name.replace('-', "_"));
            publish.postgis.as_ref().map(|p| Postgis { schema: schema(p), ..p.clone() })
        };
        let edition = |(name, own): (&String, &EditionSection)| Edition {
            name: Some(name.clone()),
            level: own.level,
            keep: own.keep.unwrap_or(publish.keep),
            keep_months: own.keep_months.unwrap_or(publish.keep_months),
            history: own.history.unwrap_or(publish.history),
            postgis: own.postgis.clone().or_else(|| shared(name)),
            hxl: own.hxl.unwrap_or(publish.hxl),
            hdx: own.hdx.clone().or_else(|| publish.hdx.clone()),
        };
        let mut editions: Vec<Edition> = publish.edition.iter().map(edition).collect();
        // Stable: they come by name.
        editions.sort_by_key(|edition| edition.level);
        editions
    }

    /// The highest level that any publication allows.
    pub fn highest_level(&self) -> Level {
        self.editions().iter().map(|edition| edition.level).max().unwrap_or(self.publish.level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(publish: &str) -> WorkspaceFile {
        let head =
            "[workspace]\nname = 't'\ntitle = { es = 'a', en = 'a' }\ncountry = { es = 'a', en = 'a' }\n";
        toml::from_str(&format!("{head}{publish}")).unwrap()
    }

    #[test]
    fn one_edition_without_a_name_where_none_is_stated() {
        let editions = file("[publish]\nlevel = 'restricted'\nkeep = 3").editions();
        assert_eq!(editions.len(), 1);
        assert_eq!((&editions[0].name, editions[0].level, editions[0].keep), (&None, Level::Restricted, 3));
    }

    #[test]
    fn the_lowest_level_comes_first_and_what_is_not_stated_is_shared() {
        let text = "[publish]\nkeep = 7\n[publish.postgis]\nconnection = 'PG:dbname=x'\n\
                    [publish.edition.a-partners]\nlevel = 'restricted'\nkeep = 2\n[publish.edition.public]\n";
        let file = file(text);
        let editions = file.editions();
        let names: Vec<_> = editions.iter().map(|e| e.name.clone().unwrap()).collect();
        assert_eq!(names, ["public", "a-partners"]);
        assert_eq!((editions[0].level, editions[0].keep, editions[1].keep), (Level::Public, 7, 2));
        assert_eq!(editions[1].postgis.as_ref().unwrap().schema, "corredor_a_partners");
        assert_eq!(file.highest_level(), Level::Restricted);
    }
}
