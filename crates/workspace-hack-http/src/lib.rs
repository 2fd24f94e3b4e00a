//! Nothing: this crate exists for the features its manifest switches on (see there).
