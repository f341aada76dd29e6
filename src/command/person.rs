//! Who says what is said on the command line.

/// The name of whoever runs the program, as the system has it.
pub(super) fn person() -> String {
    std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned())
}
