//! What must not be found anywhere: every key, name, text, number, coordinate and digest of what is above a level.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

/// How something is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// These bytes, anywhere.
    Bytes(Vec<u8>),
    /// This number, with no digit, letter or point beside it, in texts.
    Number(String),
}

/// Something that must not be found, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    form: Form,
    pub what: String,
}

/// Shorter texts stand in commands by chance.
const TYPED: usize = 8;

impl Token {
    /// Whether the very text that is looked for stands in what somebody typed.
    pub fn was_typed(&self, command: &str) -> bool {
        match &self.form {
            Form::Bytes(bytes) => {
                bytes.len() >= TYPED && std::str::from_utf8(bytes).is_ok_and(|text| command.contains(text))
            }
            Form::Number(_) => false,
        }
    }
}

/// All that must not be found.
#[derive(Clone, Debug, Default)]
pub struct Tokens(BTreeSet<Token>);

impl Tokens {
    /// A text that stands nowhere else.
    pub fn text(&mut self, text: &str, what: &str) {
        self.add(Form::Bytes(text.as_bytes().to_vec()), what, text);
    }

    /// A whole number that stands nowhere else.
    pub fn number(&mut self, number: i64, what: &str) {
        self.add(Form::Number(number.to_string()), what, &number.to_string());
    }

    /// A coordinate: as text to the last digit that is published anywhere, and as it lies in binary files.
    pub fn degrees(&mut self, degrees: f64, what: &str) {
        let text = format!("{:.9}", degrees.abs());
        self.add(Form::Bytes(text.as_bytes()[..text.len() - 2].to_vec()), what, &text);
        self.add(Form::Bytes(degrees.to_le_bytes().to_vec()), what, &format!("{text}, binary"));
        self.add(Form::Bytes(degrees.to_be_bytes().to_vec()), what, &format!("{text}, binary"));
    }

    /// A file: its digests, whole and as they are shortened, its size and its name.
    pub fn file(&mut self, name: &str, content: &[u8]) {
        let digests = [
            Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect::<String>(),
            blake3::hash(content).to_hex().to_string(),
        ];
        for digest in digests {
            self.add(Form::Bytes(digest.as_bytes()[..12].to_vec()), "digest", name);
        }
        self.number(content.len() as i64, "size of a file");
        self.text(name, "name of a file");
    }

    fn add(&mut self, form: Form, what: &str, which: &str) {
        self.0.insert(Token { form, what: format!("{what} {which}") });
    }

    /// Takes the tokens of another over.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What is found in some bytes.
    pub fn found<'a>(&'a self, bytes: &[u8]) -> Vec<&'a Token> {
        self.0.iter().filter(|token| token.form.is_in(bytes)).collect()
    }
}

impl Form {
    fn is_in(&self, bytes: &[u8]) -> bool {
        let find = |needle: &[u8]| memchr::memmem::find_iter(bytes, needle).collect::<Vec<_>>();
        match self {
            Self::Bytes(needle) => memchr::memmem::find(bytes, needle).is_some(),
            Self::Number(digits) => find(digits.as_bytes()).into_iter().any(|at| {
                let free =
                    |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_alphanumeric() && !b".-".contains(b));
                let before = at.checked_sub(1).and_then(|i| bytes.get(i));
                // A point ends a sentence, unless a digit follows.
                let (after, next) = (bytes.get(at + digits.len()), bytes.get(at + digits.len() + 1));
                let ends = after == Some(&b'.') && !next.is_some_and(u8::is_ascii_digit);
                free(before) && (ends || free(after))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_itself_counts_as_typed() {
        let mut tokens = Tokens::default();
        tokens.file("zzrsites.csv", b"x");
        tokens.text("zzshort", "name");
        let command = "corredor query -e SELECT * FROM 'zzrsites.csv' WHERE zzshort = 1";
        let typed: Vec<&str> =
            tokens.0.iter().filter(|t| t.was_typed(command)).map(|t| t.what.as_str()).collect();
        assert_eq!(typed, ["name of a file zzrsites.csv"]);
    }

    #[test]
    fn found_in_every_form() {
        let mut tokens = Tokens::default();
        tokens.text("zzname", "name");
        tokens.number(918_273, "capacity");
        tokens.degrees(-92.123_456_789, "longitude");
        let whats = |bytes: &[u8]| tokens.found(bytes).len();
        assert_eq!(whats(b"a zzname."), 1);
        assert_eq!(whats(b"1918273 918273.5 x918273"), 0);
        assert_eq!(whats(b"{\"a\":918273,"), 1);
        assert_eq!(whats(b"[-92.1234567,15]"), 1);
        assert_eq!(whats(&(-92.123_456_789_f64).to_be_bytes()), 1);
    }
}
