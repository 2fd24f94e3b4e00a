//! The filters of groups, for questions that name one. Groups themselves are made and changed in `settings`.

use std::collections::HashMap;

use xray_query::Filter;

use super::{error::XrayError, settings};
use crate::store::Store;

/// Every group's filter, by its name and by its ARN; `None` where it takes all traces.
#[derive(Clone, Default)]
pub(crate) struct Groups {
    filters: HashMap<String, Option<Filter>>,
}

impl Groups {
    /// The region is for the ARN of the group that is always there.
    pub(crate) async fn of(store: &Store, region: &str) -> Result<Self, XrayError> {
        let mut filters = HashMap::new();
        for group in settings::list_groups(store, region).await? {
            // It was understood when the group was made.
            let filter = group
                .filter_expression
                .and_then(|expression| Filter::parse(&expression).ok());
            filters.insert(group.group_arn, filter.clone());
            filters.insert(group.group_name, filter);
        }
        Ok(Self { filters })
    }

    /// A filter expression, whose groups must exist.
    pub(crate) fn parse(&self, expression: &str) -> Result<Filter, XrayError> {
        let filter = Filter::parse(expression)
            .map_err(|error| XrayError::InvalidRequest(error.to_string()))?;
        match filter.groups().into_iter().find(|group| !self.has(group)) {
            Some(group) => Err(XrayError::InvalidRequest(format!(
                "Invalid filter expression: there is no group {group:?}"
            ))),
            None => Ok(filter),
        }
    }

    /// Whether there is a group of this name or ARN.
    pub(crate) fn has(&self, group: &str) -> bool {
        self.filters.contains_key(group)
    }

    /// A group's filter, for filters that name groups: nothing for one that is not there, everything for one without.
    pub(crate) fn get(&self, wanted: &str) -> Option<Filter> {
        match self.filters.get(wanted)? {
            Some(filter) => Some(filter.clone()),
            None => Filter::parse("ok OR !ok").ok(),
        }
    }
}
