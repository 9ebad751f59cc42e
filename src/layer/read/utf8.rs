//! Texts that come from GDAL: bytes until they are shown to be UTF-8.
//!
//! Drivers hand over what a file holds. Arrow takes texts across the border of C for UTF-8 without a look, so that one
//! wrong byte would be undefined behaviour further on.

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::DataType;

/// Where the first text stands that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Row of the batch.
    pub row: usize,
    /// The column.
    pub field: String,
    /// What stands there, each wrong byte as a replacement character.
    pub shown: String,
}

/// Checks all texts of a batch.
pub(super) fn check(batch: &RecordBatch) -> Result<(), Fault> {
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if let Some((row, bytes)) = first(column) {
            let shown = String::from_utf8_lossy(&bytes).chars().take(60).collect();
            return Err(Fault { row, field: field.name().clone(), shown });
        }
    }
    Ok(())
}

/// The first row whose bytes are no text, and the bytes.
fn first(column: &ArrayRef) -> Option<(usize, Vec<u8>)> {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            let offsets = texts.value_offsets().iter().map(|&at| usize::try_from(at).unwrap_or(usize::MAX));
            wrong(column, texts.value_data(), offsets)
        }
        DataType::LargeUtf8 => {
            let texts = column.as_string::<i64>();
            let offsets = texts.value_offsets().iter().map(|&at| usize::try_from(at).unwrap_or(usize::MAX));
            wrong(column, texts.value_data(), offsets)
        }
        _ => None,
    }
}

fn wrong(
    column: &ArrayRef,
    bytes: &[u8],
    offsets: impl Iterator<Item = usize> + Clone,
) -> Option<(usize, Vec<u8>)> {
    let (start, end) = (offsets.clone().next()?, offsets.clone().last()?);
    let all = bytes.get(start..end)?;
    // Nearly always all of it is text, and each begins with a letter: two quick looks at the whole.
    let begins = |at: usize| bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    if std::str::from_utf8(all).is_ok() && offsets.clone().all(begins) {
        return None;
    }
    let spans = offsets.clone().zip(offsets.skip(1)).enumerate();
    let texts = spans.filter(|(row, _)| !column.is_null(*row));
    texts
        .filter_map(|(row, (from, to))| Some((row, bytes.get(from..to)?)))
        .find(|(_, text)| std::str::from_utf8(text).is_err())
        .map(|(row, text)| (row, text.to_vec()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{BinaryArray, StringArray};
    use arrow_schema::{Field, Schema};

    use super::*;

    /// Texts as they come over the border of C, without a look.
    #[allow(unsafe_code, reason = "the very fault that is looked for")]
    fn texts(values: &[Option<&[u8]>]) -> ArrayRef {
        let (offsets, values, nulls) = BinaryArray::from(values.to_vec()).into_parts();
        // SAFETY: none; the array is only looked at as bytes.
        Arc::new(unsafe { StringArray::new_unchecked(offsets, values, nulls) })
    }

    fn check_of(values: &[Option<&[u8]>]) -> Result<(), Fault> {
        let column = texts(values);
        let schema = Schema::new(vec![Field::new("name", DataType::Utf8, true)]);
        check(&RecordBatch::try_new(Arc::new(schema), vec![column]).unwrap())
    }

    #[test]
    fn wrong_bytes_are_found_wherever_they_stand() {
        assert_eq!(check_of(&[Some("México".as_bytes()), None, Some(b"")]), Ok(()));
        assert_eq!(check_of(&[]), Ok(()));
        let fault = |row, shown: &str| Err(Fault { row, field: "name".to_owned(), shown: shown.to_owned() });
        assert_eq!(check_of(&[Some(b"a"), Some(b"M\xe9xico")]), fault(1, "M\u{fffd}xico"));
        // Cut inside a letter: together they would be right.
        assert_eq!(check_of(&[Some(b"\xc3"), Some(b"\xa9")]), fault(0, "\u{fffd}"));
        assert_eq!(check_of(&[Some(b"\xed\xa0\x80")]), fault(0, "\u{fffd}\u{fffd}\u{fffd}"));
    }
}
