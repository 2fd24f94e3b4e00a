//! The layer, its queue and its handle, in front of a sink that keeps what it is given.

mod keep;
mod queue;
