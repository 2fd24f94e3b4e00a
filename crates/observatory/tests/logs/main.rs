//! The API of CloudWatch Logs, asked as its clients ask; one module for each concern.

mod asking;
mod events;
mod group_fields;
mod groups;
mod keeping;
mod live_tail;
mod metric_filter;
mod paging;
mod process;
mod putting;
mod queries;
mod refusing;
mod streams;
mod tags;
mod upgrade;
