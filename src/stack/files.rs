//! How files reach a stack.

/// A file's text, and the name it is shown by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The path as a person would write it from where they are.
    pub shown: String,
    /// The text.
    pub text: String,
}

/// Why a file cannot be read, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong with it, `is a directory`.
    pub message: String,
    /// The way out.
    pub hint: String,
}

/// Reads the files that a stack names.
pub trait Files {
    /// Reads the file that the file shown as `from` calls `path`.
    ///
    /// # Errors
    /// When it is not there, not a regular file, too large, not UTF-8, or outside what the stack
    /// may read.
    fn read(&mut self, from: &str, path: &str) -> Result<Loaded, Unreadable>;
}
