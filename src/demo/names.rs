//! Invented names that sound Spanish, with accents and ñ so that encodings are exercised.

use std::collections::BTreeSet;

use super::dice::Dice;

const ONSETS: &[&str] = &[
    "Al", "Ar", "Bal", "Be", "Bor", "Ca", "Cal", "Ce", "Co", "Cue", "Da", "Es", "Fue", "Gal", "Gua", "Hue",
    "Ja", "La", "Lo", "Man", "Mon", "Na", "Oro", "Pe", "Pie", "Que", "Ri", "Ro", "Sa", "Sel", "Ta", "Te",
    "Tor", "U", "Val", "Ve", "Zar", "Xo", "Ñe", "Ál",
];
const MIDDLES: &[&str] = &[
    "", "", "la", "ra", "ma", "te", "vi", "do", "ñu", "lle", "ce", "ri", "mo", "ba", "gu", "sti", "tu", "ne",
    "ja",
];
const ENDINGS: &[&str] = &[
    "bar", "rías", "dales", "zón", "mares", "cal", "nejo", "ñales", "queda", "reña", "sillas", "tlán",
    "vera", "llosa", "dera", "jón", "rillo", "nasco", "güe", "cún", "ñitas", "mora", "ldía", "nzo", "briga",
    "rcón", "lejos", "dún", "sueña", "tepa",
];
const BEFORE: &[&str] = &[
    "San",
    "Santa",
    "Villa",
    "Puerto",
    "Valle de",
    "Cerro",
    "Peña de",
    "Nuevo",
    "Arroyo",
    "Pozo de",
    "Cañada de",
    "Monte",
    "Real de",
    "Llano de",
];
const AFTER: &[&str] = &[
    "Viejo",
    "el Alto",
    "del Río",
    "de la Sierra",
    "de los Álamos",
    "del Sur",
    "del Norte",
    "de las Cañas",
    "de Arriba",
    "de Abajo",
    "del Páramo",
    "de la Peña",
    "Grande",
    "Chico",
];
const STATES_BEFORE: &[&str] = &["Alta", "Baja", "Nueva", "Costa de", "Sierra de", "Llanos de"];

/// Draws names that differ from all drawn before.
#[derive(Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
}

impl Names {
    /// Name of a municipality.
    pub fn municipality(&mut self, dice: &mut Dice) -> String {
        self.new_name(|| {
            let root = root(dice);
            match dice.below(10) {
                0..=4 => root,
                5..=7 => format!("{} {root}", dice.pick(BEFORE)),
                _ => format!("{root} {}", dice.pick(AFTER)),
            }
        })
    }

    /// Takes a name, so that it is not drawn.
    pub fn take(&mut self, name: &str) {
        self.used.insert(name.to_owned());
    }

    /// Name of a work centre of a kind.
    pub fn work_centre(&mut self, dice: &mut Dice, kind: &str) -> String {
        self.new_name(|| format!("{kind} {}", root(dice)))
    }

    /// Name of a state.
    pub fn state(&mut self, dice: &mut Dice) -> String {
        self.new_name(|| {
            let root = root(dice);
            match dice.below(3) {
                0 => format!("{} {root}", dice.pick(STATES_BEFORE)),
                _ => root,
            }
        })
    }

    fn new_name(&mut self, mut draw: impl FnMut() -> String) -> String {
        // Over a million names exist, so a few draws suffice.
        loop {
            let name = draw();
            if self.used.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn root(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.pick(ONSETS), dice.pick(MIDDLES), dice.pick(ENDINGS))
}
