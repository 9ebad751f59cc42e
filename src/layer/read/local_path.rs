//! Path on this machine behind a source, and the entry of the archive there.

/// The path on disk behind a source, or `None` where it is not a local file.
pub(super) fn local_file(path: &str) -> Option<&str> {
    split(path).map(|(file, _)| file)
}

/// What of the archive behind a source is asked for; all of it where that is not said.
pub(super) fn entry(path: &str) -> &str {
    split(path).map_or("", |(_, entry)| entry)
}

/// The path on disk, and the entry of the archive that it is.
fn split(path: &str) -> Option<(&str, &str)> {
    let inside = path.strip_prefix("/vsizip/").or_else(|| path.strip_prefix("/vsigzip/"));
    let file = inside.unwrap_or(path);
    let virtual_or_database = file.starts_with("/vsi")
        || file.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
    if virtual_or_database {
        return None;
    }
    if inside.is_none() {
        return Some((file, ""));
    }
    if let Some((archive, entry)) = file.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
        return Some((archive, entry.trim_start_matches('/')));
    }
    let lower = file.to_ascii_lowercase();
    let ends =
        [".zip/", ".kmz/", ".ods/", ".xlsx/"].iter().filter_map(|e| Some(lower.find(e)? + e.len() - 1));
    Some(ends.min().map_or((file, ""), |end| (&file[..end], file[end..].trim_start_matches('/'))))
}

#[cfg(test)]
mod tests {
    use super::local_file;

    #[test]
    fn sources_and_files_are_told_apart() {
        assert_eq!(local_file("a/b.gpkg"), Some("a/b.gpkg"));
        assert_eq!(local_file("/vsizip/a/b.zip"), Some("a/b.zip"));
        assert_eq!(local_file("/vsizip/a/b.zip/c.shp"), Some("a/b.zip"));
        assert_eq!(local_file("/vsizip/{a/b}/c.shp"), Some("a/b"));
        assert_eq!(local_file("/vsigzip/a/b.csv.gz"), Some("a/b.csv.gz"));
        assert_eq!(super::entry("/vsizip/a/b.ZIP/d/c.shp"), "d/c.shp");
        assert_eq!(local_file("/vsicurl/https://x.org/b.fgb"), None);
        assert_eq!(local_file("PG:dbname=x"), None);
    }
}
