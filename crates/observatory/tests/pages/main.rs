//! The pages over HTTP, from a store in memory: what each route answers, and with which headers; a module for each page.

mod asking;
mod everywhere;
mod home;
mod hostile;
mod list;
mod logs;
mod map;
mod query;
mod spans;
mod status;
mod trace;
