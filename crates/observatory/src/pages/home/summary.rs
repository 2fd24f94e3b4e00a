//! What the answers say of each service: how many requests, how many failed, how long they took, which routes are slow.

use std::collections::BTreeMap;

use span_columns::Answer;
use span_query::Value;

/// Routes told of a service.
const MOST_ROUTES: usize = 3;

/// How a service did.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// Requests in the range; where spans were sampled, those that they stand for too.
    pub(crate) requests: u64,
    /// Those that failed.
    pub(crate) errors: u64,
    /// Milliseconds.
    pub(crate) p50: Option<f64>,
    pub(crate) p95: Option<f64>,
    /// In each step of the range: requests, failed ones, P95.
    pub(crate) requests_over_time: Vec<Option<f64>>,
    pub(crate) errors_over_time: Vec<Option<f64>>,
    pub(crate) p95_over_time: Vec<Option<f64>>,
    /// The slowest first.
    pub(crate) routes: Vec<Route>,
}

/// What a service was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    pub(crate) name: String,
    pub(crate) requests: u64,
    /// Milliseconds.
    pub(crate) p95: Option<f64>,
}

/// Puts the answers to the three questions together.
pub(crate) fn services(requests: &Answer, errors: &Answer, routes: &Answer) -> Vec<Service> {
    let mut services: Vec<Service> = requests
        .table
        .rows
        .iter()
        .filter_map(|row| match &row[..] {
            [name, count, p50, p95, ..] => Some(Service {
                name: name.text().into_owned(),
                requests: whole(count),
                p50: number(p50),
                p95: number(p95),
                ..Service::default()
            }),
            _ => None,
        })
        .collect();
    let places: BTreeMap<String, usize> = services
        .iter()
        .enumerate()
        .map(|(place, service)| (service.name.clone(), place))
        .collect();
    let place = |name: Option<&Value>| places.get(&*name?.text()).copied();
    for row in &errors.table.rows {
        if let [name, error, count, ..] = &row[..]
            && is_true(error)
            && let Some(place) = place(Some(name))
        {
            services[place].errors += whole(count);
        }
    }
    for row in &routes.table.rows {
        if let [service, name, count, p95, ..] = &row[..]
            && let Some(place) = place(Some(service))
            && services[place].routes.len() < MOST_ROUTES
        {
            services[place].routes.push(Route {
                name: name.text().into_owned(),
                requests: whole(count),
                p95: number(p95),
            });
        }
    }
    let over_time = |answer: &Answer| answer.series.clone();
    if let Some(series) = over_time(requests) {
        for group in &series.groups {
            if let Some(place) = place(group.key.first()) {
                let line = |at: usize| group.values.get(at).map(|values| numbers(values));
                services[place].requests_over_time = line(0).unwrap_or_default();
                services[place].p95_over_time = line(2).unwrap_or_default();
            }
        }
    }
    if let Some(series) = over_time(errors) {
        for group in &series.groups {
            if group.key.get(1).is_some_and(is_true)
                && let Some(place) = place(group.key.first())
            {
                let line = group.values.first().map(|values| numbers(values));
                services[place].errors_over_time = line.unwrap_or_default();
            }
        }
    }
    services
}

fn numbers(values: &[Value]) -> Vec<Option<f64>> {
    values.iter().map(number).collect()
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn whole(value: &Value) -> u64 {
    // A float that is negative or no number becomes 0.
    number(value).unwrap_or_default().round() as u64
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

#[cfg(test)]
pub(super) mod tests {
    use span_columns::{Series, SeriesGroup};
    use span_query::Table;

    use super::*;

    type Lines = Vec<(Vec<Value>, Vec<Vec<Value>>)>;

    fn answer(rows: Vec<Vec<Value>>, lines: Lines) -> Answer {
        Answer {
            table: Table {
                columns: Vec::new(),
                groups: rows.len(),
                rows,
            },
            series: Some(Series {
                start: 0,
                step: 60,
                steps: 2,
                calculations: Vec::new(),
                groups: lines
                    .into_iter()
                    .map(|(key, values)| SeriesGroup { key, values })
                    .collect(),
            }),
            heatmaps: Vec::new(),
            examples: Vec::new(),
            unknown_columns: Vec::new(),
            rows_scanned: 0,
            rows_matched: 0,
            extent_unix_nano: None,
        }
    }

    #[test]
    fn answers_are_put_together_by_service() {
        let text = |text: &str| Value::String(text.to_owned());
        let int = Value::Int;
        let requests = answer(
            vec![
                vec![text("backend"), int(10), Value::Float(5.5), int(20)],
                vec![text("profiles"), int(4), int(1), Value::Null],
            ],
            vec![(
                vec![text("backend")],
                vec![
                    vec![int(7), int(3)],
                    vec![int(5), int(6)],
                    vec![int(20), Value::Null],
                ],
            )],
        );
        let errors = answer(
            vec![
                vec![text("backend"), Value::Bool(true), int(2)],
                vec![text("backend"), Value::Null, int(8)],
                vec![text("gone"), Value::Bool(true), int(1)],
            ],
            vec![(
                vec![text("backend"), Value::Bool(true)],
                vec![vec![int(2), int(0)]],
            )],
        );
        let routes = answer(
            (0..5)
                .map(|n| {
                    vec![
                        text("backend"),
                        text(&format!("GET /{n}")),
                        int(2),
                        int(9 - n),
                    ]
                })
                .collect(),
            Vec::new(),
        );
        let found = services(&requests, &errors, &routes);
        assert_eq!(found.len(), 2);
        let backend = &found[0];
        assert_eq!((backend.requests, backend.errors), (10, 2));
        assert_eq!((backend.p50, backend.p95), (Some(5.5), Some(20.0)));
        assert_eq!(backend.requests_over_time, [Some(7.0), Some(3.0)]);
        assert_eq!(backend.errors_over_time, [Some(2.0), Some(0.0)]);
        assert_eq!(backend.p95_over_time, [Some(20.0), None]);
        let names: Vec<&str> = backend.routes.iter().map(|route| &route.name[..]).collect();
        assert_eq!(names, ["GET /0", "GET /1", "GET /2"]);
        assert_eq!((found[1].errors, found[1].p95), (0, None));
    }
}
