//! Pages and their markers.

use super::super::reply::Fault;
use super::fault;

/// Which page a caller wants.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) marker: Option<String>,
    pub(super) size: usize,
}

/// A page, and the marker of the next one.
#[derive(Debug)]
pub(in super::super) struct Page<T> {
    pub(in super::super) items: Vec<T>,
    pub(in super::super) next: Option<String>,
}

/// The page of a listing. AWS's text for a marker of another making is not known.
pub(super) fn page<T>(items: Vec<(String, T)>, wish: &Wish) -> Result<Page<T>, Fault> {
    let page = cut(items, wish.size, wish.marker.as_deref());
    page.ok_or_else(|| fault::validation("Invalid Marker."))
}

/// Cuts `items`, each under a key that no other has, to the page that is wanted. A marker is made
/// of the last key, so that a page begins in the right place even when that item is gone by then;
/// AWS's are opaque. `None`
/// is the answer to a marker that was not given out.
pub(in super::super) fn cut<T>(
    mut items: Vec<(String, T)>,
    size: usize,
    marker: Option<&str>,
) -> Option<Page<T>> {
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    if let Some(marker) = marker {
        let last = take(marker)?;
        items.retain(|(key, _)| *key > last);
    }
    let more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| more).map(|(key, _)| give(key));
    Some(Page { items: items.into_iter().map(|(_, item)| item).collect(), next })
}

/// In digits, so that it is within the pattern and, with names of at most 128 characters, within the
/// length of markers (model).
fn give(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn take(marker: &str) -> Option<String> {
    let is_hex = marker.len().is_multiple_of(2) && marker.bytes().all(|b| b.is_ascii_hexdigit());
    let byte = |at| marker.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<_>> = (0..marker.len()).step_by(2).map(byte).collect();
    String::from_utf8(bytes.filter(|_| is_hex)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: u32) -> Vec<(String, u32)> {
        (0..count).map(|n| (format!("k/{n:02}"), n)).collect()
    }

    fn wish(marker: Option<String>) -> Wish {
        Wish { marker, size: 3 }
    }

    #[test]
    fn pages_follow_each_other_and_the_last_has_no_marker() {
        let first = page(items(7), &wish(None)).unwrap();
        assert_eq!(first.items, [0, 1, 2]);
        let mut left = items(7);
        left.remove(2);
        let second = page(left, &wish(first.next)).unwrap();
        assert_eq!(second.items, [3, 4, 5], "its forerunner is gone");
        let last = page(items(7), &wish(second.next)).unwrap();
        assert_eq!((last.items, last.next), (vec![6], None));
        assert_eq!(page(items(3), &wish(None)).unwrap().next, None);
    }

    #[test]
    fn markers_that_were_not_given_out_are_refused() {
        for bad in ["x", "AAE", "zz", "ff", "+1+1", "ää"] {
            let fault = page(items(7), &wish(Some(bad.to_owned()))).unwrap_err();
            assert_eq!(fault.code, "ValidationError", "{bad}");
        }
    }
}
