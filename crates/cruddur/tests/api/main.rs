//! The back end's routes as a client sees them, by way of the router.

mod asking;
mod bad_input;
mod routes;
