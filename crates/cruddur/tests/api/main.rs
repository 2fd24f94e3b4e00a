//! The library as those who use it see it: routers that answer, files and addresses that it opens.

mod asking;
mod bad_input;
mod cors;
mod frontend;
mod profiles;
mod queries;
mod routes;
mod serving;
mod settings;
mod store;
