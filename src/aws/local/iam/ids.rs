//! Unique ids.

use std::hash::{BuildHasher, RandomState};

/// A new id: a prefix that says what it is of, and 17 letters and digits (recordings).
///
/// The standard library seeds its hashers at random, which is random enough for ids that nobody has
/// a reason to guess.
pub(super) fn new(prefix: &str) -> String {
    let random = || RandomState::new().hash_one(0_u8);
    spell(prefix, random(), random())
}

/// The id of something that is the same for everyone.
pub(super) fn of(prefix: &str, name: &str) -> String {
    let fold = |seed: u64| {
        name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(5)
        })
    };
    spell(prefix, fold(0xcbf2_9ce4_8422_2325), fold(0x9e37_79b9_7f4a_7c15))
}

fn spell(prefix: &str, high: u64, low: u64) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = (u128::from(high) << 64) | u128::from(low);
    let sign = |place: u32| SIGNS.get(((bits >> (5 * place)) & 31) as usize);
    prefix.chars().chain((0..17).filter_map(sign).copied().map(char::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_recorded_ones_and_are_told_apart() {
        let ids: std::collections::BTreeSet<_> = (0..50).map(|_| new("AROA")).collect();
        assert_eq!(ids.len(), 50);
        for id in ids {
            assert_eq!(id.len(), "AROAIU73WBRLYMEMAYUCK".len());
            assert!(id.starts_with("AROA") && id.bytes().all(|b| b.is_ascii_alphanumeric()));
        }
        assert_eq!(of("ANPA", "AdministratorAccess"), of("ANPA", "AdministratorAccess"));
        assert_ne!(of("ANPA", "AdministratorAccess"), of("ANPA", "ReadOnlyAccess"));
    }
}
