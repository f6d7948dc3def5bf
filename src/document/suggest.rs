//! "Did you mean".

/// The candidate that is most likely meant by `word`, if one is near enough to be worth saying.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lowered, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| {
            let length = candidate.chars().count();
            // One letter for another is no slip where there is no other letter.
            *distance <= 1 + length / 4 && *distance < length
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or the whole list where nothing is near and the list is short enough.
pub fn or_nearest(word: &str, candidates: &[&str]) -> Option<String> {
    if let Some(near) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    if candidates.is_empty() || candidates.len() > 24 {
        return None;
    }
    let mut sorted = candidates.to_vec();
    sorted.sort_unstable();
    Some(format!("known here: {}", sorted.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_noise_finds_none() {
        let words = ["FixedRate", "ReservoirSize", "Priority"];
        assert_eq!(nearest("FixdRate", words), Some("FixedRate"));
        assert_eq!(nearest("fixed_rate", words), Some("FixedRate"));
        assert_eq!(nearest("Colour", words), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
