//! Rows that cannot be used: counted all, the first told.

use std::collections::BTreeMap;

use crate::lang::Lang;
use crate::layer::EXAMPLES;
use crate::layer::read::goes_on;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Another number of cells than the header: often the last line of a file that was cut off.
    Cells {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        header: usize,
    },
    /// No place: an empty cell, or no geometry.
    NoPlace,
    /// A text that is not what its column should hold.
    Unreadable {
        /// The column.
        column: String,
        /// The text, at most 40 characters of it.
        text: String,
        /// What it should be.
        expected: Expected,
    },
    /// A place that is not on the globe.
    OutOfRange {
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
        /// Whether the two look swapped.
        swapped: bool,
    },
    /// A geometry that is not one point.
    NotAPoint {
        /// What it is.
        reason: String,
    },
}

/// What a cell should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A number, not too large to be added up.
    Number,
    /// Degrees.
    Degrees,
    /// Latitude and longitude.
    Pair,
    /// A day.
    Day,
    /// Text.
    Text,
}

impl Expected {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Number => lang.pick("un número", "a number"),
            Self::Degrees => lang.pick("un número de grados", "a number of degrees"),
            Self::Pair => lang.pick("un par \"lat, lon\" en grados", "a pair \"lat, lon\" in degrees"),
            Self::Day => lang.pick("una fecha AAAA-MM-DD", "a day YYYY-MM-DD"),
            Self::Text => lang.pick("texto UTF-8", "UTF-8 text"),
        }
    }
}

impl Fault {
    /// A text that cannot be read, shortened.
    pub(super) fn unreadable(column: &str, text: &[u8], expected: Expected) -> Self {
        let text = String::from_utf8_lossy(text).chars().take(40).collect();
        Self::Unreadable { column: column.to_owned(), text, expected }
    }

    /// A place that is not on the globe.
    pub(super) fn out_of_range(lon: f64, lat: f64) -> Self {
        let swapped = (-90.0..=90.0).contains(&lon) && (-180.0..=180.0).contains(&lat);
        Self::OutOfRange { lon, lat, swapped }
    }

    /// A few words for a person.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Cells { found, header }, Lang::Es) => format!("{found} celdas; el encabezado, {header}"),
            (Self::Cells { found, header }, Lang::En) => format!("{found} cells, the header {header}"),
            (Self::NoPlace, _) => lang.pick("sin lugar", "no place").to_owned(),
            (Self::Unreadable { column, text, expected }, _) => {
                let wanted = expected.words(lang);
                match lang {
                    Lang::Es => format!("`{column}` ilegible: `{text}` no es {wanted}"),
                    Lang::En => format!("unreadable `{column}`: `{text}` is not {wanted}"),
                }
            }
            (Self::OutOfRange { lon, lat, swapped: false }, _) if goes_on(*lon, *lat) => format!(
                "{} {lon}, {lat} {}",
                lang.pick("fuera del globo:", "not on the globe:"),
                lang.pick("(¿longitudes de 0 a 360?)", "(longitudes of 0 to 360?)")
            ),
            (Self::OutOfRange { lon, lat, swapped }, _) => {
                let mut words =
                    format!("{} {lon}, {lat}", lang.pick("fuera del globo:", "not on the globe:"));
                if *swapped {
                    words +=
                        lang.pick(" (¿longitud y latitud al revés?)", " (longitude and latitude swapped?)");
                }
                words
            }
            (Self::NotAPoint { reason }, _) => {
                format!("{}: {reason}", lang.pick("no es un punto", "not a point"))
            }
        }
    }
}

/// Rows kept out: how many, and the first of them by their place in the input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BadRows {
    count: u64,
    /// Of these, rows that only lack a place.
    without_place: u64,
    first: BTreeMap<u64, Fault>,
}

impl BadRows {
    /// Counts a row; `fault` is asked only where the row is among the first. The number is that of the line
    /// in a text file and of the row elsewhere, from 1.
    pub(super) fn add(&mut self, number: u64, fault: impl FnOnce() -> Fault) {
        self.count += 1;
        if self.first.len() < EXAMPLES || self.first.last_key_value().is_some_and(|(&last, _)| number < last)
        {
            self.first.insert(number, fault());
            self.trim();
        }
    }

    /// Takes up what another thread has found.
    pub(super) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.without_place += other.without_place;
        self.first.extend(other.first);
        self.trim();
    }

    fn trim(&mut self) {
        while self.first.len() > EXAMPLES {
            self.first.pop_last();
        }
    }

    /// Counts a row that only lacks a place.
    pub(super) fn add_without_place(&mut self, number: u64) {
        self.without_place += 1;
        self.add(number, || Fault::NoPlace);
    }

    /// Rows that hold something that cannot be read.
    pub(super) fn unreadable(&self) -> u64 {
        self.count - self.without_place
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first, at most six, with the number of their line or row.
    pub fn first(&self) -> impl Iterator<Item = (u64, &Fault)> {
        self.first.iter().map(|(&number, fault)| (number, fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stay_whatever_the_order() {
        let numbers: Vec<u64> = (0..100).map(|i| (i * 37) % 101 + 1).collect();
        let of = |numbers: &[u64]| {
            let mut bad = BadRows::default();
            numbers.iter().for_each(|&n| bad.add(n, || Fault::NoPlace));
            bad
        };
        let mut split = of(&numbers[60..]);
        split.merge(of(&numbers[..60]));
        assert_eq!(split, of(&numbers));
        assert_eq!(split.count(), 100);
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert_eq!(split.first().map(|(n, _)| n).collect::<Vec<_>>(), sorted[..EXAMPLES]);
    }

    #[test]
    fn faults_in_words() {
        assert!(Fault::out_of_range(19.4, -99.1).text(Lang::En).contains("swapped?"));
        assert!(Fault::out_of_range(181.0, -17.0).text(Lang::Es).contains("de 0 a 360"));
        assert!(!Fault::out_of_range(2e6, 3e5).text(Lang::Es).contains("revés"));
        let long = Fault::unreadable("lon", "é".repeat(50).as_bytes(), Expected::Degrees).text(Lang::En);
        assert_eq!(long.matches('é').count(), 40);
    }
}
