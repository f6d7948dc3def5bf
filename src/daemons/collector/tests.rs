//! What is generated.
