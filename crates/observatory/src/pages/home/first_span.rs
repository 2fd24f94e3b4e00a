//! What an observatory without a span says: what to type to get the first one in.

use maud::{Markup, html};

/// The notice in place of all else.
pub(super) fn told() -> Markup {
    html! {
        div.notice.first data-testid="empty" {
            svg width="120" height="72" viewBox="0 0 120 72" aria-hidden="true" {
                path.dome d="M18 58a42 42 0 0 1 84 0z" {}
                path.slit d="M60 58L86 12" {}
                path.base d="M8 66h104" {}
                circle.star cx="96" cy="6" r="2" {} circle.star cx="112" cy="22" r="1.5" {} circle.star cx="104" cy="34" r="1" {}
            }
            h2 { "Waiting for the first span" }
            p { "It will appear here as soon as it arrives. Start the sample application and its traffic:" }
            pre { code { "cargo lab up" } }
            p { "It runs already? Then nothing in it is instrumented yet: that is what the lab’s first steps are for." }
            p { "Or send from any program that has an OpenTelemetry SDK:" }
            pre { code { "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318" } }
        }
    }
}
