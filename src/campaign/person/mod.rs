//! What a person says of a recipient, of an address, or of the whole campaign. It is recorded while a run may send, and
//! the next letter that would go knows it.

mod believe;
mod find;
mod forget;
mod hand_over;
mod mark;
mod nobody;
mod own_files;
mod recorded;
mod resolve;
mod said;
mod stop;
mod suppress;
mod traces;

pub use crate::ledger::Erased;
pub use crate::ledger::{AddressChange, Confirmed, Halt, Holder, Resolution, TakenBack, ToConfirm};
pub use believe::{confirm, doubt, take_back_mail};
pub use forget::{Forgot, KnownOf, export, forget, known_of};
pub use hand_over::{Handed, hand_over, take_back};
pub use mark::{AnswerChange, Entry, Heard, Letters, Marked, NotBounced, Remark, mark, mark_several};
pub use nobody::Nobody;
pub use recorded::Recorded;
pub use resolve::{Resolved, ResolvedAll, Which, resolve};
pub use said::Said;
pub use stop::{Stopped, resume, stop};
pub use suppress::{Lifted, Suppressed, Whom, lift, suppress, suppressions};

pub(in crate::campaign) use own_files::{look_for_the_rest, remove_letters, saved_copies};
pub(in crate::campaign) use traces::Names;
