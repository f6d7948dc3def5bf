//! Pages and their markers.

use super::super::paging::{self, Order};
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
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

/// The page of a listing. AWS's text for a marker of another making is not known.
pub(super) fn page<T>(items: Vec<(String, T)>, wish: &Wish) -> Result<Page<T>, Fault> {
    let page = paging::page("iam", items, Order::Ascending, wish.size, wish.marker.as_deref());
    let (items, next) = page.ok_or_else(|| fault::validation("Invalid Marker."))?;
    Ok(Page { items, next })
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
