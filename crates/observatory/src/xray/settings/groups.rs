//! Groups: named filter expressions. The `Default` group is always there and takes every trace.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::json;
use xray_query::Filter;

use super::{
    ACCOUNT,
    call::{Answer, Call},
    fields::Fields,
    kept::{self, Failure, Kept},
    tags,
};
use crate::{
    store::Store,
    xray::{error::XrayError, page::page},
};

const KIND: &str = "group";
const DEFAULT: &str = "Default";

/// How many groups an account may have beside `Default` (the service's quota).
const GROUPS: usize = 25;

const PAGE: usize = 25;

/// A group, as the API shows it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Group {
    pub(crate) group_name: String,
    #[serde(rename = "GroupARN")]
    pub(crate) group_arn: String,
    /// What a trace must match; without one, every trace belongs to the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filter_expression: Option<String>,
    insights_configuration: Insights,
}

/// Kept and given back: the observatory has no insights.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Insights {
    insights_enabled: bool,
    notifications_enabled: bool,
}

/// The group that a call names, by name or by ARN; nothing if it names none.
pub(crate) async fn find(
    store: &Store,
    name: Option<String>,
    arn: Option<String>,
) -> Result<Option<Group>, XrayError> {
    if name.is_none() && arn.is_none() {
        return Ok(None);
    }
    let region = super::call::UNSIGNED_REGION;
    kept::read(store, move |kept| named(kept, region, name, arn))
        .await
        .map(Some)
}

/// All groups, `Default` among them, by name.
pub(crate) async fn list(store: &Store, region: &str) -> Result<Vec<Group>, XrayError> {
    let region = region.to_owned();
    kept::read(store, move |kept| all(kept, &region)).await
}

pub(crate) async fn create(mut call: Call) -> Answer {
    let fields = &mut call.fields;
    let name = fields.text("GroupName", 1..=32)?;
    let name = fields.required(name, "GroupName")?;
    let filter_expression = filter(fields)?;
    let insights_configuration = InsightsChange::read(fields)?.of(Insights::default())?;
    let new_tags = tags::given(fields)?;
    fields.done()?;
    let group = Group {
        group_arn: format!("{}/{}", arn(&call.region, &name), id(&name, call.now)),
        group_name: name,
        filter_expression: filter_expression.filter(|filter| !filter.is_empty()),
        insights_configuration,
    };
    let answer = json!({ "Group": group });
    let region = call.region.clone();
    call.change(move |kept| {
        let groups: Vec<Group> = kept.all(KIND)?;
        let is_taken = |other: &Group| other.group_name == group.group_name;
        if group.group_name == DEFAULT || groups.iter().any(is_taken) {
            return Err(invalid(format!(
                "A group named '{}' already exists; update it, or choose another name",
                group.group_name
            )));
        }
        if groups.len() >= GROUPS {
            return Err(invalid(format!(
                "There are {GROUPS} groups already, which is the most that an account may have; delete one first"
            )));
        }
        check_groups(kept, &region, &group)?;
        tags::replace(kept, &group.group_arn, &new_tags)?;
        kept.put(KIND, &group.group_name, &group)
    })
    .await?;
    Ok(Json(answer))
}

pub(crate) async fn get(mut call: Call) -> Answer {
    let (name, arn) = which(&mut call.fields)?;
    call.fields.done()?;
    let region = call.region.clone();
    let group = call
        .read(move |kept| named(kept, &region, name, arn))
        .await?;
    Ok(Json(json!({ "Group": group })))
}

pub(crate) async fn get_all(mut call: Call) -> Answer {
    let token = call.fields.text("NextToken", 1..=100)?;
    call.fields.done()?;
    let region = call.region.clone();
    let groups = call.read(move |kept| all(kept, &region)).await?;
    let (groups, next) = page(groups, token.as_deref(), PAGE)?;
    Ok(Json(json!({ "Groups": groups, "NextToken": next })))
}

pub(crate) async fn update(mut call: Call) -> Answer {
    let (name, arn) = which(&mut call.fields)?;
    let new_filter = filter(&mut call.fields)?;
    let new_insights = InsightsChange::read(&mut call.fields)?;
    call.fields.done()?;
    let region = call.region.clone();
    let group = call
        .change(move |kept| {
            let mut group = named(kept, &region, name, arn)?;
            group.insights_configuration = new_insights.of(group.insights_configuration)?;
            if let Some(filter) = new_filter {
                if group.group_name == DEFAULT {
                    return Err(invalid(
                        "The filter expression of the Default group cannot be changed".to_owned(),
                    ));
                }
                group.filter_expression = Some(filter).filter(|filter| !filter.is_empty());
            }
            check_groups(kept, &region, &group)?;
            kept.put(KIND, &group.group_name, &group)?;
            Ok(group)
        })
        .await?;
    Ok(Json(json!({ "Group": group })))
}

pub(crate) async fn delete(mut call: Call) -> Answer {
    let (name, arn) = which(&mut call.fields)?;
    call.fields.done()?;
    let region = call.region.clone();
    call.change(move |kept| {
        let group = named(kept, &region, name, arn)?;
        if group.group_name == DEFAULT {
            return Err(invalid("The Default group cannot be deleted".to_owned()));
        }
        tags::replace(kept, &group.group_arn, &[])?;
        kept.delete(KIND, &group.group_name)
    })
    .await?;
    Ok(Json(json!({})))
}

/// Whether a group has this ARN.
pub(crate) fn has_arn(kept: &Kept<'_>, region: &str, arn: &str) -> Result<bool, Failure> {
    Ok(all(kept, region)?
        .iter()
        .any(|group| group.group_arn == arn))
}

fn which(fields: &mut Fields) -> Result<(Option<String>, Option<String>), XrayError> {
    let name = fields.text("GroupName", 1..=32)?;
    let arn = fields.text("GroupARN", 1..=400)?;
    match (&name, &arn) {
        (None, None) => Err(XrayError::InvalidRequest(
            "Either GroupName or GroupARN must be given".to_owned(),
        )),
        _ => Ok((name, arn)),
    }
}

/// The group of that name and ARN; given both, both must be its own.
fn named(
    kept: &Kept<'_>,
    region: &str,
    name: Option<String>,
    arn: Option<String>,
) -> Result<Group, Failure> {
    let found = all(kept, region)?.into_iter().find(|group| {
        let is_default_arn = || is_default(group, arn.as_deref());
        name.as_ref().is_none_or(|name| *name == group.group_name)
            && (arn.as_ref().is_none_or(|arn| *arn == group.group_arn) || is_default_arn())
    });
    let asked = || arn.or(name).unwrap_or_default();
    found.ok_or_else(|| invalid(format!("Group not found: {}", asked())))
}

/// The Default group is in every region.
fn is_default(group: &Group, arn: Option<&str>) -> bool {
    group.group_name == DEFAULT
        && arn.is_some_and(|arn| arn.ends_with(&format!(":{ACCOUNT}:group/{DEFAULT}")))
}

fn all(kept: &Kept<'_>, region: &str) -> Result<Vec<Group>, Failure> {
    let mut groups: Vec<Group> = kept.all(KIND)?;
    if !groups.iter().any(|group| group.group_name == DEFAULT) {
        groups.push(Group {
            group_name: DEFAULT.to_owned(),
            group_arn: arn(region, DEFAULT),
            filter_expression: None,
            insights_configuration: Insights::default(),
        });
        groups.sort_by(|a, b| a.group_name.cmp(&b.group_name));
    }
    Ok(groups)
}

fn filter(fields: &mut Fields) -> Result<Option<String>, XrayError> {
    let Some(expression) = fields.text("FilterExpression", 0..=usize::MAX)? else {
        return Ok(None);
    };
    if !expression.is_empty() {
        parse(&expression)?;
    }
    Ok(Some(expression))
}

fn parse(expression: &str) -> Result<Filter, XrayError> {
    Filter::parse(expression).map_err(|error| XrayError::InvalidRequest(error.to_string()))
}

/// Refuses an expression that names a group that is not there.
fn check_groups(kept: &Kept<'_>, region: &str, group: &Group) -> Result<(), Failure> {
    let Some(expression) = &group.filter_expression else {
        return Ok(());
    };
    let groups = all(kept, region)?;
    let is_there = |wanted: &&str| {
        groups
            .iter()
            .any(|group| group.group_name == **wanted || group.group_arn == **wanted)
    };
    match parse(expression)?
        .groups()
        .iter()
        .find(|wanted| !is_there(wanted))
    {
        Some(missing) => Err(invalid(format!(
            "Invalid filter expression: there is no group {missing:?}"
        ))),
        None => Ok(()),
    }
}

/// What a call says of a group's insights.
#[derive(Clone, Copy)]
struct InsightsChange {
    enabled: Option<bool>,
    notified: Option<bool>,
}

impl InsightsChange {
    fn read(fields: &mut Fields) -> Result<Self, XrayError> {
        let Some(mut given) = fields.object("InsightsConfiguration")? else {
            return Ok(Self {
                enabled: None,
                notified: None,
            });
        };
        let change = Self {
            enabled: given.boolean("InsightsEnabled")?,
            notified: given.boolean("NotificationsEnabled")?,
        };
        given.done()?;
        Ok(change)
    }

    fn of(self, old: Insights) -> Result<Insights, XrayError> {
        let new = Insights {
            insights_enabled: self.enabled.unwrap_or(old.insights_enabled),
            notifications_enabled: self.notified.unwrap_or(old.notifications_enabled),
        };
        if new.notifications_enabled && !new.insights_enabled {
            return Err(XrayError::InvalidRequest(
                "NotificationsEnabled needs InsightsEnabled".to_owned(),
            ));
        }
        Ok(new)
    }
}

fn arn(region: &str, name: &str) -> String {
    format!("arn:aws:xray:{region}:{ACCOUNT}:group/{name}")
}

/// 52 characters of base 32, as the service's are; another one when the name is used again later.
fn id(name: &str, now: f64) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    (0_u8..52)
        .map(|place| {
            let mut hasher = DefaultHasher::new();
            (name, now.to_bits(), place).hash(&mut hasher);
            char::from(DIGITS[(hasher.finish() % 32) as usize])
        })
        .collect()
}

fn invalid(message: String) -> Failure {
    XrayError::InvalidRequest(message).into()
}
