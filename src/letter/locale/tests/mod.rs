//! What people read, compared with ICU4C and with what people write.

mod dates;
mod lists;
mod order;
