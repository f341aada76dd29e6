//! No picture of this process's memory is ever written: passwords, keys and tokens stand in it.

/// Keeps the system from writing the memory of this process to a file or giving it to a program, should it crash, and
/// others of the same user from reading it.
pub fn forbid() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
        if let Err(error) = setrlimit(Resource::Core, limit) {
            tracing::debug!(%error, "the size of a core dump cannot be limited");
        }
    }
    // Linux gives what crashes to a program where it is set up so, whatever the limit (core(5)).
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::debug!(%error, "core dumps cannot be switched off");
        }
    }
}
