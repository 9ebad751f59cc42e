//! Why a text that looks like a number is none, and which setting reads it.

use std::fmt;

use super::Numerals;
use crate::lang::Lang;

/// A way of writing numbers that is not the one a source is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `12,5`.
    DecimalComma,
    /// `1,200` or `1,200.50`.
    ThousandsByCommas,
    /// `1.200,50`.
    ThousandsByPoints,
    /// `1 200`.
    ThousandsByBlanks,
    /// `1'200`.
    ThousandsByApostrophes,
    /// `12.5 %`.
    PerCent,
    /// `$ 12`.
    Currency,
    /// `="12"`, or `'12` of a spreadsheet.
    Guarded,
    /// `−12`, with a minus sign or dash of typography.
    Minus,
    /// `12.5` where commas are said to stand before decimals.
    DecimalPoint,
    /// A whole number that 64 bits do not hold.
    TooLarge,
}

/// What a number says on whether the points of its column stand between thousands (`1.234`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Points {
    /// They do not.
    No,
    /// It has none, and no more than three digits.
    None,
    /// It has one before three digits.
    Perhaps,
}

impl Points {
    /// Looks at one number.
    pub(crate) fn of(text: &[u8]) -> Self {
        let text = text.trim_ascii();
        let bare = text.strip_prefix(b"-").unwrap_or(text);
        let point = bare.iter().position(|&byte| byte == b'.');
        let (whole, decimals) = bare.split_at(point.unwrap_or(bare.len()));
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        // Nobody writes thousands of nothing.
        if !(1..=3).contains(&whole.len()) || !digits(whole) || whole.len() > 1 && whole[0] == b'0' {
            return Self::No;
        }
        match decimals {
            [] => Self::None,
            [_, rest @ ..] if rest.len() == 3 && digits(rest) && whole != b"0" => Self::Perhaps,
            _ => Self::No,
        }
    }
}

impl Notation {
    /// What a text is that was asked for a number and is none; `None` where it is no number in any notation.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.trim_start_matches(['-', '+']);
        if text.starts_with("=\"") || text.starts_with('\'') && number_like(&text[1..]) {
            return Some(Self::Guarded);
        }
        if let Some(rest) = bare.strip_suffix('%').or_else(|| bare.strip_prefix('%')) {
            return number_like(rest).then_some(Self::PerCent);
        }
        if let Some(rest) = bare.strip_prefix(['−', '–', '—', '‒']) {
            return number_like(rest).then_some(Self::Minus);
        }
        if let Some(amount) = amount(bare) {
            return number_like(amount).then_some(Self::Currency);
        }
        if !number_like(bare) {
            return None;
        }
        let (points, commas) = (bare.matches('.').count(), bare.matches(',').count());
        let grouped = |sign: char| {
            bare.split(sign).skip(1).all(|group| group.bytes().take_while(u8::is_ascii_digit).count() == 3)
                && !bare.starts_with(sign)
        };
        let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}');
        Some(match (points, commas) {
            _ if bare.contains(blank) => Self::ThousandsByBlanks,
            _ if bare.contains(['\'', '’']) => Self::ThousandsByApostrophes,
            (0, 0) => Self::TooLarge,
            // `0,125` has no thousands.
            (0, 1) if !grouped(',') || bare.starts_with("0,") => Self::DecimalComma,
            (0, _) => Self::ThousandsByCommas,
            (1, 0) => Self::DecimalPoint,
            (_, 0) => Self::ThousandsByPoints,
            _ if bare.rfind(',') > bare.rfind('.') => Self::ThousandsByPoints,
            _ => Self::ThousandsByCommas,
        })
    }

    /// The same for a text that should hold two numbers, `lat, lon`.
    pub fn of_pair(text: &str) -> Option<Self> {
        let (one, other) = text.split_once(';').or_else(|| text.split_once(", "))?;
        Self::of(one).filter(|notation| Self::of(other) == Some(*notation))
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::DecimalComma => {
                "it has a decimal comma: state `decimal = \",\"` in the layer's [read] (`locate`: --decimal ,)"
            }
            Self::ThousandsByCommas => {
                "it has commas between thousands: state `thousands = \",\"` in the layer's [read] (or `decimal = \",\"`, if they stand before decimals)"
            }
            Self::ThousandsByPoints => {
                "it has points between thousands: state `thousands = \".\"` and `decimal = \",\"` in the layer's [read]"
            }
            Self::ThousandsByBlanks => {
                "it has blanks between thousands: state `thousands = \" \"` in the layer's [read]"
            }
            Self::ThousandsByApostrophes => {
                "it has apostrophes between thousands: state `thousands = \"'\"` in the layer's [read]"
            }
            Self::PerCent => {
                "it has a per cent sign: take the signs out in the source, and say `pct` in the field's name"
            }
            Self::Currency => "it is an amount of money: take the currency out in the source",
            Self::Guarded => {
                "it is guarded, as spreadsheets keep texts: save the source anew without `=\"...\"` or the apostrophe"
            }
            Self::Minus => "its minus is a sign of typography: write `-` in the source",
            Self::DecimalPoint => {
                "it has a decimal point: take `decimal = \",\"` out of the layer's [read], or state `thousands = \".\"` there if points stand between thousands"
            }
            Self::TooLarge => "64 bits do not hold it: declare the field as text (`types`), if it is a code",
        }
    }
}

impl Notation {
    /// Whether digits of a text are grouped by threes, where the notation groups them: those of codes (`1.10.2`), of pairs
    /// and of telephones are not.
    pub(crate) fn groups(self, text: &str) -> bool {
        let thousands = match self {
            Self::DecimalComma => None,
            Self::ThousandsByCommas => Some(','),
            Self::ThousandsByPoints => Some('.'),
            Self::ThousandsByBlanks => Some(' '),
            Self::ThousandsByApostrophes => Some('\''),
            _ => return true,
        };
        ['.', ','].into_iter().any(|decimal| Numerals { decimal, thousands }.number(text).is_some())
    }

    /// What a column of such texts holds and what to do about it, for a person.
    pub(crate) fn text(self, lang: Lang) -> &'static str {
        if lang == Lang::En {
            return self.help();
        }
        match self {
            Self::DecimalComma => {
                "lleva coma decimal: indique `decimal = \",\"` en el [read] de la capa (`locate`: --decimal ,)"
            }
            Self::ThousandsByCommas => {
                "lleva comas de millares: indique `thousands = \",\"` en el [read] de la capa (o `decimal = \",\"`, si son decimales)"
            }
            Self::ThousandsByPoints => {
                "lleva puntos de millares: indique `thousands = \".\"` y `decimal = \",\"` en el [read] de la capa"
            }
            Self::ThousandsByBlanks => {
                "lleva espacios de millares: indique `thousands = \" \"` en el [read] de la capa"
            }
            Self::ThousandsByApostrophes => {
                "lleva apóstrofos de millares: indique `thousands = \"'\"` en el [read] de la capa"
            }
            Self::PerCent => {
                "lleva signo de porcentaje: quite los signos en la fuente y diga `pct` en el nombre del campo"
            }
            Self::Currency => "es una cantidad de dinero: quite la moneda en la fuente",
            Self::Guarded => {
                "lleva las marcas con que una hoja de cálculo guarda textos: guárdela de nuevo sin `=\"...\"` ni apóstrofo"
            }
            Self::Minus => "su signo menos es tipográfico: escriba `-` en la fuente",
            Self::DecimalPoint => {
                "lleva punto decimal: quite `decimal = \",\"` del [read] de la capa, o indique ahí `thousands = \".\"` si son millares"
            }
            Self::TooLarge => "no cabe en 64 bits: declare el campo como `text` (`types`), si es un código",
        }
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.help())
    }
}

/// Whether a text is digits and what stands between them.
fn number_like(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+']);
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.starts_with(|c: char| c.is_ascii_digit() || ".,".contains(c))
        && text.ends_with(|c: char| c.is_ascii_digit() || ".,".contains(c))
        && text.chars().all(|c| c.is_ascii_digit() || ".,' ’\u{a0}\u{2009}\u{202f}".contains(c))
}

/// Signs and words of money.
const CURRENCIES: [&str; 14] =
    ["$", "€", "£", "¢", "₡", "MXN", "USD", "EUR", "GTQ", "HNL", "COP", "CRC", "Q", "L"];

/// What is left of an amount of money without its currency; `None` where there is none.
fn amount(text: &str) -> Option<&str> {
    let of = |word: &&str| text.strip_prefix(word).or_else(|| text.strip_suffix(word));
    CURRENCIES.iter().find_map(of).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::Notation as N;

    #[test]
    fn notations_are_told_apart() {
        for (text, notation) in [
            ("12,5", N::DecimalComma),
            ("-0,125", N::DecimalComma),
            ("1,200", N::ThousandsByCommas),
            ("1,200.50", N::ThousandsByCommas),
            ("1,200,000", N::ThousandsByCommas),
            ("1.200,50", N::ThousandsByPoints),
            ("1.200.000", N::ThousandsByPoints),
            ("1 200", N::ThousandsByBlanks),
            ("1\u{a0}200", N::ThousandsByBlanks),
            ("1'200", N::ThousandsByApostrophes),
            ("12.5 %", N::PerCent),
            ("$ 1,200", N::Currency),
            ("Q12.5", N::Currency),
            ("12 MXN", N::Currency),
            ("=\"01001\"", N::Guarded),
            ("'12", N::Guarded),
            ("−12", N::Minus),
            ("12.5", N::DecimalPoint),
            ("99999999999999999999", N::TooLarge),
        ] {
            assert_eq!(N::of(text), Some(notation), "{text}");
        }
        for text in ["40,25; 10,25", "40,75, 10,75"] {
            assert_eq!(N::of_pair(text), Some(N::DecimalComma), "{text}");
        }
        for (text, groups) in [
            ("1 200", true),
            ("1.200,50", true),
            ("55 12345678", false),
            ("31.6, 34.9", false),
            ("1.10.2", false),
        ] {
            assert_eq!(N::of(text).unwrap().groups(text), groups, "{text}");
        }
        for text in ["", "n/a", "*", "-", "NaN", "Guatemala", "3/4", "12E1", "X"] {
            assert_eq!(N::of(text), None, "{text}");
        }
    }
}
