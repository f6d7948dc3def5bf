//! Pages and their tokens.

use std::fmt::Write as _;
use std::hash::Hasher;

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// A page, and the token of the next one.
pub(super) type Page<T> = (Vec<T>, Option<String>);

/// Cuts `items`, each under the key it is ordered by, to the page that `token` asks for, and says
/// where the next one begins. A token names the last item of its page by key, so a page begins in
/// the right place even when that item is gone by then. `None` is the answer to a token that was
/// not given out.
///
/// AWS's page sizes and tokens are not documented. `operation` keeps a token from being used with
/// another call.
pub(super) fn page<T>(
    operation: &str,
    mut items: Vec<(String, T)>,
    order: Order,
    size: usize,
    token: Option<&str>,
) -> Option<Page<T>> {
    let compare = |one: &String, other: &String| match order {
        Order::Ascending => one.cmp(other),
        Order::Descending => other.cmp(one),
    };
    items.sort_by(|(one, _), (other, _)| compare(one, other));
    if let Some(token) = token {
        let last = take(operation, token)?;
        items.retain(|(key, _)| compare(key, &last).is_gt());
    }
    let more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| more).map(|(key, _)| give(operation, key));
    Some((items.into_iter().map(|(_, item)| item).collect(), next))
}

/// A hash that stays the same from run to run (FNV-1a), unlike the standard library's.
pub(super) fn hash(text: &str) -> u64 {
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn give(operation: &str, key: &str) -> String {
    let check = hash(&format!("{operation}\n{key}"));
    let mut token = format!("{check:016x}");
    for byte in key.bytes() {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    token
}

fn take(operation: &str, token: &str) -> Option<String> {
    let (check, key) = token.split_at_checked(16)?;
    if !key.is_ascii() || key.len() % 2 != 0 {
        return None;
    }
    let digits = |at| key.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes = (0..key.len()).step_by(2).map(digits).collect::<Option<Vec<_>>>()?;
    let key = String::from_utf8(bytes).ok()?;
    (check == format!("{:016x}", hash(&format!("{operation}\n{key}")))).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::Order::{Ascending, Descending};
    use super::*;

    fn items(count: u32) -> Vec<(String, u32)> {
        (0..count).map(|n| (format!("{n:03}"), n)).collect()
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let (first, token) = page("X", items(7), Ascending, 3, None).unwrap();
        assert_eq!(first, [0, 1, 2]);
        let (second, token) = page("X", items(7), Ascending, 3, token.as_deref()).unwrap();
        assert_eq!(second, [3, 4, 5]);
        let (third, token) = page("X", items(7), Ascending, 3, token.as_deref()).unwrap();
        assert_eq!((third, token), (vec![6], None));
        assert_eq!(page("X", items(3), Ascending, 3, None).unwrap().1, None);
    }

    #[test]
    fn a_list_can_go_the_other_way() {
        let (first, token) = page("X", items(4), Descending, 3, None).unwrap();
        assert_eq!(first, [3, 2, 1]);
        assert_eq!(page("X", items(4), Descending, 3, token.as_deref()).unwrap().0, [0]);
    }

    #[test]
    fn a_page_begins_right_when_its_forerunner_is_gone() {
        let (_, token) = page("X", items(7), Ascending, 3, None).unwrap();
        let mut left = items(7);
        left.remove(2);
        assert_eq!(page("X", left, Ascending, 3, token.as_deref()).unwrap().0, [3, 4, 5]);
    }

    #[test]
    fn tokens_that_were_not_given_out_are_refused() {
        let (_, token) = page("X", items(7), Ascending, 3, None).unwrap();
        let token = token.unwrap();
        assert!(page("Y", items(7), Ascending, 3, Some(&token)).is_none());
        for bad in
            ["", "0", "äääääääääääääää", &token[1..], &format!("{token}00"), "0123456789abcdef+1"]
        {
            assert_eq!(page("X", items(7), Ascending, 3, Some(bad)), None, "{bad}");
        }
    }
}
