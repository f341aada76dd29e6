//! Who says what is said on the command line.

use super::Context;
use crate::campaign::person::Said;

/// Whoever runs the program, by the name that the system has, and the time.
pub(super) fn said(context: &Context) -> Said {
    let by = std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned());
    Said { by, at: context.clock.now() }
}
