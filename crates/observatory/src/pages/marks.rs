//! Marks that tell how something went without colour: the sign of an error, the patterns of the shares.

use maud::{Markup, html};

/// The mark of an error: a shape and a word, not a colour alone.
pub(crate) fn error_mark() -> Markup {
    html! {
        svg.error-mark width="14" height="14" viewBox="0 0 14 14" role="img" aria-label="error" {
            path.shape d="M4.2.7h5.6l3.5 3.5v5.6l-3.5 3.5H4.2L.7 9.8V4.2z" {}
            path.stroke d="M7 3.6v4M7 9.7v.9" {}
        }
    }
}

/// Tiles for the shares that are no success, so that they differ without colour; the arrow's head.
pub(crate) fn patterns() -> Markup {
    html! {
        defs {
            pattern #p-error width="6" height="6" patternUnits="userSpaceOnUse" {
                rect.error-ground width="6" height="6" {} path.error-mark-line d="M-1 1L1-1M0 6L6 0M5 7L7 5" {}
            }
            pattern #p-throttle width="5" height="5" patternUnits="userSpaceOnUse" {
                rect.throttle-ground width="5" height="5" {} circle.throttle-dot cx="2.5" cy="2.5" r="1.15" {}
            }
            pattern #p-fault width="6" height="6" patternUnits="userSpaceOnUse" {
                rect.fault-ground width="6" height="6" {} path.fault-line d="M0 0L6 6M6 0L0 6" {}
            }
            marker #arrow viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto" {
                path.arrow-head d="M0 .8L9.5 5L0 9.2z" {}
            }
        }
    }
}
