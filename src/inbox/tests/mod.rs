//! Tests that need no corpus.
