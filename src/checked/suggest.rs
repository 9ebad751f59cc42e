//! "Did you mean": the nearest name, and lists of names as people write them.

/// The candidate nearest to `word`, if it is near enough to be a slip of the keyboard: at most a
/// third of its letters wrong (Damerau-Levenshtein, case ignored), or one contains the other.
/// Among equals the first in the alphabet.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names in files are short; what is longer was not a slip, and the distance costs n^2.
    const LONGEST: usize = 200;
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let letters = word.chars().count();
    candidates
        .into_iter()
        .filter(|candidate| !candidate.is_empty() && candidate.len() <= LONGEST)
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&word, &lower);
            let longest = letters.max(lower.chars().count());
            let within = letters >= 4 && lower.len() >= 4 && (lower.contains(&word) || word.contains(&lower));
            (distance * 3 <= longest || within).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or else the choice: "one of a, b, c".
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> Option<String> {
    let mut candidates: Vec<&str> = candidates.into_iter().collect();
    candidates.sort_unstable();
    candidates.dedup();
    if let Some(near) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    (!candidates.is_empty()).then(|| format!("{otherwise}: {}", list(&candidates)))
}

/// "`a`, `b`, `c`", cut after a dozen.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 12;
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{}`", n.as_ref())).collect();
    if names.len() > SHOWN {
        text.push(format!("and {} more", names.len() - SHOWN));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["zones", "routes", "zone_exposure", "gi"];
        assert_eq!(nearest("zonse", names), Some("zones"));
        assert_eq!(nearest("Zones", names), Some("zones"));
        assert_eq!(nearest("exposure", names), Some("zone_exposure"));
        assert_eq!(nearest("gj", names), None);
        assert_eq!(nearest("shelters", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("zones", []), None);
    }

    #[test]
    fn ties_go_to_the_first_in_the_alphabet_whatever_the_order() {
        assert_eq!(nearest("rout", ["routs", "route"]), Some("route"));
        assert_eq!(nearest("rout", ["route", "routs"]), Some("route"));
    }
}
