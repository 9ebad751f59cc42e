//! Texts that come from GDAL: bytes until they are shown to be UTF-8.
//!
//! Drivers hand over what a file holds. Arrow takes texts across the border of C for UTF-8 without a look, so that one
//! wrong byte would be undefined behaviour further on.

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::DataType;
use memchr::memmem;

use super::Options;
use super::raw::Raw;
use crate::layer::Finding;
use crate::layer::text::looks_like;

/// Where the first text stands that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Row of the batch.
    pub row: usize,
    /// The column.
    pub field: String,
    /// What stands there, each wrong byte as a replacement character.
    pub shown: String,
    /// The encoding that it seems to have.
    pub looks_like: Option<&'static str>,
}

/// Checks all texts of a batch.
pub(super) fn check(batch: &RecordBatch) -> Result<(), Fault> {
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if let Some((row, bytes)) = first(column) {
            let shown = String::from_utf8_lossy(&bytes).chars().take(60).collect();
            return Err(Fault { row, field: field.name().clone(), shown, looks_like: looks_like(&bytes) });
        }
    }
    Ok(())
}

/// What to say of texts that are UTF-8 read as Latin-1 or Windows-1252 (`MÃ©xico`), if there are any: by us, where that was
/// stated, or by whoever wrote the file, where it is UTF-8.
pub(super) fn mangled(raw: &Raw, options: &Options) -> Option<Finding> {
    let (mut count, mut first) = (0, None);
    for column in &raw.columns {
        let Some(texts) = column.values.as_string_opt::<i32>() else { continue };
        // The letters that such texts have, as bytes: a look at the whole, which nearly always ends here.
        let bytes = texts.value_data();
        if [&b"\xc3\x83"[..], b"\xc3\x82"].iter().all(|letter| memmem::find(bytes, letter).is_none()) {
            continue;
        }
        for text in texts.iter().flatten().filter(|text| is_mangled(text)) {
            count += 1;
            first.get_or_insert_with(|| (column.name.clone(), text.chars().take(40).collect::<String>()));
        }
    }
    let (field, text) = first?;
    // A shapefile may state a wrong one beside it.
    let stated = options.encoding.is_some() || raw.driver == "ESRI Shapefile";
    let (es, en) = match stated {
        true => (
            format!("UTF-8 leído como Latin-1 (`{field}`: `{text}`); indique `encoding = \"UTF-8\"`"),
            format!("UTF-8 read as Latin-1 (`{field}`: `{text}`); state `encoding = \"UTF-8\"`"),
        ),
        false => (
            format!(
                "UTF-8 codificado dos veces en la fuente (`{field}`: `{text}`); escríbala de nuevo: `iconv -f UTF-8 -t WINDOWS-1252 VIEJO > NUEVO`"
            ),
            format!(
                "UTF-8 encoded twice in the source (`{field}`: `{text}`); write it anew: `iconv -f UTF-8 -t WINDOWS-1252 OLD > NEW`"
            ),
        ),
    };
    Some(Finding::Statistic {
        es: format!("{count} textos parecen {es}"),
        en: format!("{count} texts look like {en}"),
        warning: true,
    })
}

/// Whether a text has a letter of two bytes that was taken for two letters: `Ã` or `Â`, and what stands for the second
/// byte in Latin-1 or Windows-1252.
fn is_mangled(text: &str) -> bool {
    let second = |c: char| ('\u{80}'..='\u{bf}').contains(&c) && c != '\u{a0}' || WINDOWS.contains(c);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, 'Ã' | 'Â') && letters.peek().is_some_and(|&next| second(next)) {
            return true;
        }
    }
    false
}

/// What Windows-1252 has in place of the control characters of Latin-1, but for quotes and dots, which may follow a word.
const WINDOWS: &str = "€‚ƒ„†‡ˆ‰Š‹ŒŽ‘˜™š›œžŸ";

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
    fn utf8_that_was_read_as_latin1_is_seen() {
        for text in [
            "MÃ©xico",
            "EspaÃ±a",
            "MORELOS ÃREA \u{c3}\u{81}",
            "NUEVO LEÃ“N".replace('“', "‘").as_str(),
            "80Â°",
        ] {
            assert!(is_mangled(text), "{text}");
        }
        for text in ["México", "SÃO PAULO", "IRMÃ", "Â la carte", "IRMÃ… e", "Ñandú"] {
            assert!(!is_mangled(text), "{text}");
        }
        let told = |text: &str, encoding: Option<&str>| {
            let mut options = Options::new("t.csv", crate::layer::read::Kind::None, "");
            let raw =
                super::super::delimited::of_bytes(format!("place,n\na,1\n{text},2\n").as_bytes(), &options);
            options.encoding = encoding.map(str::to_owned);
            mangled(&raw.unwrap(), &options).map(|finding| finding.text(crate::lang::Lang::En))
        };
        let read_so = told("EspaÃ±a", Some("latin1")).unwrap();
        assert!(
            read_so.contains("`place`: `EspaÃ±a`") && read_so.contains("encoding = \"UTF-8\""),
            "{read_so}"
        );
        let written_so = told("EspaÃ±a", None).unwrap();
        assert!(written_so.contains("twice") && written_so.contains("iconv"), "{written_so}");
        assert_eq!(told("España", None), None);
    }

    #[test]
    fn wrong_bytes_are_found_wherever_they_stand() {
        assert_eq!(check_of(&[Some("México".as_bytes()), None, Some(b"")]), Ok(()));
        assert_eq!(check_of(&[]), Ok(()));
        let fault = |row, shown: &str| {
            let looks_like = Some("windows-1252");
            Err(Fault { row, field: "name".to_owned(), shown: shown.to_owned(), looks_like })
        };
        assert_eq!(check_of(&[Some(b"a"), Some(b"M\xe9xico")]), fault(1, "M\u{fffd}xico"));
        // Cut inside a letter: together they would be right.
        assert_eq!(check_of(&[Some(b"\xc3"), Some(b"\xa9")]), fault(0, "\u{fffd}"));
        assert_eq!(check_of(&[Some(b"\xed\xa0\x80")]), fault(0, "\u{fffd}\u{fffd}\u{fffd}"));
    }
}
