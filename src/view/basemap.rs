//! A background map from a server, only where the user names one.

use schemars::JsonSchema;
use serde::Serialize;

use super::ViewError;

/// Pictures of a background map, by zoom, column and row.
///
/// # Examples
/// ```
/// use corredor::view::Basemap;
///
/// let map = Basemap::new("https://tiles.example.org/{z}/{x}/{y}.png", "Example, CC BY")?;
/// assert_eq!(map.origin(), "https://tiles.example.org");
/// assert!(Basemap::new("http://tiles.example.org/{z}/{x}/{y}.png", "").is_err());
/// # Ok::<(), corredor::view::ViewError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Basemap {
    url: String,
    host: String,
    attribution: String,
}

impl Basemap {
    /// From the template of its tiles' addresses and the words that its licence asks for.
    ///
    /// # Errors
    /// [`ViewError::Basemap`] where the address is not `https://HOST/...` with `{z}`, `{x}` and `{y}`.
    pub fn new(url: &str, attribution: &str) -> Result<Self, ViewError> {
        let wrong = |problem| ViewError::Basemap { url: url.to_owned(), problem };
        let rest = url.strip_prefix("https://").ok_or_else(|| wrong("it does not begin with https://"))?;
        let (host, path) = rest.split_once('/').ok_or_else(|| wrong("it names no tiles on the server"))?;
        // What the page's policy names must be this host and nothing else.
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'.';
        if name.is_empty() || !name.bytes().all(plain) || port.parse::<u16>().is_err() {
            return Err(wrong("the host is not a plain name; write an international one as xn--"));
        }
        if ["{z}", "{x}", "{y}"].iter().any(|part| !path.contains(part)) {
            return Err(wrong("it lacks {z}, {x} or {y}"));
        }
        Ok(Self { url: url.to_owned(), host: host.to_owned(), attribution: attribution.trim().to_owned() })
    }

    /// The server's name.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What the page's policy lets in.
    pub fn origin(&self) -> String {
        format!("https://{}", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_of_tiles() {
        let told =
            |url: &str| Basemap::new(url, "").map(|map| map.origin()).map_err(|error| error.to_string());
        assert_eq!(told("https://t.org:8443/a/{z}/{x}/{y}@2x.png?key=1").unwrap(), "https://t.org:8443");
        for url in [
            "http://t.org/{z}/{x}/{y}.png",
            "https://t.org",
            "https://t.org/{z}/{x}.png",
            "https://{s}.t.org/{z}/{x}/{y}.png",
            "https://*/{z}/{x}/{y}.png",
            "https://t.org;script-src *;/{z}/{x}/{y}.png",
            "https://me@t.org/{z}/{x}/{y}.png",
            "https://t.org:no/{z}/{x}/{y}.png",
            "https:///{z}/{x}/{y}.png",
        ] {
            assert!(told(url).unwrap_err().contains(url), "{url}");
        }
    }
}
