//! The API of CloudWatch Logs, asked as its clients ask; one module for each concern.

mod asking;
mod events;
mod groups;
mod paging;
mod putting;
mod refusing;
mod streams;
mod tags;
