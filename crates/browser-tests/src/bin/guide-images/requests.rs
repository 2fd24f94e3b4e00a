//! Requests that are made for a picture, many of a kind; a single action is `scenes`'.

use reqwest::Method;

use crate::scenes::expect;
use crate::stage::Stage;

pub(crate) const HOME: &str = "/api/activities/home";
pub(crate) const USER: &str = "/api/activities/@bayko";
pub(crate) const NOBODY: &str = "/api/activities/00000000-0000-0000-0000-000000000000";

/// A request, so many times, and the status of its answer.
pub(crate) enum Ask {
    Get(usize, &'static str, u16),
    /// A crud.
    Post(usize, u16),
}

impl Ask {
    pub(crate) fn count(&self) -> usize {
        match *self {
            Ask::Get(count, ..) | Ask::Post(count, _) => count,
        }
    }
}

/// Makes the requests, in order.
pub(crate) fn ask_all(stage: &Stage, requests: &[Ask]) -> anyhow::Result<()> {
    for ask in requests {
        for _ in 0..ask.count() {
            match *ask {
                Ask::Get(_, path, status) => expect(stage, status, Method::GET, path, None)?,
                Ask::Post(_, status) => {
                    let crud = Some("Observability is not only for the clouds");
                    expect(stage, status, Method::POST, "/api/activities", crud)?;
                }
            }
        }
    }
    Ok(())
}
