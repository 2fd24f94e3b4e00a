//! The traces half of the observatory, tested at its boundaries: bytes on its ports, what its program prints, its file.

mod access;
mod answers;
mod asking;
mod bounds;
mod description;
mod documented;
mod filters;
mod garbage;
mod grpc;
mod honeycomb;
mod jaeger;
mod json;
mod keeping;
mod killed;
mod process;
mod questions;
mod recorded;
mod running;
mod schema;
mod spans;
mod spans_only;
mod store;
