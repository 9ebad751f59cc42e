//! Bytes as text.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE};

use super::Lines;

/// Bytes that are looked at to tell what a text is.
const LOOKED_AT: usize = 4_096;

/// The encoding of DOS in the West, which is not decoded here, but recognised.
pub(crate) const DOS: &str = "CP850";

/// Letters of Spanish, Portuguese and French in that encoding, which are signs in that of Windows.
const LETTERS_OF_DOS: &[u8] = b"\x81\x82\x83\x85\x87\x88\x8a\x90\xa0\xa1\xa2\xa3\xa4\xa5\xb5\xd6";

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoText {
    /// Nobody knows the encoding.
    Unknown,
    /// The bytes on this line are not what the encoding says.
    Wrong { line: u64, encoding: &'static str, looks_like: Option<&'static str> },
    /// A byte on this line that no text has.
    Nul { line: u64, looks_like: Option<&'static str> },
}

/// The bytes as text, and where it begins in them: a byte-order mark decides, then `encoding`, then UTF-8.
pub(crate) fn decode<'b>(bytes: &'b [u8], encoding: Option<&str>) -> Result<Cow<'b, str>, NoText> {
    let stated = encoding.unwrap_or("UTF-8");
    let stated = Encoding::for_label(stated.as_bytes()).ok_or(NoText::Unknown)?;
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((marked, mark)) => (marked, &bytes[mark..]),
        None => (stated, bytes),
    };
    let text = match encoding == encoding_rs::UTF_8 {
        true => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|fault| NoText::Wrong {
            line: Lines::of(bytes).of_byte(fault.valid_up_to()),
            encoding: encoding.name(),
            looks_like: looks_like(bytes),
        })?,
        false => Cow::Owned(other(bytes, encoding)?),
    };
    match memchr::memchr(0, text.as_bytes()) {
        Some(at) => {
            Err(NoText::Nul { line: Lines::of(text.as_bytes()).of_byte(at), looks_like: looks_like(bytes) })
        }
        None => Ok(text),
    }
}

/// Text in another encoding than UTF-8.
fn other(bytes: &[u8], encoding: &'static Encoding) -> Result<String, NoText> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    // No more than this is ever needed, so that one call decodes everything up to the first fault.
    text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0));
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        _ => Err(NoText::Wrong {
            line: Lines::of(text.as_bytes()).of_byte(text.len()),
            encoding: encoding.name(),
            looks_like: looks_like(bytes),
        }),
    }
}

/// The encoding that bytes seem to have: UTF-16, where every second one is nothing; UTF-8, where they are; that of DOS,
/// where most that stand by letters are letters in it; that of Windows in the West elsewhere, which no byte contradicts.
pub(crate) fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let nothing = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nothing(0), nothing(1));
    let most = head.len() / 4;
    if odd > most && even == 0 {
        return Some(UTF_16LE.name());
    }
    if even > most && odd == 0 {
        return Some(UTF_16BE.name());
    }
    if even + odd > 0 {
        return None;
    }
    Some(match () {
        () if std::str::from_utf8(bytes).is_ok() => "UTF-8",
        () if is_dos(bytes) => DOS,
        () => "windows-1252",
    })
}

/// Whether most of the bytes beyond ASCII that stand by a letter are letters of DOS.
fn is_dos(bytes: &[u8]) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let by_letter = |at: usize| is_letter(at.checked_sub(1)) || is_letter(Some(at + 1));
    let high = bytes.iter().enumerate().filter(|&(at, byte)| !byte.is_ascii() && by_letter(at));
    let (mut all, mut dos) = (0, 0);
    for (_, byte) in high {
        all += 1;
        dos += usize::from(LETTERS_OF_DOS.contains(byte));
    }
    dos * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_honoured() {
        let wrong =
            |line, looks_like| Err(NoText::Wrong { line, encoding: "UTF-8", looks_like: Some(looks_like) });
        assert_eq!(decode(b"a\nM\xe9xico\n", None), wrong(2, "windows-1252"));
        let replaced = "a\u{fffd}\nb\n".as_bytes();
        assert!(decode(replaced, None).is_ok(), "the replacement character is one like others");
        assert_eq!(decode(&[replaced, b"\xe9"].concat(), None), wrong(3, "windows-1252"));
        assert_eq!(decode(b"a\nM\xe9xico\n", Some("ISO-8859-1")).unwrap(), "a\nMéxico\n");
        assert_eq!(decode("\u{feff}a\n".as_bytes(), Some("ISO-8859-1")).unwrap(), "a\n");
        assert_eq!(decode(b"a", Some("nobody's")), Err(NoText::Unknown));
    }

    #[test]
    fn the_encoding_of_dos_is_recognised() {
        for text in
            [&b"code,name\n01,M\x82rida\n02,Le\xa2n\n"[..], b"SAN JOS\x90", b"CIUDAD JU\xb5REZ, PE\xa5A"]
        {
            assert_eq!(looks_like(text), Some(DOS), "{text:?}");
        }
        for text in [&b"M\xe9rida, Le\xf3n"[..], b"PE\xd1A, JU\xc1REZ", b"S\xe3o Paulo \xa1", b"80\xb0 N"] {
            assert_eq!(looks_like(text), Some("windows-1252"), "{text:?}");
        }
    }

    #[test]
    fn utf16_without_a_mark_is_recognised() {
        let wide: Vec<u8> = "code,n\n01001,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide, None), Err(NoText::Nul { line: 1, looks_like: Some("UTF-16LE") }));
        assert_eq!(decode(&wide, Some("UTF-16LE")).unwrap(), "code,n\n01001,1\n");
        let wide: Vec<u8> = "code,n\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&wide, None), Err(NoText::Nul { line: 1, looks_like: Some("UTF-16BE") }));
        assert_eq!(decode(b"a,b\nc\0,d\n", None), Err(NoText::Nul { line: 2, looks_like: None }));
    }
}
