//! Points by year.

use crate::build::BuildError;
use crate::layer::Layer;

/// The year of each point: of a whole number of four digits, or of a text that begins with one (`2019-03-05`).
pub(crate) fn years(points: &Layer, field: &str) -> Result<Vec<Option<i32>>, BuildError> {
    Ok(points.texts(field)?.iter().map(|text| text.as_deref().and_then(year)).collect())
}

fn year(text: &str) -> Option<i32> {
    let (digits, rest) = text.trim().split_at_checked(4)?;
    let ends = !rest.starts_with(|c: char| c.is_ascii_digit());
    (ends && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::year;

    #[test]
    fn a_year_is_four_digits_at_the_beginning() {
        assert_eq!(["2019", " 2019-03-05", "2019.0"].map(year), [Some(2019); 3]);
        assert_eq!(["05/03/2019", "20190305", "19", "", "año"].map(year), [None; 5]);
    }
}
