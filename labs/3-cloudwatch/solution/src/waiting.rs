//! Time and chance, for whoever has to wait for the service. A test brings its own, which takes no time and leaves nothing to chance.

use std::{future::Future, pin::Pin, time::Duration};

/// A pause that is being made.
pub type Pause<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Waits, and draws lots.
pub trait Waiting: Send + Sync + 'static {
    /// Lets so much time pass.
    fn pause(&self, duration: Duration) -> Pause<'_>;

    /// A number from 0 to 1, another one each time.
    fn chance(&self) -> f64;
}

/// The clock and the dice that a program has.
#[derive(Clone, Copy, Debug)]
pub struct RealTime;

impl Waiting for RealTime {
    fn pause(&self, duration: Duration) -> Pause<'_> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        rand::random()
    }
}
