//! Connection texts as GDAL and libpq take them: `PG:dbname=gis host=db`, `postgresql://db/gis`.

use std::ops::Range;

/// Settings of a connection that hold a secret.
const SECRETS: [&str; 4] = ["password", "sslpassword", "passwd", "pwd"];

/// How long a database may take to answer at all, seconds.
const CONNECT_S: u32 = 10;

/// Whether a source is a PostgreSQL database.
///
/// ```
/// use corredor::text::postgres::is_postgres;
///
/// assert!(is_postgres("PG:dbname=gis") && is_postgres("postgresql://db/gis"));
/// assert!(!is_postgres("zones.gpkg"));
/// ```
pub fn is_postgres(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    ["pg:", "postgresql://"].iter().any(|scheme| lower.starts_with(scheme))
}

/// Where a password stands in a source: of a `user:password@host`, or the value of a setting `password`.
///
/// A quoted text that merely speaks of `password=` is taken for one too: better refused than read by others.
///
/// ```
/// use corredor::text::postgres::secret;
///
/// assert_eq!(secret("PG:dbname=gis user=ana"), None);
/// assert_eq!(secret("PG:dbname=gis password=abc"), Some(23..26));
/// assert_eq!(secret("postgresql://ana:abc@db/gis"), Some(17..20));
/// ```
pub fn secret(source: &str) -> Option<Range<usize>> {
    in_address(source).or_else(|| in_setting(source)).filter(|range| !range.is_empty())
}

/// The password before the `@` of an address.
fn in_address(source: &str) -> Option<Range<usize>> {
    let start = source.find("://")? + 3;
    let end = source[start..].find(['/', '?', '#', ' ']).map_or(source.len(), |at| start + at);
    let at = start + source[start..end].rfind('@')?;
    let colon = start + source[start..at].find(':')?;
    Some(colon + 1..at)
}

/// The value of a setting that holds a secret.
fn in_setting(source: &str) -> Option<Range<usize>> {
    let lower = source.to_ascii_lowercase();
    SECRETS.iter().find_map(|word| {
        lower.match_indices(word).find_map(|(start, _)| {
            let inside = lower[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let after = &source[start + word.len()..];
            let value = after.trim_start().strip_prefix('=').filter(|_| !inside)?.trim_start();
            let from = source.len() - value.len();
            let length = match value.strip_prefix('\'') {
                Some(quoted) => quoted.find('\'').map_or(value.len(), |end| end + 2),
                None => value.find([' ', '\t', '\n', ',', ';', '&']).unwrap_or(value.len()),
            };
            Some(from..from + length)
        })
    })
}

/// What a database is called in metadata and messages: `PostgreSQL` and its name, without host or user.
///
/// ```
/// use corredor::text::postgres::database;
///
/// assert_eq!(database("PG:host=10.0.0.7 dbname='gis' user=ana"), "PostgreSQL gis");
/// assert_eq!(database("postgresql://ana@db:5433/gis?sslmode=require"), "PostgreSQL gis");
/// assert_eq!(database("PG:service=gis"), "PostgreSQL");
/// ```
pub fn database(source: &str) -> String {
    let name = match source.find("://") {
        Some(at) => {
            let path = source[at + 3..].split(['?', '#']).next().unwrap_or_default();
            path.split_once('/').map(|(_, name)| name).unwrap_or_default()
        }
        None => setting(source, "dbname").unwrap_or_default(),
    };
    match name.is_empty() {
        true => "PostgreSQL".to_owned(),
        false => format!("PostgreSQL {name}"),
    }
}

/// The connection, given up where nothing answers in time unless it says for itself after how long.
///
/// ```
/// use corredor::text::postgres::patient;
///
/// assert_eq!(patient("PG:dbname=gis"), "PG:dbname=gis connect_timeout=10");
/// assert_eq!(patient("PG:dbname=gis connect_timeout=2"), "PG:dbname=gis connect_timeout=2");
/// assert_eq!(patient("postgresql://db/gis"), "postgresql://db/gis?connect_timeout=10");
/// assert_eq!(patient("postgresql://db/gis?user=ana"), "postgresql://db/gis?user=ana&connect_timeout=10");
/// ```
pub fn patient(connection: &str) -> String {
    if connection.to_ascii_lowercase().contains("connect_timeout") {
        return connection.to_owned();
    }
    match (connection.contains("://"), connection.contains('?')) {
        (false, _) => format!("{connection} connect_timeout={CONNECT_S}"),
        (true, false) => format!("{connection}?connect_timeout={CONNECT_S}"),
        (true, true) => format!("{connection}&connect_timeout={CONNECT_S}"),
    }
}

/// The value of a setting, without quotes.
fn setting<'a>(source: &'a str, key: &str) -> Option<&'a str> {
    let value = source.split_once(key)?.1.trim_start().strip_prefix('=')?.trim_start();
    match value.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next(),
        None => value.split_whitespace().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Option<&str> {
        secret(source).map(|range| &source[range])
    }

    #[test]
    fn passwords_are_found_wherever_they_stand() {
        for (source, password) in [
            ("PG:dbname=gis password=abc host=db", "abc"),
            ("PG:dbname=gis PASSWORD = 'a b' host=db", "'a b'"),
            ("PG:password='open", "'open"),
            ("PG:sslpassword=x dbname=gis", "x"),
            ("MYSQL:gis,user=ana,password=abc,host=db", "abc"),
            ("MSSQL:server=db;uid=ana;pwd=abc;database=gis", "abc"),
            ("postgresql://ana:a%40b@db:5432/gis", "a%40b"),
            ("postgresql://ana:a@b@db/gis", "a@b"),
            ("postgresql://db/gis?user=ana&password=abc&sslmode=require", "abc"),
            ("/vsicurl/https://ana:abc@example.org/a.zip", "abc"),
        ] {
            assert_eq!(found(source), Some(password), "{source}");
        }
    }

    #[test]
    fn what_holds_none_is_let_through() {
        for source in [
            "PG:dbname=gis user=ana host=db port=5432",
            "PG:dbname=passwords",
            "PG:dbname=gis mypassword=x",
            "PG:passfile=/etc/pgpass dbname=gis",
            "postgresql://ana@db:5432/gis",
            "https://example.org:8443/a@b.zip",
        ] {
            assert_eq!(found(source), None, "{source}");
        }
    }
}
