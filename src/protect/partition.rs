//! What tells one division of settlements into groups from another.

use super::{Candidates, GroupRules};

/// What the digest is made for.
const PURPOSE: &str = "corredor 2026 division of settlements into groups";

/// A digest of all that the groups of settlements follow from: their ids, places and people, and the rules. 32
/// hexadecimal digits.
///
/// Two runs are of the same division only where this is the same; what both together say of a site is less sure
/// otherwise. It depends on public things alone, so it is published with the run.
pub fn partition_digest(candidates: &Candidates, rules: &GroupRules) -> String {
    let mut hasher = blake3::Hasher::new_derive_key(PURPOSE);
    hasher.update(&(rules.k as u64).to_le_bytes());
    hasher.update(&rules.min_km.to_le_bytes()).update(&rules.min_people.to_le_bytes());
    hasher.update(&(candidates.len() as u64).to_le_bytes());
    hasher.update(&[u8::from(candidates.people().is_some()), u8::from(candidates.are_zones())]);
    for (at, id) in candidates.ids().iter().enumerate() {
        hasher.update(&(id.len() as u64).to_le_bytes()).update(id.as_bytes());
        hasher.update(&candidates.lon()[at].to_le_bytes()).update(&candidates.lat()[at].to_le_bytes());
        if let Some(people) = candidates.people() {
            hasher.update(&people[at].to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_the_settlements_and_the_rules_and_not_their_order() {
        let digest = |ids: [&str; 2], lon: [f64; 2], people: Option<&[f64]>, k| {
            let candidates = Candidates::new(&ids, &lon, &[0.0; 2], people).unwrap();
            partition_digest(&candidates, &GroupRules { k, ..GroupRules::default() })
        };
        let own = digest(["a", "b"], [1.0, 2.0], None, 10);
        assert_eq!((own.len(), &own), (32, &digest(["b", "a"], [2.0, 1.0], None, 10)));
        for other in [
            digest(["a", "c"], [1.0, 2.0], None, 10),
            digest(["a", "b"], [1.0, 2.5], None, 10),
            digest(["a", "b"], [1.0, 2.0], Some(&[1.0, 2.0]), 10),
            digest(["a", "b"], [1.0, 2.0], None, 5),
        ] {
            assert_ne!(own, other);
        }
    }
}
