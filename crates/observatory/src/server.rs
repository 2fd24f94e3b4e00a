//! What the HTTP handlers share, and the router that puts them together.
//! The handlers themselves live with their protocols.

use crate::store::Store;

/// What every handler may use; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Where spans are kept.
    pub store: Store,
}
