//! Log groups: making, deleting, listing, and how long their events are kept.

use serde_json::{Value, json};

use super::{
    arn,
    call::{Answer, Call, Output},
    error::LogsError,
    input::{GROUP_IDENTIFIER, GROUP_NAME, GROUP_NAME_PART, Input, TAG_KEY, TAG_VALUE, sized},
    tags, token,
};
use crate::store::logs::{self, GroupQuery, Listed, LogGroup};

/// The days that events may be kept.
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>)
const RETENTION_DAYS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// Groups on a page of DescribeLogGroups.
const DESCRIBED: usize = 50;

/// Groups on a page of ListLogGroups.
const LISTED: usize = 1_000;

const CLASSES: [(&str, bool); 4] = [
    ("STANDARD", true),
    ("INFREQUENT_ACCESS", false),
    ("DELIVERY", false),
    ("ESSENTIALS", false),
];

pub(super) async fn create(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    let is_standard = input.word("logGroupClass", &CLASSES).unwrap_or(true);
    let key = input.text("kmsKeyId", sized(0, 256));
    let protected = input.boolean("deletionProtectionEnabled").unwrap_or(false);
    let given = input
        .map("tags", 1..=tags::MOST, (TAG_KEY, TAG_VALUE))
        .unwrap_or_default();
    input.done()?;
    if name.starts_with("aws/") {
        return Err(LogsError::invalid(
            "Log group names starting with aws/ are reserved for AWS",
        ));
    }
    for (is_asked, what) in [
        (!is_standard, "log group classes other than STANDARD"),
        (key.is_some(), "encryption with kmsKeyId"),
        (protected, "deletionProtectionEnabled"),
    ] {
        if is_asked {
            return Err(LogsError::invalid(format!(
                "The observatory has no {what}; leave it out, or ask CloudWatch Logs itself"
            )));
        }
    }
    tags::check(&given)?;
    let now = call.now;
    call.change(move |transaction| {
        if !logs::create_group(transaction, &name, now)? {
            return Err(LogsError::new(
                "ResourceAlreadyExistsException",
                "The specified log group already exists",
            ));
        }
        tags::add(transaction, logs::group(transaction, &name)?.id, &given)
    })
    .await?;
    Ok(Output::nothing())
}

pub(super) async fn delete(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    input.done()?;
    call.change(move |transaction| {
        if logs::delete_group(transaction, &name)? {
            Ok(())
        } else {
            Err(logs::LogFailure::NoGroup.into())
        }
    })
    .await?;
    Ok(Output::nothing())
}

pub(super) async fn describe(call: Call) -> Answer {
    let mut input = call.input()?;
    own_account_only(&mut input)?;
    let prefix = input.text("logGroupNamePrefix", GROUP_NAME);
    let part = input.text("logGroupNamePattern", GROUP_NAME_PART);
    let identifiers = input.texts("logGroupIdentifiers", 1..=50, GROUP_IDENTIFIER);
    let is_standard = input.word("logGroupClass", &CLASSES).unwrap_or(true);
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let limit = input.limit(DESCRIBED);
    input.done()?;
    if prefix.is_some() && part.is_some() {
        return Err(LogsError::invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    if identifiers.is_some() && (prefix.is_some() || part.is_some() || given_token.is_some()) {
        return Err(LogsError::invalid(
            "logGroupIdentifiers cannot be combined with other parameters",
        ));
    }
    let page = if let Some(identifiers) = identifiers {
        named(&call, identifiers).await?
    } else if is_standard {
        let query = GroupQuery {
            prefix,
            contains: part,
            after: given_token.as_deref().map(token::name).transpose()?,
            limit,
        };
        call.state.store.log_groups(&query).await?
    } else {
        Listed {
            items: Vec::new(),
            more: false,
        }
    };
    let groups: Vec<Value> = page
        .items
        .iter()
        .map(|group| {
            json!({
                "logGroupName": group.name,
                "creationTime": group.created,
                "retentionInDays": group.retention_days,
                "metricFilterCount": 0,
                "arn": arn::group_and_streams(&call.region, &group.name),
                "logGroupArn": arn::group(&call.region, &group.name),
                "storedBytes": group.bytes,
                "logGroupClass": "STANDARD",
            })
        })
        .collect();
    Ok(json!({ "logGroups": groups, "nextToken": next(&page) }).into())
}

/// The groups of these names or ARNs that are there.
async fn named(call: &Call, identifiers: Vec<String>) -> Result<Listed<LogGroup>, LogsError> {
    let mut items = Vec::new();
    for identifier in identifiers {
        let name = arn::name_of(&identifier)?.to_owned();
        let query = GroupQuery {
            prefix: Some(name.clone()),
            limit: 1,
            ..GroupQuery::default()
        };
        // The first of those that begin with a name is the one of that name, if there is one.
        let found = call.state.store.log_groups(&query).await?;
        items.extend(found.items.into_iter().filter(|group| group.name == name));
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items.dedup();
    Ok(Listed { items, more: false })
}

pub(super) async fn list(call: Call) -> Answer {
    let mut input = call.input()?;
    own_account_only(&mut input)?;
    let pattern = input.text("logGroupNamePattern", sized(3, 129));
    let is_standard = input.word("logGroupClass", &CLASSES).unwrap_or(true);
    let given_token = input.text("nextToken", sized(1, usize::MAX));
    let limit = input.limit(LISTED);
    let parts = pattern
        .as_deref()
        .map(|pattern| name_parts(pattern, &mut input))
        .unwrap_or_default();
    input.done()?;
    let mut after = given_token.as_deref().map(token::name).transpose()?;
    let mut page = Listed {
        items: Vec::new(),
        more: is_standard,
    };
    while page.more && page.items.len() < limit {
        let query = GroupQuery {
            after: after.clone(),
            limit,
            ..GroupQuery::default()
        };
        let found = call.state.store.log_groups(&query).await?;
        page.more = found.more;
        for group in found.items {
            if page.items.len() == limit {
                page.more = true;
                break;
            }
            after = Some(group.name.clone());
            if parts.is_empty() || parts.iter().any(|part| part.is_in(&group.name)) {
                page.items.push(group);
            }
        }
    }
    let groups: Vec<Value> = page
        .items
        .iter()
        .map(|group| {
            json!({
                "logGroupName": group.name,
                "logGroupArn": arn::group(&call.region, &group.name),
                "logGroupClass": "STANDARD",
            })
        })
        .collect();
    Ok(json!({ "logGroups": groups, "nextToken": next(&page) }).into())
}

/// One alternative of ListLogGroups' pattern.
struct NamePart {
    at_start: bool,
    text: String,
}

impl NamePart {
    fn is_in(&self, name: &str) -> bool {
        if self.at_start {
            name.starts_with(&self.text)
        } else {
            name.contains(&self.text)
        }
    }
}

/// At most five alternatives of 3 to 24 characters, each of which may be bound to the start of names.
fn name_parts(pattern: &str, input: &mut Input) -> Vec<NamePart> {
    let parts: Vec<NamePart> = pattern
        .split('|')
        .map(|part| NamePart {
            at_start: part.starts_with('^'),
            text: part.strip_prefix('^').unwrap_or(part).to_owned(),
        })
        .collect();
    let (_, is_allowed) = GROUP_NAME.pattern.unwrap_or(("", |_| true));
    let is_part =
        |part: &NamePart| (3..=24).contains(&part.text.len()) && part.text.chars().all(is_allowed);
    if parts.len() > 5 || !parts.iter().all(is_part) {
        input.violated(
            "logGroupNamePattern",
            pattern,
            r"Member must satisfy regular expression pattern: (\^?[\.\-_\/#A-Za-z0-9]{3,24})(\|\^?[\.\-_\/#A-Za-z0-9]{3,24}){0,4}",
        );
    }
    parts
}

fn next(page: &Listed<LogGroup>) -> Option<String> {
    let last = page.items.last().filter(|_| page.more)?;
    Some(token::after_name(&last.name))
}

/// Other accounts are refused: there are none.
fn own_account_only(input: &mut Input) -> Result<(), LogsError> {
    let accounts = input.texts("accountIdentifiers", 0..=20, sized(12, 12));
    let linked = input.boolean("includeLinkedAccounts").unwrap_or(false);
    if linked || accounts.is_some_and(|accounts| !accounts.is_empty()) {
        return Err(LogsError::invalid(
            "The observatory has no linked accounts; leave includeLinkedAccounts and accountIdentifiers out",
        ));
    }
    Ok(())
}

pub(super) async fn put_retention(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    let days = input.integer("retentionInDays", i64::MIN..=i64::MAX);
    let allowed = RETENTION_DAYS
        .into_iter()
        .find(|allowed| Some(i64::from(*allowed)) == days);
    if let (Some(days), None) = (days, allowed) {
        let set = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
        input.violated(
            "retentionInDays",
            days,
            format_args!("Member must satisfy enum value set: [{set}]"),
        );
    }
    input.required(days, "retentionInDays");
    input.done()?;
    set_retention(&call, name, allowed).await
}

pub(super) async fn delete_retention(call: Call) -> Answer {
    let mut input = call.input()?;
    let name = input.required_text("logGroupName", GROUP_NAME);
    input.done()?;
    set_retention(&call, name, None).await
}

async fn set_retention(call: &Call, name: String, days: Option<u32>) -> Answer {
    call.change(move |transaction| {
        let group = logs::group(transaction, &name)?;
        Ok(logs::set_retention(transaction, group.id, days)?)
    })
    .await?;
    Ok(Output::nothing())
}
