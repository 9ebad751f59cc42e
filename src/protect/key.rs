//! The secret key of a workspace, and what is derived from it.

use std::fmt;

/// Bytes of a key.
const BYTES: usize = 32;

/// What the key of an invented country is derived for.
const INVENTED: &str = "corredor 2026 key of an invented country";

/// A secret key: it decides at which settlement of its group a protected site appears.
///
/// It is never shown: neither by `Debug` nor in errors. See [`KeyPlace`](super::KeyPlace) for where it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; BYTES]);

impl Key {
    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// A new key from the system's random bytes; `None` where it gives none.
    pub fn random() -> Option<Self> {
        let mut bytes = [0; BYTES];
        rand::rand_core::TryRng::try_fill_bytes(&mut rand::rngs::SysRng, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key of an invented country, which has nothing to hide, so that it comes out the same everywhere.
    pub fn invented(seed: u64) -> Self {
        Self(blake3::derive_key(INVENTED, &seed.to_le_bytes()))
    }

    /// Reads a key as its file has it: 64 hexadecimal digits, white space around them; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * BYTES {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = 16 * digit(pair[0])? + digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// The key as its file has it: 64 hexadecimal digits and a line feed. Not for anything but that file.
    pub(super) fn to_line(&self) -> String {
        format!("{}\n", hex(&self.0))
    }

    /// What tells this key from others and says nothing of it: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        hex(&self.prf("fingerprint", &[])[..8])
    }

    /// A pseudorandom function of the key: what cannot be told from chance without it, and is always the same for the
    /// same `purpose` and `parts`. BLAKE3 keyed; every part is told apart by its length.
    pub fn prf(&self, purpose: &str, parts: &[&[u8]]) -> [u8; BYTES] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }

    /// A digest of `bytes` that tells whether they changed and cannot be guessed at without the key: 64 hexadecimal
    /// digits.
    pub fn digest(&self, purpose: &str, bytes: &[u8]) -> String {
        hex(&self.prf(purpose, &[bytes]))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.fingerprint())
    }
}

fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_one_line_of_hexadecimal_digits() {
        let key = Key::from_bytes(std::array::from_fn(|i| i as u8));
        assert_eq!(key.to_line().trim(), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        assert_eq!(Key::parse(&key.to_line()), Some(key.clone()));
        assert_eq!(Key::parse(&format!("  {}\r\n", key.to_line().trim().to_uppercase())), Some(key));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(63), &"0".repeat(65), &"é".repeat(32)] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = Key::from_bytes([7; BYTES]);
        assert_eq!(format!("{key:?}"), format!("Key({})", key.fingerprint()));
        assert!(!format!("{key:?}").contains("0707"));
    }

    /// Keyed BLAKE3 of a message put together by hand.
    #[test]
    fn the_function_of_the_key_is_keyed_blake3_of_parts_with_their_lengths() {
        let bytes = *b"whats the Elvish word for friend";
        let mut message = Vec::new();
        for part in [&b"displace"[..], b"a", b""] {
            message.extend((part.len() as u64).to_le_bytes());
            message.extend(part);
        }
        let key = Key::from_bytes(bytes);
        assert_eq!(key.prf("displace", &[b"a", b""]), *blake3::keyed_hash(&bytes, &message).as_bytes());
        assert_ne!(key.prf("displace", &[b"a", b"b"]), key.prf("displace", &[b"ab", b""]));
        assert_ne!(key.prf("displace", &[b"a"]), key.prf("displace", &[b"a", b""]));
        assert_ne!(key.prf("a", &[b"b"]), Key::from_bytes([0; BYTES]).prf("a", &[b"b"]));
    }

    /// Golden values: a change of them would place every protected site anew.
    #[test]
    fn the_function_of_the_key_never_changes() {
        let key = Key::from_bytes([1; BYTES]);
        insta::assert_snapshot!(
            [
                key.fingerprint(),
                key.digest("digest", b"bytes"),
                hex(&key.prf("displace", &[b"shelters", b"07089", b"07078"])),
                Key::invented(1).fingerprint(),
            ]
            .join("\n")
        );
    }

    #[test]
    fn new_keys_differ() {
        assert_ne!(Key::random(), Key::random());
        assert_ne!(Key::invented(1), Key::invented(2));
    }
}
