//! The fake CloudWatch Logs API by plain HTTP; one module for each concern.

mod answering;
mod asking;
mod describing;
mod form;
mod putting;
mod queries;
mod reading;
mod recording;
mod refusing;
mod starting;
