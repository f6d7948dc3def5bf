//! A page that never gets longer than its budget.

/// What is kept free for the sentence that says what is left out.
const RESERVE: usize = 200;

/// Text that grows until a budget is spent. Its measure is bytes: of characters, as GitHub counts
/// them, there are never more.
pub(super) struct Page {
    text: String,
    budget: usize,
}

/// A list of which always at least the head and the number of its lines are told.
pub(super) struct List {
    /// What stands above it.
    pub head: String,
    /// Its lines, each with its end.
    pub lines: Vec<String>,
    /// The line that says how many more there are.
    pub more: fn(usize) -> String,
}

impl Page {
    /// One that begins with this, whatever its budget is.
    pub(super) fn of(budget: usize, head: String) -> Self {
        Self { text: head, budget }
    }

    /// How much there is room for.
    pub(super) fn room(&self) -> usize {
        self.budget.saturating_sub(self.text.len() + RESERVE)
    }

    /// Adds a piece, if there is room for it.
    #[must_use]
    pub(super) fn add(&mut self, piece: &str) -> bool {
        let fits = piece.len() <= self.room();
        if fits {
            self.text += piece;
        }
        fits
    }

    /// Adds lists, each as far as its share goes: the long ones share what the short ones leave, so
    /// that four hundred deletions do not hide the one permission that gets wider.
    pub(super) fn lists(&mut self, lists: &[List]) {
        let share = share(self.room(), lists.iter().map(List::len).collect());
        for list in lists {
            self.text += &list.within(share);
        }
    }

    /// Adds what there is always room for: a short sentence at the end.
    pub(super) fn close(&mut self, piece: &str) {
        self.text += piece;
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}

impl List {
    fn len(&self) -> usize {
        self.head.len() + self.lines.iter().map(String::len).sum::<usize>()
    }

    fn within(&self, share: usize) -> String {
        if self.len() <= share {
            return self.head.clone() + &self.lines.concat();
        }
        let spare = (self.more)(self.lines.len()).len();
        let mut told = self.head.clone();
        let mut left = self.lines.len();
        for line in &self.lines {
            if told.len() + line.len() + spare > share {
                break;
            }
            told += line;
            left -= 1;
        }
        told + &(self.more)(left)
    }
}

/// How long each may be, so that all of them are in the room together.
fn share(mut room: usize, mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    let all = lengths.len();
    for (at, length) in lengths.into_iter().enumerate() {
        let share = room / (all - at);
        if length > share {
            return share;
        }
        room -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_does_not_hide_a_short_one() {
        let list = |head: &str, count: usize| List {
            head: format!("{head}\n"),
            lines: (0..count).map(|at| format!("- {at:03}\n")).collect(),
            more: |count| format!("- {count} more\n"),
        };
        let mut page = Page::of(300, String::new());
        page.lists(&[list("long", 400), list("short", 2), list("long too", 400)]);
        let text = page.text();
        assert!(text.len() <= 300 - RESERVE, "{text}");
        insta::assert_snapshot!(text, @"
        long
        - 000
        - 001
        - 002
        - 003
        - 396 more
        short
        - 000
        - 001
        long too
        - 000
        - 001
        - 002
        - 397 more
        ");
    }
}
