//! Documents read, made into spans, and made to fit: one case a rule. One binary, so that one link is enough.

mod arbitrary;
mod clients;
mod fitting;
mod ids;
mod properties;
mod reading;
mod spans;
mod there_and_back;
