//! Root causes as the lists that `rootcause.….…` goes through.

use serde_json::Value;

use crate::{
    FailedEntity, RootCause, RootCauseService, SlowEntity,
    filter::keyword::{Cause, Listed},
    root_cause,
    view::View,
};

/// An item of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct ListedItem {
    /// From 0.
    pub(super) index: usize,
    /// How many the list has.
    pub(super) count: usize,
    pub(super) name: String,
    pub(super) kind: Option<String>,
    pub(super) message: Option<String>,
    pub(super) inferred: bool,
    pub(super) remote: bool,
    pub(super) coverage: Option<f64>,
}

/// For each root cause of that kind, the items: its services, all their entities, or all their exceptions, the entry point's first.
pub(super) fn lists(view: &View<'_>, cause: Cause, listed: Listed) -> Vec<Vec<ListedItem>> {
    match cause {
        Cause::Fault => of_failures(root_cause::faults(view), listed),
        Cause::Error => of_failures(root_cause::errors(view), listed),
        Cause::ResponseTime => numbered(root_cause::response_times(view), |cause| match listed {
            Listed::Service => services(cause),
            Listed::Entity => entities(cause).map(slow).collect(),
            Listed::Exception => Vec::new(),
        }),
    }
}

fn of_failures(causes: Vec<RootCause<FailedEntity>>, listed: Listed) -> Vec<Vec<ListedItem>> {
    numbered(causes, |cause| match listed {
        Listed::Service => services(cause),
        Listed::Entity => entities(cause)
            .map(|entity: FailedEntity| ListedItem {
                name: entity.name,
                remote: entity.remote,
                ..ListedItem::default()
            })
            .collect(),
        Listed::Exception => entities(cause)
            .flat_map(|entity: FailedEntity| entity.exceptions)
            .map(|exception| ListedItem {
                name: exception.name,
                message: Some(exception.message),
                ..ListedItem::default()
            })
            .collect(),
    })
}

fn slow(entity: SlowEntity) -> ListedItem {
    ListedItem {
        name: entity.name,
        remote: entity.remote,
        coverage: Some(entity.coverage),
        ..ListedItem::default()
    }
}

fn services<Entity>(cause: RootCause<Entity>) -> Vec<ListedItem> {
    let item = |service: RootCauseService<Entity>| ListedItem {
        name: service.name,
        kind: service.kind,
        inferred: service.inferred,
        ..ListedItem::default()
    };
    cause.services.into_iter().map(item).collect()
}

fn entities<Entity>(cause: RootCause<Entity>) -> impl Iterator<Item = Entity> {
    cause
        .services
        .into_iter()
        .flat_map(|service| service.entity_path)
}

fn numbered<Entity>(
    causes: Vec<RootCause<Entity>>,
    items: impl Fn(RootCause<Entity>) -> Vec<ListedItem>,
) -> Vec<Vec<ListedItem>> {
    let mut lists: Vec<Vec<ListedItem>> = causes.into_iter().map(items).collect();
    for list in &mut lists {
        let count = list.len();
        for (index, item) in list.iter_mut().enumerate() {
            item.index = index;
            item.count = count;
        }
    }
    lists
}

/// Whether each of the wanted root causes is there, among faults, errors and response times.
pub(super) fn has_all(view: &View<'_>, wanted: &[Value]) -> bool {
    let json = |causes: Result<Value, serde_json::Error>| match causes {
        Ok(Value::Array(causes)) => causes,
        _ => Vec::new(),
    };
    let mut causes = json(serde_json::to_value(root_cause::faults(view)));
    causes.extend(json(serde_json::to_value(root_cause::errors(view))));
    causes.extend(json(serde_json::to_value(root_cause::response_times(view))));
    wanted
        .iter()
        .all(|wanted| causes.iter().any(|cause| fits(wanted, cause)))
}

/// What is left out of an object may be anything; all else must be the same.
fn fits(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Object(wanted), Value::Object(value)) => wanted
            .iter()
            .all(|(key, wanted)| fits(wanted, value.get(key).unwrap_or(&Value::Null))),
        (Value::Array(wanted), Value::Array(value)) => {
            wanted.len() == value.len()
                && wanted
                    .iter()
                    .zip(value)
                    .all(|(wanted, value)| fits(wanted, value))
        }
        (Value::Number(wanted), Value::Number(value)) => wanted.as_f64() == value.as_f64(),
        _ => wanted == value,
    }
}
