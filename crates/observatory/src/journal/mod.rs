//! What the observatory remembers of its senders, from its start until it ends: what arrived, what was refused and why.
//! Nothing of it is stored, and no key is in it.

pub(crate) mod about;
mod advice;
pub(crate) mod arrivals;
pub(crate) mod refusals;
pub(crate) mod rolling;
mod seen;
mod watch;

pub(crate) use {
    refusals::Refused,
    watch::{note, note_grpc},
};
