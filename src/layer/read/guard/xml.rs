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

/// The first place of a KML that is none, with the byte where it stands and why: more numbers than a place has, which
/// decimal commas make of it.
pub(super) fn misplaced(text: &[u8]) -> Option<(usize, String)> {
    const OPEN: &[u8] = b"<coordinates>";
    for at in memmem::find_iter(text, OPEN) {
        let start = at + OPEN.len();
        let end = start + memmem::find(&text[start..], b"<")?;
        let places = String::from_utf8_lossy(&text[start..end]);
        let shown = |place: &str| place.chars().take(60).collect::<String>();
        for place in places.split_ascii_whitespace() {
            let numbers = place.split(',').filter(|number| !number.is_empty()).count();
            if numbers > 3 {
                let reason = format!(
                    "`{}` has {numbers} numbers, and a place has 2 or 3: decimal commas?",
                    shown(place)
                );
                return Some((start, reason));
            }
        }
        // What the element belongs to stands shortly before it.
        let before = &text[at.saturating_sub(LOOKED_BACK)..at];
        let owner = |tag: &[u8]| memmem::rfind(before, tag);
        let of_point = owner(b"<Point") > owner(b"<LineString").max(owner(b"<LinearRing"));
        if of_point && places.split_ascii_whitespace().nth(1).is_some() {
            let reason = format!(
                "`{}` are several places, and a point has one: decimal commas?",
                shown(places.trim())
            );
            return Some((start, reason));
        }
    }
    None
}

/// Bytes before coordinates in which the tag of their geometry stands.
const LOOKED_BACK: usize = 512;

/// The encoding that a declaration states.
fn encoding(declaration: &str) -> Option<&str> {
    let after = declaration.strip_prefix("<?xml")?.split_once("encoding")?.1.trim_start();
    let value = after.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::misplaced;

    #[test]
    fn decimal_commas_are_no_places() {
        let of = |inner: &str| {
            misplaced(format!("<Placemark>{inner}</Placemark>").as_bytes()).map(|found| found.1)
        };
        let point = |places: &str| of(&format!("<Point><coordinates>{places}</coordinates></Point>"));
        assert!(point("-99,5,19,4").unwrap().contains("`-99,5,19,4` has 4 numbers"));
        assert!(point("-99,5 19,4").unwrap().contains("several places"));
        for sound in ["-99.5,19.4", " -99.5,19.4,0 \n", "-99.5,19.4,"] {
            assert_eq!(point(sound), None, "{sound}");
        }
        let line = "<Point><coordinates>1,2</coordinates></Point><LineString><coordinates>1,2 3,4</coordinates></LineString>";
        assert_eq!(of(line), None);
    }
}
