//! The table of services: rate, errors, latency, the slowest routes, and ways on.

use maud::{Markup, html};

use super::{
    range::Range,
    sparkline,
    summary::{Route, Service},
};
use crate::{
    model::Dataset,
    pages::{
        address::Address, attribute_table::grouped, colours::ServiceColours, durations,
        foreign_text, marks::error_mark, query::address::QueryView, query::when::When,
    },
};

/// The table; `seconds` is the time in which the requests came.
pub(super) fn table(
    services: &[Service],
    range: Range,
    seconds: u64,
    colours: &ServiceColours,
) -> Markup {
    html! {
        table.services data-testid="services" {
            thead { tr {
                th scope="col" { "Service" }
                th scope="col" { "Requests" }
                th scope="col" { "Errors" }
                th scope="col" { "Latency" }
                th scope="col" { "Slowest routes, P95" }
            } }
            tbody { @for service in services { (row(service, range, seconds, colours)) } }
        }
    }
}

fn row(service: &Service, range: Range, seconds: u64, colours: &ServiceColours) -> Markup {
    let name = &service.name;
    let over = format!("over the last {}", range.label);
    html! {
        tr data-testid="service" data-service=(foreign_text::on_one_line(name, 200)) {
            th.service-cell scope="row" {
                span.chip.(colours.class(name)) { span.swatch {} (foreign_text::isolated(name, 60)) }
                span.ways {
                    a href=(traces(name)) { "Traces" } " "
                    a href=(query(name, range)) { "Query" } " "
                    @if let Some(map) = map(name, range) { a href=(map) { "Map" } }
                }
            }
            td.figure {
                span.label { "Requests" }
                p { b data-testid="rate" { (rate(service.requests, seconds)) } " " span.soft { (grouped(service.requests)) } }
                (sparkline::bars(&service.requests_over_time, "spark-bar", &format!("Requests {over}")))
            }
            td.figure {
                span.label { "Errors" }
                p {
                    @if service.errors > 0 { b.bad { (error_mark()) " " span data-testid="error-share" { (share(service.errors, service.requests)) } } " " span.soft data-testid="error-count" { (grouped(service.errors)) } }
                    @else { b { "0 %" } }
                }
                (sparkline::bars(&service.errors_over_time, "spark-bad", &format!("Errors {over}")))
            }
            td.figure {
                span.label { "Latency" }
                p { span.soft { "P50 " } span data-testid="p50" { (milliseconds(service.p50)) } span.soft { " P95 " } b data-testid="p95" { (milliseconds(service.p95)) } }
                (sparkline::line(&service.p95_over_time, &format!("P95 of the duration {over}")))
            }
            td.routes {
                span.label { "Slowest routes, P95" }
                ol { @for route in &service.routes { (one(name, route)) } }
            }
        }
    }
}

fn one(service: &str, route: &Route) -> Markup {
    let href = Address::new("/traces")
        .with("service", service)
        .with("name", &route.name)
        .finish();
    html! {
        li {
            a href=(href) title={ (grouped(route.requests)) " requests" } { @if route.name.is_empty() { em { "no name" } } @else { (foreign_text::isolated(&route.name, 80)) } }
            span.num { (milliseconds(route.p95)) }
        }
    }
}

fn traces(service: &str) -> String {
    Address::new("/traces").with("service", service).finish()
}

fn query(service: &str, range: Range) -> String {
    QueryView::of(Dataset::Spans)
        .visualise("HEATMAP(duration_ms)")
        .visualise("COUNT")
        .visualise("P95(duration_ms)")
        .filter("service.name", "=", service)
        .by("name")
        .within(When::last(range.key))
        .href()
}

/// A name with a quote in it cannot be written in an expression of X-Ray's.
fn map(service: &str, range: Range) -> Option<String> {
    (!service.contains(['"', '\\'])).then(|| {
        Address::new("/map")
            .with("window", range.map)
            .with("filter", &format!("service(\"{service}\")"))
            .finish()
    })
}

/// `12.5 / min`, `3.2 / s`.
fn rate(requests: u64, seconds: u64) -> String {
    let a_second = requests as f64 / seconds as f64;
    let (rate, unit) = if a_second >= 1.0 {
        (a_second, "s")
    } else {
        (a_second * 60.0, "min")
    };
    if rate >= 100.0 {
        format!("{} / {unit}", grouped(rate.round() as u64))
    } else if rate >= 10.0 {
        format!("{rate:.1} / {unit}")
    } else {
        format!("{rate:.2} / {unit}")
    }
}

/// `4.1 %`; what is not nothing is not told as nothing, nor almost all as all.
fn share(part: u64, of: u64) -> String {
    let percent = part as f64 * 100.0 / of.max(1) as f64;
    if part > 0 && percent < 0.1 {
        return "< 0.1 %".to_owned();
    }
    if part < of && percent > 99.9 {
        return "> 99.9 %".to_owned();
    }
    if percent >= 10.0 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

fn milliseconds(value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| durations::format((value.max(0.0) * 1e6).round() as u64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_few_digits() {
        for (requests, text) in [
            (0, "0.00 / min"),
            (30, "0.50 / min"),
            (1_500, "25.0 / min"),
            (7_200, "2.00 / s"),
            (3_600_000, "1,000 / s"),
        ] {
            assert_eq!(rate(requests, 3_600), text);
        }
        for (part, of, text) in [
            (1, 1, "100 %"),
            (1, 100_000, "< 0.1 %"),
            (99_999, 100_000, "> 99.9 %"),
            (41, 1_000, "4.1 %"),
            (1, 3, "33 %"),
        ] {
            assert_eq!(share(part, of), text);
        }
        assert_eq!(milliseconds(None), "–");
    }
}
