//! Tags of groups and sampling rules, by ARN.

use std::collections::BTreeMap;

use axum::Json;
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    fields::Fields,
    groups,
    kept::{Failure, Kept},
    rules,
};
use crate::xray::{error::XrayError, page::page};

const KIND: &str = "tags";

/// How many tags a resource may have.
const TAGS: usize = 50;

/// How many tags a call may bring.
const TAGS_OF_A_CALL: usize = 200;

const PAGE: usize = 50;

type Tags = BTreeMap<String, String>;

pub(crate) async fn add(mut call: Call) -> Answer {
    let arn = resource(&mut call.fields)?;
    let new = given(&mut call.fields)?;
    if new.is_empty() {
        return Err(XrayError::InvalidRequest(
            "Tags must not be empty".to_owned(),
        ));
    }
    call.fields.done()?;
    let region = call.region.clone();
    call.change(move |kept| {
        exists(kept, &region, &arn)?;
        let mut tags: Tags = kept.get(KIND, &arn)?.unwrap_or_default();
        tags.extend(new);
        if tags.len() > TAGS {
            return Err(too_many(tags.len(), arn).into());
        }
        kept.put(KIND, &arn, &tags)
    })
    .await?;
    Ok(Json(json!({})))
}

pub(crate) async fn remove(mut call: Call) -> Answer {
    let arn = resource(&mut call.fields)?;
    let keys = call.fields.texts("TagKeys", TAGS_OF_A_CALL, 1..=128)?;
    let keys = call.fields.required(keys, "TagKeys")?;
    call.fields.done()?;
    let region = call.region.clone();
    call.change(move |kept| {
        exists(kept, &region, &arn)?;
        let mut tags: Tags = kept.get(KIND, &arn)?.unwrap_or_default();
        tags.retain(|key, _| !keys.contains(key));
        kept.put(KIND, &arn, &tags)
    })
    .await?;
    Ok(Json(json!({})))
}

pub(crate) async fn list(mut call: Call) -> Answer {
    let arn = resource(&mut call.fields)?;
    let token = call.fields.text("NextToken", 0..=100)?;
    call.fields.done()?;
    let region = call.region.clone();
    let tags = call
        .read(move |kept| {
            exists(kept, &region, &arn)?;
            Ok(kept.get::<Tags>(KIND, &arn)?.unwrap_or_default())
        })
        .await?;
    let shown = tags
        .into_iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }));
    let (tags, next): (Vec<Value>, _) = page(shown, token.as_deref(), PAGE)?;
    Ok(Json(json!({ "Tags": tags, "NextToken": next })))
}

/// The tags that a call brings, each key once; none if it brings none.
pub(crate) fn given(fields: &mut Fields) -> Result<Vec<(String, String)>, XrayError> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for mut tag in fields.objects("Tags", TAGS_OF_A_CALL)?.unwrap_or_default() {
        let key = tag.text("Key", 1..=128)?;
        let key = tag.required(key, "Key")?;
        let value = tag.text("Value", 0..=256)?;
        let value = tag.required(value, "Value")?;
        tag.done()?;
        let wrong = if key.to_ascii_lowercase().starts_with("aws:") {
            "begins with aws:, which is AWS's own"
        } else if tags.iter().any(|(other, _)| *other == key) {
            "is there twice"
        } else {
            tags.push((key, value));
            continue;
        };
        return Err(XrayError::InvalidRequest(format!(
            "The tag key '{key}' {wrong}"
        )));
    }
    Ok(tags)
}

/// Gives a resource these tags and no others.
pub(crate) fn replace(
    kept: &Kept<'_>,
    arn: &str,
    tags: &[(String, String)],
) -> Result<(), Failure> {
    if tags.len() > TAGS {
        return Err(too_many(tags.len(), arn.to_owned()).into());
    }
    if tags.is_empty() {
        return kept.delete(KIND, arn);
    }
    let tags: Tags = tags.iter().cloned().collect();
    kept.put(KIND, arn, &tags)
}

fn resource(fields: &mut Fields) -> Result<String, XrayError> {
    let arn = fields.text("ResourceARN", 1..=1011)?;
    fields.required(arn, "ResourceARN")
}

fn exists(kept: &Kept<'_>, region: &str, arn: &str) -> Result<(), Failure> {
    if groups::has_arn(kept, region, arn)? || rules::has_arn(kept, region, arn)? {
        return Ok(());
    }
    Err(XrayError::ResourceNotFound {
        message: "There is no group or sampling rule with this ARN".to_owned(),
        resource: arn.to_owned(),
    }
    .into())
}

fn too_many(number: usize, arn: String) -> XrayError {
    XrayError::TooManyTags {
        message: format!(
            "{number} tags are too many: a resource may have {TAGS}; remove some first"
        ),
        resource: arn,
    }
}
