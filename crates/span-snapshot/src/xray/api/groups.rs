//! Groups: created and told.

use serde_json::{Value as Json, json};

use super::State;
use super::answer::invalid;
use super::traces::page;
use crate::aws::{Refusal, text};

/// Where all things of this fake are said to be.
pub(super) const ARN: &str = "arn:aws:xray:us-east-1:000000000000";

impl State {
    pub(super) fn create_group(&mut self, body: &Json) -> Result<Json, Refusal> {
        let name = text(body, "GroupName").unwrap_or_default();
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 32 || !name.chars().all(letters) {
            return Err(invalid(format!(
                "GroupName `{name}` is not of 1 to 32 letters, digits, - and _"
            )));
        }
        if name == "Default" || self.groups.iter().any(|group| group["GroupName"] == name) {
            return Err(invalid(format!("Group with name {name} already exists.")));
        }
        let filter = text(body, "FilterExpression").unwrap_or_default();
        self.filter(filter)?;
        // A group's ID, as the service gives one, made of its number.
        let id = format!("{:026}", self.groups.len() + 1);
        let mut group = json!({
            "GroupName": name,
            "GroupARN": format!("{ARN}:group/{name}/{id}"),
            "FilterExpression": filter,
            "InsightsConfiguration": { "InsightsEnabled": false, "NotificationsEnabled": false },
        });
        if let Some(insights) = body.get("InsightsConfiguration").filter(|i| i.is_object()) {
            group["InsightsConfiguration"] = insights.clone();
        }
        self.groups.push(group.clone());
        Ok(json!({ "Group": group }))
    }

    pub(super) fn get_group(&self, body: &Json) -> Result<Json, Refusal> {
        let group = self.group(text(body, "GroupName"), text(body, "GroupARN"))?;
        Ok(json!({ "Group": group }))
    }

    pub(super) fn get_groups(&self, body: &Json) -> Result<Json, Refusal> {
        let (groups, next) = page(&self.groups, body, self.page_size)?;
        Ok(json!({ "Groups": groups, "NextToken": next }))
    }

    /// The group of that name or ARN.
    pub(super) fn group(&self, name: Option<&str>, arn: Option<&str>) -> Result<&Json, Refusal> {
        let is = |group: &&Json| match (name, arn) {
            (Some(name), _) => group["GroupName"] == name,
            (None, Some(arn)) => group["GroupARN"] == arn,
            (None, None) => false,
        };
        self.groups.iter().find(is).ok_or_else(|| {
            let asked = name.or(arn).unwrap_or_default();
            invalid(format!("there is no group `{asked}`"))
        })
    }
}
