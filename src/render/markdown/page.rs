//! A page that never gets longer than its budget.

use super::escape::shortened;

/// What is kept free for the sentence that says what is left out.
const RESERVE: usize = 200;

/// Behind other lines less than this is not worth the beginning of one more.
const WORTH_IT: usize = 120;

/// A line is told this far, whatever room there is: the rest of the page is read, too.
const LONGEST_LINE: usize = 4_000;

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
        let lines = self.lines.iter().map(|line| line.len().min(LONGEST_LINE));
        self.head.len() + lines.sum::<usize>()
    }

    fn within(&self, share: usize) -> String {
        let fits = self.len() <= share;
        let spare = (self.more)(self.lines.len()).len();
        let mut told = self.head.clone();
        let mut left = self.lines.len();
        for line in &self.lines {
            let behind = if fits || left == 1 { 0 } else { spare };
            let room = share.saturating_sub(told.len() + behind);
            // The first line is what a list is read for: it is told as far as it goes.
            let is_worth_it = left == self.lines.len() || room >= WORTH_IT;
            if line.len() <= room.min(LONGEST_LINE) {
                told += line;
            } else if let Some(cut) =
                shortened(line, room.min(LONGEST_LINE)).filter(|_| is_worth_it)
            {
                told += &cut;
            } else {
                break;
            }
            left -= 1;
        }
        if left == 0 { told } else { told + &(self.more)(left) }
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

    #[test]
    fn a_long_line_is_told_as_far_as_it_goes() {
        let list = |lines: &[&str]| List {
            head: "permissions\n".to_owned(),
            lines: lines.iter().map(|line| format!("- {line}\n")).collect(),
            more: |count| format!("- {count} more\n"),
        };
        let long = format!("<code>roles&#46;task</code>: {}", "may do &#42;&#8203;, ".repeat(40));
        let within = |lines: &[&str]| list(lines).within(120);
        insta::assert_snapshot!(within(&[&long]), @"
        permissions
        - <code>roles&#46;task</code>: may do &#42;&#8203;, may do &#42;&#8203;, … and 379 characters more
        ");
        insta::assert_snapshot!(within(&[&long, "short"]), @"
        permissions
        - <code>roles&#46;task</code>: may do &#42;&#8203;, may do &#42;… and 381 characters more
        - short
        ");
        insta::assert_snapshot!(within(&["short", &long, "short"]), @"
        permissions
        - short
        - 2 more
        ");
        for share in 0..400 {
            for lines in [&[long.as_str()][..], &[&long, "b"], &["b", &long], &["b", &long, "c"]] {
                let (list, least) = (list(lines), "permissions\n- 3 more\n".len());
                let told = list.within(share);
                assert!(told.len() <= share.max(least), "{share}: {told}");
            }
        }
    }
}
