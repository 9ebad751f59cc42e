//! Keys of two layers that do not match, and what would make them match.
//!
//! Codes come through spreadsheets and other programs, which take their leading zeros, put marks before them or make
//! numbers of them. Tried on the keys that are left over on both sides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// One way in which the same code is written differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// Marks by which spreadsheets keep a text a text: `="01001"`, `'01001`.
    Marks,
    /// Characters that cannot be seen.
    Invisible,
    /// Blanks.
    Blanks,
    /// Upper and lower case.
    Case,
    /// `.0` at the end of a code that went through a number.
    Decimals,
    /// Leading zeros.
    Zeros,
    /// A beginning that only one side has.
    Prefix,
}

/// What would make keys match that do not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct KeyFit {
    /// What differs.
    pub spelling: Vec<Spelling>,
    /// Keys that would match.
    pub matched: usize,
    /// Keys that are left over on the side with fewer of them.
    pub of: usize,
    /// A pair of them, left and right.
    pub example: [String; 2],
    /// Whether it is the right side that is to be corrected.
    pub right: bool,
    /// The beginning that one side has, where it is the same in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// What is tried, the likeliest first; of two that fit as many the first is taken.
const TRIED: [&[Spelling]; 9] = [
    &[Spelling::Marks],
    &[Spelling::Invisible],
    &[Spelling::Blanks],
    &[Spelling::Case],
    &[Spelling::Decimals],
    &[Spelling::Zeros],
    &[Spelling::Decimals, Spelling::Zeros],
    &[Spelling::Marks, Spelling::Zeros],
    &[
        Spelling::Marks,
        Spelling::Invisible,
        Spelling::Blanks,
        Spelling::Case,
        Spelling::Decimals,
        Spelling::Zeros,
    ],
];

/// Pairs that a beginning must fit before it is believed: of one pair it may be chance.
const PREFIX_PAIRS: usize = 2;

/// Finds what would make keys match, of those that stand on one side only; `None` where nothing would for at least half
/// of the side with fewer. O(keys).
///
/// ```
/// use corredor::layer::{Spelling, key_fit};
///
/// let fit = key_fit(&["01001", "01002"], &["1001", "1002"]).unwrap();
/// assert_eq!((fit.spelling.as_slice(), fit.matched), (&[Spelling::Zeros][..], 2));
/// assert_eq!(key_fit(&["23001"], &["23011"]), None);
/// ```
pub fn key_fit<S: AsRef<str>>(left: &[S], right: &[S]) -> Option<KeyFit> {
    let left: Vec<&str> = left.iter().map(AsRef::as_ref).collect();
    let right: Vec<&str> = right.iter().map(AsRef::as_ref).collect();
    let of = left.len().min(right.len());
    if of == 0 {
        return None;
    }
    let mut best: Option<KeyFit> = None;
    let mut keep = |fit: Option<KeyFit>| {
        let better = |fit: &KeyFit| best.as_ref().is_none_or(|best| best.matched < fit.matched);
        if let Some(fit) = fit.filter(|fit| fit.matched * 2 >= of && better(fit)) {
            best = Some(fit);
        }
    };
    for spelling in TRIED {
        keep(respelled(&left, &right, spelling, of));
    }
    keep(prefixed(&left, &right, of));
    best
}

/// The fit of one set of spellings.
fn respelled(left: &[&str], right: &[&str], spelling: &[Spelling], of: usize) -> Option<KeyFit> {
    let there = by_text(right.iter().map(|key| plain(key, spelling)));
    let here = by_text(left.iter().map(|key| plain(key, spelling)));
    // Two keys that become one would be no match.
    let pair = |(text, row): (&String, &Option<usize>)| Some(((*row)?, (*there.get(text)?)?));
    let pairs: Vec<(usize, usize)> = here.iter().filter_map(pair).collect();
    let &(l, r) = pairs.iter().min()?;
    let (l, r) = (left[l], right[r]);
    // Of all that were tried only what is needed is told.
    let needed: Vec<Spelling> = spelling
        .iter()
        .copied()
        .filter(|one| {
            let others: Vec<Spelling> = spelling.iter().copied().filter(|other| other != one).collect();
            pairs.iter().any(|&(l, r)| plain(left[l], &others) != plain(right[r], &others))
        })
        .collect();
    let right = match needed.contains(&Spelling::Zeros) {
        // What is longer has its zeros.
        true => plain(r, &others_than_zeros(&needed)).len() < plain(l, &others_than_zeros(&needed)).len(),
        false => plain(r, &needed) != r,
    };
    Some(KeyFit {
        spelling: needed,
        matched: pairs.len(),
        of,
        example: [l.to_owned(), r.to_owned()],
        right,
        prefix: None,
    })
}

fn others_than_zeros(spelling: &[Spelling]) -> Vec<Spelling> {
    spelling.iter().copied().filter(|one| *one != Spelling::Zeros).collect()
}

/// The place of each text; `None` where it stands twice.
fn by_text(texts: impl Iterator<Item = String>) -> BTreeMap<String, Option<usize>> {
    let mut places = BTreeMap::new();
    for (row, text) in texts.enumerate() {
        places.entry(text).and_modify(|place| *place = None).or_insert(Some(row));
    }
    places
}

/// A key without these differences.
fn plain(key: &str, spelling: &[Spelling]) -> String {
    let mut text = key.to_owned();
    for one in spelling {
        text = match one {
            Spelling::Marks => unmarked(&text).to_owned(),
            Spelling::Invisible => text.chars().filter(|c| !is_invisible(*c)).collect(),
            Spelling::Blanks => text.chars().filter(|c| !c.is_whitespace()).collect(),
            Spelling::Case => text.to_lowercase(),
            Spelling::Decimals => whole(&text).to_owned(),
            Spelling::Zeros => match text.bytes().all(|b| b.is_ascii_digit()) {
                true => text.trim_start_matches('0').to_owned(),
                false => text,
            },
            Spelling::Prefix => text,
        };
    }
    text
}

/// A text without the marks of a spreadsheet.
fn unmarked(text: &str) -> &str {
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.or_else(|| text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')));
    inner.or_else(|| text.strip_prefix('\'')).unwrap_or(text)
}

/// A code of digits without `.0`, `.00` and so on.
fn whole(text: &str) -> &str {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((before, after)) if digits(before) && digits(after) && after.bytes().all(|b| b == b'0') => {
            before
        }
        _ => text,
    }
}

/// Characters that take no room: marks of order, joiners, soft hyphens, controls.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The fit of a beginning of one length that only one side has, such as a country or a state.
fn prefixed(left: &[&str], right: &[&str], of: usize) -> Option<KeyFit> {
    let (right_is_long, long, short) = match longest(left) >= longest(right) {
        true => (false, left, right),
        false => (true, right, left),
    };
    let shorts = by_text(short.iter().map(|key| (*key).to_owned()));
    // How much longer, as often as it holds.
    let mut lengths: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    for (row, key) in long.iter().enumerate() {
        for (at, _) in key.char_indices().skip(1) {
            if let Some(Some(other)) = shorts.get(&key[at..]) {
                lengths.entry(at).or_default().push((row, *other));
            }
        }
    }
    let most = lengths.into_iter().max_by_key(|(at, pairs)| (pairs.len(), std::cmp::Reverse(*at)))?;
    let (at, pairs) = most;
    // A code of the short side that several of the long one end with says nothing.
    let mut seen: HashMap<usize, usize> = HashMap::new();
    pairs.iter().for_each(|(_, other)| *seen.entry(*other).or_default() += 1);
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, other)| seen[other] == 1).collect();
    if pairs.len() < PREFIX_PAIRS {
        return None;
    }
    let &(row, other) = pairs.iter().min()?;
    let beginnings: BTreeSet<&str> = pairs.iter().map(|&(row, _)| &long[row][..at]).collect();
    let (l, r) = if right_is_long { (short[other], long[row]) } else { (long[row], short[other]) };
    Some(KeyFit {
        spelling: vec![Spelling::Prefix],
        matched: pairs.len(),
        of,
        example: [l.to_owned(), r.to_owned()],
        // A code that is the same in all may go; one that tells states apart is missed where it is not.
        right: if beginnings.len() == 1 { right_is_long } else { !right_is_long },
        prefix: beginnings.first().filter(|_| beginnings.len() == 1).map(|&prefix| prefix.to_owned()),
    })
}

fn longest(keys: &[&str]) -> usize {
    keys.iter().map(|key| key.chars().count()).max().unwrap_or(0)
}

impl KeyFit {
    /// What would match, and what to do, for a person; `left` and `right` are the names of the layers.
    pub fn text(&self, left: &str, right: &str, lang: Lang) -> String {
        let Self { matched, of, example: [l, r], .. } = self;
        let layer = if self.right { right } else { left };
        let ways: Vec<String> = self.spelling.iter().map(|one| self.way(*one, lang)).collect();
        let cure = self.cure(layer, lang);
        match lang {
            Lang::Es => format!(
                "{matched} de {of} coincidirían {} (`{l}` en `{left}`, `{r}` en `{right}`): {cure}",
                ways.join(" y ")
            ),
            Lang::En => format!(
                "{matched} of {of} would match {} (`{l}` in `{left}`, `{r}` in `{right}`): {cure}",
                ways.join(" and ")
            ),
        }
    }

    fn way(&self, spelling: Spelling, lang: Lang) -> String {
        let (es, en) = match (spelling, &self.prefix) {
            (Spelling::Marks, _) => {
                ("sin las marcas de una hoja de cálculo", "without the marks of a spreadsheet")
            }
            (Spelling::Invisible, _) => ("sin caracteres invisibles", "without invisible characters"),
            (Spelling::Blanks, _) => ("sin espacios", "without blanks"),
            (Spelling::Case, _) => ("sin distinguir mayúsculas", "in one case"),
            (Spelling::Decimals, _) => ("sin `.0` al final", "without `.0` at the end"),
            (Spelling::Zeros, _) => ("con los ceros iniciales", "with their leading zeros"),
            (Spelling::Prefix, None) => ("con el mismo principio", "with the same beginning"),
            (Spelling::Prefix, Some(prefix)) => {
                return match lang {
                    Lang::Es => format!("sin `{prefix}` al principio"),
                    Lang::En => format!("without `{prefix}` at the beginning"),
                };
            }
        };
        lang.pick(es, en).to_owned()
    }

    fn cure(&self, layer: &str, lang: Lang) -> String {
        let sheet = [Spelling::Marks, Spelling::Decimals, Spelling::Zeros];
        let (es, en) = match &self.spelling[..] {
            [Spelling::Prefix] => (
                "nombre en su `key` el campo que tiene la clave como la otra capa, o escríbala así en la fuente",
                "name in its `key` the field that holds the code as the other layer has it, or write it so in the source",
            ),
            spelling if spelling.iter().any(|one| sheet.contains(one)) => (
                "pasaron por una hoja de cálculo o por números; escriba la columna como texto en la fuente y expórtela de nuevo",
                "they went through a spreadsheet or numbers; write the column as text in the source and export it again",
            ),
            _ => ("escríbalas igual en la fuente", "write them alike in the source"),
        };
        match lang {
            Lang::Es => format!("corrija `{layer}`: {es}"),
            Lang::En => format!("correct `{layer}`: {en}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(left: &[&str], right: &[&str]) -> Option<(Vec<Spelling>, usize, bool)> {
        key_fit(left, right).map(|fit| (fit.spelling, fit.matched, fit.right))
    }

    #[test]
    fn what_differs_is_found() {
        use Spelling::*;
        let codes = ["01001", "01002", "02001"];
        let cases: [(&[&str], Vec<Spelling>); 9] = [
            (&["1001", "1002", "2001"], vec![Zeros]),
            (&["=\"01001\"", "=\"01002\"", "=\"02001\""], vec![Marks]),
            (&["'01001", "'01002", "'02001"], vec![Marks]),
            (&["01001 ", " 01002", "02 001"], vec![Blanks]),
            (&["01001\u{200b}", "\u{feff}01002", "02001\u{ad}"], vec![Invisible]),
            (&["01001.0", "01002.0", "02001.00"], vec![Decimals]),
            (&["1001.0", "1002.0", "2001.0"], vec![Decimals, Zeros]),
            (&["=\"1001\"", "=\"1002\"", "=\"2001\""], vec![Marks, Zeros]),
            (&["MX01001", "MX01002", "MX02001"], vec![Prefix]),
        ];
        for (written, spelling) in cases {
            assert_eq!(fit(&codes, written), Some((spelling.clone(), 3, true)), "{written:?}");
            assert_eq!(fit(written, &codes), Some((spelling, 3, false)), "{written:?}");
        }
        assert_eq!(fit(&["Centro", "Norte"], &["CENTRO", "NORTE"]), Some((vec![Case], 2, true)));
        assert_eq!(fit(&["Centro"], &["\u{a0}CENTRO"]), Some((vec![Blanks, Case], 1, true)));
    }

    #[test]
    fn a_state_that_one_side_leaves_out_is_missed_there() {
        let found = key_fit(&["01001", "01002", "02003"], &["001", "002", "003"]).unwrap();
        assert_eq!((found.prefix.as_deref(), found.right), (None, true));
        let told = found.text("zones", "people", Lang::En);
        assert!(
            told.contains("3 of 3 would match with the same beginning") && told.contains("`people`"),
            "{told}"
        );
        // `001` of two states is neither's.
        assert_eq!(fit(&["01001", "02001"], &["001"]), None);
    }

    #[test]
    fn other_vintages_are_no_spelling() {
        assert_eq!(fit(&["23011"], &["23001"]), None);
        assert_eq!(fit(&["07125", "02007"], &["20001"]), None);
        assert_eq!(fit(&[], &["1"]), None);
        // Two that would become one.
        assert_eq!(fit(&["01", "001"], &["1"]), None);
        // Of ten that are left over one is chance.
        let left: Vec<String> = (10..20).map(|n| format!("A{n}")).chain(["07".to_owned()]).collect();
        let right: Vec<String> = (30..40).map(|n| n.to_string()).chain(["7".to_owned()]).collect();
        assert_eq!(key_fit(&left, &right), None);
    }

    #[test]
    fn the_text_says_what_to_do() {
        let found = key_fit(&["01001"], &["1001"]).unwrap();
        assert_eq!(
            found.text("zones", "table", Lang::En),
            "1 of 1 would match with their leading zeros (`01001` in `zones`, `1001` in `table`): correct `table`: they went through a spreadsheet or numbers; write the column as text in the source and export it again"
        );
        assert!(
            found.text("zones", "table", Lang::Es).contains("1 de 1 coincidirían con los ceros iniciales")
        );
    }
}
