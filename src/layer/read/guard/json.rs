//! The member `crs` of GeoJSON that is a link: GDAL would follow it, and without a network take WGS84 in its stead.

use memchr::{memchr2, memmem};

/// The longest value of a member `crs`.
const LONGEST: usize = 1 << 16;

/// Checks a text, JSON or what GDAL's lenient parser takes for it.
///
/// # Errors
/// What it leads to.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let mut at = 0;
    while let Some(found) = memchr2(b'"', b'\'', &text[at..]) {
        let start = at + found + 1;
        let Some(end) = end_of_string(text, start, text[start - 1]) else { return Ok(()) };
        at = end + 1;
        // As short as `crs` can be written, and as long.
        if (3..=18).contains(&(end - start))
            && unescaped(&text[start..end]).eq_ignore_ascii_case("crs")
            && let Some(link) = link(&text[at..text.len().min(at + LONGEST)])
        {
            return Err(link);
        }
    }
    Ok(())
}

/// Whether an answer of a feature service says that it left features out, `exceededTransferLimit`.
pub(super) fn is_cut_off(text: &[u8]) -> bool {
    memmem::find_iter(text, b"\"exceededTransferLimit\"").any(|at| {
        let after = text[at + b"\"exceededTransferLimit\"".len()..].trim_ascii_start();
        after.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"true"))
    })
}

/// Where ESRI JSON holds curves, and what they are called: GDAL leaves such geometries out.
pub(super) fn curves(text: &[u8]) -> Option<(usize, &'static str)> {
    memmem::find(text, b"esriGeometry")?;
    ["curveRings", "curvePaths"].into_iter().find_map(|name| {
        let quoted = format!("\"{name}\"");
        let is_member = |&at: &usize| {
            let after = text[at + quoted.len()..].trim_ascii_start();
            after.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"["))
        };
        memmem::find_iter(text, quoted.as_bytes()).find(is_member).map(|at| (at, name))
    })
}

/// Where a string ends: its quote.
fn end_of_string(text: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    loop {
        at += memchr2(quote, b'\\', text.get(at..)?)?;
        if text[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

/// A string without its escapes, as far as ASCII goes.
fn unescaped(raw: &[u8]) -> String {
    let raw = String::from_utf8_lossy(raw);
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.replace('\\', ""))
}

/// Where the value after a key leads, if that is another place.
fn link(after: &[u8]) -> Option<String> {
    let value = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    if value.first() != Some(&b'{') {
        return None;
    }
    // What stands up to the bracket that closes it, in the terms of a lenient parser: every string in it.
    let (mut at, mut depth, mut words) = (0, 0_usize, Vec::new());
    while let Some(&byte) = value.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => break,
            b'}' => depth -= 1,
            b'"' | b'\'' => {
                let Some(end) = end_of_string(value, at + 1, byte) else { break };
                words.push(unescaped(&value[at + 1..end]).to_ascii_lowercase());
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    let typed = words.windows(2).any(|pair| pair[0] == "type" && ["link", "url"].contains(&pair[1].as_str()));
    let named = |word: &&String| {
        let local = ["http://www.opengis.net/", "https://www.opengis.net/", "http://opengis.net/"];
        ["http:", "https:", "ftp:", "file:", "/vsi"].iter().any(|scheme| word.starts_with(scheme))
            && !local.iter().any(|known| word.starts_with(known))
    };
    match words.iter().find(named) {
        Some(address) => {
            Some(format!("GeoJSON whose coordinate reference system stands elsewhere ({address})"))
        }
        None if typed => Some("GeoJSON whose coordinate reference system stands elsewhere".to_owned()),
        None => None,
    }
}
