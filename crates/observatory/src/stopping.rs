//! How answers that take their time learn that the server is stopping.

use axum::Extension;
use tokio::sync::watch;

/// Tells waiting requests that the server is stopping, so that an open page or a Live Tail does not hold it up.
#[derive(Clone, Debug)]
pub struct Stopping(pub watch::Receiver<bool>);

impl Stopping {
    /// Until the server stops; for ever where nobody says so.
    pub(crate) async fn told(stopping: Option<Extension<Self>>) {
        match stopping {
            // A sender that is gone means the same.
            Some(Extension(Self(mut stop))) => drop(stop.wait_for(|stop| *stop).await),
            None => std::future::pending().await,
        }
    }
}
