//! The API of CloudWatch Logs, asked as its clients ask; one module for each concern.

mod asking;
mod groups;
mod putting;
mod streams;
mod tags;
