//! What a file is by its first bytes, whatever it is called.

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// What it is, for people.
    pub name: &'static str,
    /// Whether it stands for other files or servers.
    pub leads: bool,
}

/// Words of text formats that stand for other sources, and what they are.
const LEADING: [(&str, &str); 13] = [
    ("<ogrvrtdatasource", "a GDAL virtual dataset (VRT), which stands for other sources"),
    ("<vrtdataset", "a GDAL virtual dataset (VRT), which stands for other sources"),
    ("<gdaltileindexdataset", "an index of tiles, which stands for other files"),
    ("gdal_streamed_alg", "a GDAL pipeline, which stands for other sources"),
    ("<ogrwfsdatasource", "a description of a web service (WFS)"),
    ("wfs_capabilities", "a description of a web service (WFS)"),
    ("<gdal_wms", "a description of a web service (WMS)"),
    ("wms_capabilities", "a description of a web service (WMS)"),
    ("<gdal_wmts", "a description of a web service (WMTS)"),
    ("<gdal_wcs", "a description of a web service (WCS)"),
    ("<wcs_gdal", "a description of a web service (WCS)"),
    ("<gmlasconf", "a description of schemas, which stands for other files"),
    ("<vsisparsefile", "a description of pieces, which stands for other files"),
];

/// First bytes of formats, and what they are.
const BEGINS: [(&[u8], &str); 15] = [
    (b"PK\x03\x04", "a zip archive"),
    (b"SQLite format 3\0", "an SQLite database, such as a GeoPackage"),
    (b"fgb", "FlatGeobuf"),
    (b"\0\0\x27\x0a", "a shapefile's geometry"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard"),
    (b"BZh", "compressed by bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "Parquet"),
    (b"%PDF", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old file of Microsoft Office"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself"),
    (b"/annex/objects", "a pointer of git-annex, not the file itself"),
];

/// What the first bytes of a file are, where that is known.
pub(super) fn what(head: &[u8]) -> Option<Found> {
    let text = as_text(head);
    if let Some((_, name)) = LEADING.iter().find(|(word, _)| text.contains(word)) {
        return Some(Found { name, leads: true });
    }
    if let Some((_, name)) = BEGINS.iter().find(|(begin, _)| head.starts_with(begin)) {
        return Some(Found { name, leads: false });
    }
    let text = text.trim_start();
    let name = match () {
        () if text.starts_with("<!doctype html") || text.starts_with("<html") => "a web page (HTML)",
        () if text.starts_with('<') => "XML",
        () if text.starts_with('{') => "JSON",
        () => return None,
    };
    Some(Found { name, leads: false })
}

/// Whether a text begins as JSON does.
pub(super) fn looks_like_json(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // The record separator of sequences; comments, which GDAL's parser takes.
    matches!(text.first(), Some(b'{' | b'[' | 0x1e | b'/'))
}

/// Whether a text begins as XML does, in one or more bytes a letter.
pub(super) fn looks_like_xml(head: &[u8]) -> bool {
    as_text(head).trim_start().starts_with('<')
}

/// The text in lower case, without marks, and with letters of several bytes as one.
pub(super) fn as_text(bytes: &[u8]) -> String {
    let bytes = [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"]
        .iter()
        .find_map(|mark| bytes.strip_prefix(*mark))
        .unwrap_or(bytes);
    let letters = bytes.iter().filter(|byte| **byte != 0);
    letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}
