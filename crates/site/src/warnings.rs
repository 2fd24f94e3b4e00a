//! What mdBook warns of while it works. It logs by `tracing`, and goes on; a book that is checked must not.

use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Runs `work`, and gives what it warned of on this thread beside its result.
pub(crate) fn heard<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let listener = Listener::default();
    let warnings = Arc::clone(&listener.0);
    let result = tracing::subscriber::with_default(Registry::default().with(listener), work);
    let warnings = warnings.lock().map(|all| all.clone()).unwrap_or_default();
    (result, warnings)
}

#[derive(Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // The more severe a level, the less it is.
        if *event.metadata().level() > Level::WARN {
            return;
        }
        let mut message = Message::default();
        event.record(&mut message);
        if let Ok(mut all) = self.0.lock() {
            all.push(message.0);
        }
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_heard_and_nothing_else() {
        let (result, warnings) = heard(|| {
            tracing::info!("at work");
            tracing::warn!("page {} is odd", 3);
            tracing::error!("no such file");
            7
        });
        assert_eq!(result, 7);
        assert_eq!(warnings, ["page 3 is odd", "no such file"]);
    }
}
