//! The query page over HTTP, over a store with spans and log events in it; what is saved; and what completion asks for.

mod asking;
mod completing;
mod querying;
mod saving;
