//! Addresses as they may be told: where something lies, without what opens it.

use super::postgres::{database, is_postgres};

/// Stands where a value was.
const MASK: &str = "***";

/// What ends an address in a text.
const ENDS: [char; 9] = ['"', '\'', '<', '>', '`', '|', ')', ']', '}'];

/// Names of settings whose values are secrets, or parts of such names, in lower case.
const SECRET: [&str; 16] = [
    "token",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "signature",
    "sig",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "accesskey",
    "credential",
    "x-amz-",
    "authorization",
];

/// An address as it may be told: scheme, host and path. User and password go, values of the query are masked, a
/// fragment goes. Of a database stays what kind it is and its name.
///
/// ```
/// use corredor::text::redact_address;
///
/// assert_eq!(redact_address("https://ana:abc@h.org:8080/a/b.csv?token=abc&x"), "https://h.org:8080/a/b.csv?token=***&***");
/// assert_eq!(redact_address("PG:dbname=gis host=db password=abc"), "PostgreSQL gis");
/// assert_eq!(redact_address("zones.gpkg"), "zones.gpkg");
/// ```
pub fn redact_address(address: &str) -> String {
    if is_postgres(address) {
        return database(address);
    }
    redact(address)
}

/// A text in which every address is as [`redact_address`] tells it, and the values of settings that hold secrets
/// (`password=...`) are masked.
///
/// ```
/// use corredor::text::redact;
///
/// assert_eq!(redact("cannot open /vsicurl/https://h.org/a?sig=abc: gone"), "cannot open /vsicurl/https://h.org/a?sig=***: gone");
/// assert_eq!(redact("PWD=abc;server=h"), "PWD=***;server=h");
/// ```
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let scheme = rest[..at].rfind(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
        let scheme =
            scheme.map_or(0, |before| before + rest[before..].chars().next().map_or(1, char::len_utf8));
        mask_settings(&rest[..scheme], &mut out);
        out.push_str(&rest[scheme..at + 3]);
        rest = &rest[at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || ENDS.contains(&c));
        let (inside, after) = rest.split_at(end.unwrap_or(rest.len()));
        // What ends a sentence belongs to the text around.
        let kept = inside.trim_end_matches([':', '.', ',', ';']).len();
        web(&inside[..kept], &mut out);
        out.push_str(&inside[kept..]);
        rest = after;
    }
    mask_settings(rest, &mut out);
    out
}

/// The text with stars, byte for byte, where addresses in it hold names, passwords or the values of a query; `None` where
/// none does.
pub(crate) fn starred(text: &str) -> Option<String> {
    let mut ranges = Vec::new();
    for (at, scheme) in text.match_indices("://") {
        let start = at + scheme.len();
        let end = text[start..].find(|c: char| c.is_whitespace() || ENDS.contains(&c));
        let end = end.map_or(text.len(), |end| start + end);
        let path = text[start..end].find(['/', '?', '#']).map_or(end, |path| start + path);
        ranges.extend(text[start..path].rfind('@').map(|user| start..start + user));
        ranges.extend(text[path..end].find('?').map(|query| path + query + 1..end));
    }
    ranges.retain(|range| !range.is_empty());
    if ranges.is_empty() {
        return None;
    }
    let mut text = text.to_owned();
    for range in ranges {
        text.replace_range(range.clone(), &"*".repeat(range.len()));
    }
    Some(text)
}

/// The host of an address, for what is told of one whose path is a secret, too.
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// What stands behind `://`.
fn web(address: &str, out: &mut String) {
    let path_end = address.find(['?', '#']).unwrap_or(address.len());
    let (place, query) = address.split_at(path_end);
    let authority_end = place.find('/').unwrap_or(place.len());
    let (authority, path) = place.split_at(authority_end);
    // A password may hold a slash that nobody escaped: then the last `@` before the query ends it.
    let (authority, path) = match path.rfind('@') {
        Some(at) if authority.contains(':') && !authority.contains('@') && !port(authority) => {
            let rest = &path[at + 1..];
            rest.split_at(rest.find('/').unwrap_or(rest.len()))
        }
        _ => (authority, path),
    };
    out.push_str(authority.rsplit('@').next().unwrap_or_default());
    for (n, part) in path.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        // Matrix parameters, such as `;jsessionid=`.
        let (name, values) = part.split_once(';').map_or((part, None), |(name, rest)| (name, Some(rest)));
        mask_settings(name, out);
        if values.is_some() {
            out.push(';');
            out.push_str(MASK);
        }
    }
    let Some(query) = query.strip_prefix('?') else { return };
    let query = query.split('#').next().unwrap_or_default();
    for (n, part) in query.split('&').enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        match part.split_once('=') {
            Some((name, value)) => {
                out.push_str(name);
                out.push('=');
                out.push_str(if value.is_empty() { "" } else { MASK });
            }
            None if part.is_empty() => {}
            None => out.push_str(MASK),
        }
    }
}

/// Whether what stands behind the colon of an authority is a port.
fn port(authority: &str) -> bool {
    authority
        .rsplit(':')
        .next()
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

/// Copies a text, the values of settings that hold secrets masked.
fn mask_settings(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('=') {
        let name_at = rest[..at].trim_end().rfind(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c));
        let name_at =
            name_at.map_or(0, |before| before + rest[before..].chars().next().map_or(1, char::len_utf8));
        let name = rest[name_at..at].trim_end().to_ascii_lowercase();
        // `key = "code"` of a layer file is no secret.
        let short = !rest[..at].ends_with(' ') && ["key", "pass"].contains(&name.as_str());
        let (after, opens) = (&rest[at + 1..], short || SECRET.iter().any(|secret| name.contains(secret)));
        out.push_str(&rest[..=at]);
        rest = after;
        if !opens {
            continue;
        }
        let start = rest.len() - rest.trim_start_matches(' ').len();
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let quoted = rest.chars().next().filter(|c| ['\'', '"'].contains(c));
        let end = match quoted {
            Some(quote) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
            None => rest
                .find(|c: char| c.is_whitespace() || ENDS.contains(&c) || "&;,".contains(c))
                .unwrap_or(rest.len()),
        };
        out.push_str(if end == 0 { "" } else { MASK });
        rest = &rest[end..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_an_address_is_not_told() {
        for (address, told) in [
            ("https://h.org/a.csv", "https://h.org/a.csv"),
            ("https://h.org/a.csv?token=SECRET", "https://h.org/a.csv?token=***"),
            ("https://h.org/a.csv?SECRET", "https://h.org/a.csv?***"),
            ("https://h.org?key=SECRET&a=#SECRET", "https://h.org?key=***&a="),
            (
                "https://h.org/a?X-Amz-Signature=SECRET&X-Amz-Date=SECRET",
                "https://h.org/a?X-Amz-Signature=***&X-Amz-Date=***",
            ),
            ("https://user:SECRET@h.org/a", "https://h.org/a"),
            ("https://SECRET@h.org/a", "https://h.org/a"),
            ("https://user:SEC@RET@h.org/a", "https://h.org/a"),
            ("https://user:SEC/RET@h.org/a", "https://h.org/a"),
            ("https://h.org:8080/a@b/c", "https://h.org:8080/a@b/c"),
            ("https://h.org/a;jsessionid=SECRET/b", "https://h.org/a;***/b"),
            ("https://h.org/token=SECRET/b", "https://h.org/token=***/b"),
            (
                "/vsizip//vsicurl/https://h.org/a.zip?sig=SECRET",
                "/vsizip//vsicurl/https://h.org/a.zip?sig=***",
            ),
            (
                "WFS:https://u:SECRET@h.org/wfs?service=WFS&apikey=SECRET",
                "WFS:https://h.org/wfs?service=***&apikey=***",
            ),
            ("PG:dbname=gis password='SEC RET'", "PostgreSQL gis"),
            ("postgresql://u:SECRET@h/gis?sslpassword=SECRET", "PostgreSQL gis"),
            ("MSSQL:server=h;UID=u;PWD=SECRET;database=d", "MSSQL:server=h;UID=u;PWD=***;database=d"),
            ("MYSQL:d,user=u,password=SECRET,port=3", "MYSQL:d,user=u,password=***,port=3"),
            ("ES:http://u:SECRET@h:9200", "ES:http://h:9200"),
            ("data/año=2024/zones.csv", "data/año=2024/zones.csv"),
        ] {
            assert_eq!(redact_address(address), told);
            assert!(!redact(address).contains("SECRET"), "{address}: {}", redact(address));
            assert_eq!(redact(&redact(address)), redact(address), "{address}");
        }
    }

    #[test]
    fn addresses_in_a_sentence_are_found() {
        let text = "layer `x`: https://u:SECRET@h.org/a?token=SECRET: gone; see (ftp://h/b?SECRET), é=1 ://";
        let told = redact(text);
        assert_eq!(told, "layer `x`: https://h.org/a?token=***: gone; see (ftp://h/b?***), é=1 ://");
    }

    #[test]
    fn stars_stand_in_the_same_place() {
        let text = "[read]\npath = \"https://u:SÉCRET@h/a?token=SECRET\" # ñ\nurl = 'http://h/b?SECRET'\n";
        let starred = starred(text).unwrap();
        assert_eq!(starred.len(), text.len());
        assert!(
            !starred.contains("CRET") && starred.ends_with("'\n") && starred.contains("@h/a?"),
            "{starred}"
        );
        assert_eq!(super::starred("a = \"https://h/a\""), None);
    }

    #[test]
    fn a_host_is_told_without_who_may_enter() {
        assert_eq!(host("https://u:SECRET@h.org:80/services/SECRET"), "h.org:80");
        assert_eq!(host("https://h.org?SECRET"), "h.org");
    }
}
