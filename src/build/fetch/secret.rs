//! What a server wants to see before it gives a file: a token from the environment or from a file that its owner alone
//! may read.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::redirect::same_server;
use crate::workspace::config::Secret;

/// The longest token, bytes.
const LONGEST: u64 = 16 << 10;

/// Stands where the token was.
const MASK: &str = "***";

/// A token on its way to one server.
#[derive(Clone, Default)]
pub(super) struct Ticket {
    token: String,
    /// Header, and what stands before the token in it.
    header: Option<(String, String)>,
    /// Parameter of the address.
    query: Option<String>,
}

// A token is in no message, whoever prints it.
impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticket").field("header", &self.header).field("query", &self.query).finish()
    }
}

impl Ticket {
    /// The token that settings name, `file` relative to `root`.
    ///
    /// # Errors
    /// Why it cannot be had, without anything of it.
    pub fn load(secret: &Secret, root: &Path) -> Result<Self, String> {
        let text = match (&secret.env, &secret.file) {
            (Some(name), _) => {
                std::env::var(name).map_err(|_| format!("the environment has no variable `{name}`"))?
            }
            (None, Some(file)) => of_file(&root.join(file))?,
            (None, None) => return Err("neither `env` nor `file` says where it is".to_owned()),
        };
        let token = text.trim();
        if token.is_empty() {
            return Err("it is empty".to_owned());
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err("it holds signs that no header may hold".to_owned());
        }
        let header = secret.query.is_none().then(|| {
            let name = secret.header.clone().unwrap_or_else(|| AUTHORIZATION.to_owned());
            let usual = if name.eq_ignore_ascii_case(AUTHORIZATION) { "Bearer " } else { "" };
            let prefix = secret.prefix.clone().unwrap_or_else(|| usual.to_owned());
            (name, prefix)
        });
        Ok(Self { token: token.to_owned(), header, query: secret.query.clone() })
    }

    /// The address as the server wants it, where it is one of the server that `first` names.
    pub fn address(&self, first: &str, address: &str) -> String {
        let Some(name) = self.query.as_ref().filter(|_| same_server(first, address)) else {
            return address.to_owned();
        };
        let (place, fragment) = address.split_once('#').map_or((address, None), |(p, f)| (p, Some(f)));
        let sign = if place.contains('?') { '&' } else { '?' };
        let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
        format!("{place}{sign}{}={}{fragment}", encoded(name), encoded(&self.token))
    }

    /// Header and value, where the address is one of the server that `first` names.
    pub fn header(&self, first: &str, address: &str) -> Option<(&str, String)> {
        let (name, prefix) = self.header.as_ref().filter(|_| same_server(first, address))?;
        Some((name, format!("{prefix}{}", self.token)))
    }

    /// A text without the token.
    pub fn scrub(&self, text: &str) -> String {
        if self.token.is_empty() {
            return text.to_owned();
        }
        text.replace(&self.token, MASK).replace(&encoded(&self.token), MASK)
    }
}

/// The header of tokens, where none is named.
const AUTHORIZATION: &str = "Authorization";

/// What a file holds that nobody but its owner may read.
fn of_file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let metadata = path.metadata().map_err(|error| format!("{shown}: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("{shown} is no file"));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!("others may open {shown} (mode {mode:o}): `chmod 600` it"));
    }
    if metadata.len() > LONGEST {
        return Err(format!("{shown} is too long for a token"));
    }
    std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))
}

/// A text as a part of an address.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(header: Option<(&str, &str)>, query: Option<&str>) -> Ticket {
        let header = header.map(|(name, prefix)| (name.to_owned(), prefix.to_owned()));
        Ticket { token: "a+b/c".into(), header, query: query.map(str::to_owned) }
    }

    #[test]
    fn a_token_goes_to_its_server_alone() {
        let first = "https://h.org/a.csv?x=1#y";
        let of_query = ticket(None, Some("key"));
        assert_eq!(of_query.address(first, first), "https://h.org/a.csv?x=1&key=a%2Bb%2Fc#y");
        assert_eq!(of_query.address(first, "https://h.org/b"), "https://h.org/b?key=a%2Bb%2Fc");
        for other in ["https://g.org/a", "http://h.org/a", "https://h.org:444/a", "https://h.org.evil/a"] {
            assert_eq!(of_query.address(first, other), other);
            assert_eq!(ticket(Some(("X", "")), None).header(first, other), None);
        }
        let of_header = ticket(Some(("Authorization", "Bearer ")), None);
        assert_eq!(
            of_header.header(first, "https://h.org/b"),
            Some(("Authorization", "Bearer a+b/c".into()))
        );
        assert_eq!(of_header.address(first, first), first);
    }

    #[test]
    fn a_token_is_in_no_text() {
        let ticket = ticket(None, Some("key"));
        assert_eq!(ticket.scrub("https://h/?key=a%2Bb%2Fc said a+b/c"), "https://h/?key=*** said ***");
        assert!(!format!("{ticket:?}").contains("a+b"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "abc\n").unwrap();
        let secret = Secret { file: Some("token".into()), ..Secret::default() };
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        for open in [0o644, 0o640, 0o604] {
            mode(open);
            let told = Ticket::load(&secret, dir.path()).unwrap_err();
            assert!(told.contains("chmod 600") && !told.contains("abc"), "{told}");
        }
        mode(0o600);
        let ticket = Ticket::load(&secret, dir.path()).unwrap();
        let address = "https://h.org/";
        assert_eq!(ticket.header(address, address), Some(("Authorization", "Bearer abc".into())));
        std::fs::write(&path, "a\nb").unwrap();
        assert!(Ticket::load(&secret, dir.path()).unwrap_err().contains("signs"));
        let missing = Secret { env: Some("CORREDOR_NO_SUCH_VARIABLE".into()), ..Secret::default() };
        assert!(Ticket::load(&missing, dir.path()).unwrap_err().contains("CORREDOR_NO_SUCH_VARIABLE"));
    }
}
