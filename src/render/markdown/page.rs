//! A page that never gets longer than its budget.

/// What is kept free for the sentences that say what is left out.
const RESERVE: usize = 300;

/// Text that grows until a budget is spent. Its measure is bytes: of characters, as GitHub counts
/// them, there are never more.
pub(super) struct Page {
    text: String,
    budget: usize,
}

impl Page {
    /// One that begins with this, whatever its budget is.
    pub(super) fn of(budget: usize, head: String) -> Self {
        Self { text: head, budget }
    }

    /// Adds a piece, if there is room for it.
    #[must_use]
    pub(super) fn add(&mut self, piece: &str) -> bool {
        let fits = self.text.len() + piece.len() + RESERVE <= self.budget;
        if fits {
            self.text += piece;
        }
        fits
    }

    /// Adds a headed list, as many of its items as there is room for, and how many there are more.
    pub(super) fn list(&mut self, head: &str, items: &[String]) {
        if items.is_empty() || !self.add(&format!("\n### {head}\n\n")) {
            return;
        }
        let fit = items.iter().take_while(|item| self.add(&format!("- {item}\n"))).count();
        if fit < items.len() {
            self.close(&format!("- … and {} more\n", items.len() - fit));
        }
    }

    /// Adds what there is always room for: a few short sentences.
    pub(super) fn close(&mut self, piece: &str) {
        self.text += piece;
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}
