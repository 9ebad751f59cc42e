//! XML that leads elsewhere: entities, links, encodings that hide them.

use memchr::memmem;

/// Encodings in which a tag looks as it does in ASCII, and those of two bytes a letter.
const ENCODINGS: [&str; 8] =
    ["utf-8", "utf8", "us-ascii", "iso-8859-", "windows-125", "utf-16", "iso-latin-1", "latin1"];

/// The longest preamble before the first element.
pub(super) const LONGEST_PREAMBLE: u64 = 1 << 20;

/// Checks the beginning of a text.
///
/// # Errors
/// What it leads to.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let preamble = super::content::as_text(&text[..text.len().min(LONGEST_PREAMBLE as usize)]);
    let mut rest = preamble.trim_start();
    loop {
        let end = match () {
            () if rest.starts_with("<?") => "?>",
            () if rest.starts_with("<!--") => "-->",
            // Entities may name files and servers, and grow without end.
            () if rest.starts_with("<!") => {
                return Err("XML with a document type (DOCTYPE), which may name other files".to_owned());
            }
            () if rest.starts_with('<') => break,
            () => return Ok(()),
        };
        let Some(at) = rest.find(end) else {
            return Err("XML whose first element does not come".to_owned());
        };
        if let Some(encoding) = encoding(&rest[..at]).filter(|e| !ENCODINGS.iter().any(|k| e.starts_with(k)))
        {
            return Err(format!("XML in the encoding `{encoding}`, in which links cannot be seen"));
        }
        rest = rest[at + end.len()..].trim_start();
    }
    Ok(())
}

/// Checks all of a KML.
///
/// # Errors
/// What it leads to.
pub(super) fn check_links(text: &[u8]) -> Result<(), String> {
    match [&b"<NetworkLink"[..], b":NetworkLink"].iter().any(|tag| memmem::find(text, tag).is_some()) {
        true => Err("KML with a link to another file (NetworkLink)".to_owned()),
        false => Ok(()),
    }
}

/// The encoding that a declaration states.
fn encoding(declaration: &str) -> Option<&str> {
    let after = declaration.strip_prefix("<?xml")?.split_once("encoding")?.1.trim_start();
    let value = after.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
    value[1..].split(quote).next()
}
