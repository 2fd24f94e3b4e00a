//! Resource policies: kept and given back. Nobody is let in or kept out by them here.

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    kept::Kept,
};
use crate::xray::{error::XrayError, page::page};

const KIND: &str = "resource policy";

/// How many policies an account may have, and how many bytes each.
const POLICIES: usize = 5;
const POLICY_BYTES: usize = 5 * 1024;

const PAGE: usize = 5;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    policy_name: String,
    policy_document: String,
    policy_revision_id: String,
    last_updated_time: f64,
}

/// Errors that only policies have, by the service's names; all are 400.
#[derive(Debug)]
pub(crate) enum PolicyError {
    Xray(XrayError),
    Named(&'static str, String),
}

impl From<XrayError> for PolicyError {
    fn from(error: XrayError) -> Self {
        Self::Xray(error)
    }
}

impl IntoResponse for PolicyError {
    fn into_response(self) -> Response {
        match self {
            Self::Xray(error) => error.into_response(),
            Self::Named(name, message) => (
                StatusCode::BAD_REQUEST,
                [(
                    HeaderName::from_static("x-amzn-errortype"),
                    HeaderValue::from_static(name),
                )],
                Json(json!({ "Message": message })),
            )
                .into_response(),
        }
    }
}

pub(crate) async fn put(mut call: Call) -> Result<Json<Value>, PolicyError> {
    let fields = &mut call.fields;
    let name = name(fields)?;
    let document = fields.text("PolicyDocument", 0..=usize::MAX)?;
    let document = fields.required(document, "PolicyDocument")?;
    let revision = fields.text("PolicyRevisionId", 0..=100)?;
    fields.boolean("BypassPolicyLockoutCheck")?;
    fields.done()?;
    if document.len() > POLICY_BYTES {
        return Err(PolicyError::Named(
            "PolicySizeLimitExceededException",
            format!(
                "The policy has {} bytes; it may have {POLICY_BYTES}",
                document.len()
            ),
        ));
    }
    if !serde_json::from_str::<Value>(&document).is_ok_and(|document| document.is_object()) {
        return Err(PolicyError::Named(
            "MalformedPolicyDocumentException",
            "PolicyDocument must be a JSON object".to_owned(),
        ));
    }
    let now = call.now;
    let policy = call
        .change(move |kept| {
            let policies: Vec<Policy> = kept.all(KIND)?;
            let old = policies.iter().find(|policy| policy.policy_name == name);
            if let Some(error) = stale(old, revision.as_deref()) {
                return Ok(Err(error));
            }
            if old.is_none() && policies.len() >= POLICIES {
                return Ok(Err(PolicyError::Named(
                    "PolicyCountLimitExceededException",
                    format!("There are {POLICIES} policies already, which is the most that an account may have; delete one first"),
                )));
            }
            let policy = Policy {
                policy_revision_id: next_revision(old),
                policy_name: name,
                policy_document: document,
                last_updated_time: now,
            };
            kept.put(KIND, &policy.policy_name, &policy)?;
            Ok(Ok(policy))
        })
        .await??;
    Ok(Json(json!({ "ResourcePolicy": policy })))
}

pub(crate) async fn delete(mut call: Call) -> Result<Json<Value>, PolicyError> {
    let name = name(&mut call.fields)?;
    let revision = call.fields.text("PolicyRevisionId", 0..=100)?;
    call.fields.done()?;
    call.change(move |kept: &Kept<'_>| {
        let old: Option<Policy> = kept.get(KIND, &name)?;
        if old.is_none() {
            let message = format!("There is no resource policy named '{name}'");
            return Err(XrayError::InvalidRequest(message).into());
        }
        if let Some(error) = stale(old.as_ref(), revision.as_deref()) {
            return Ok(Err(error));
        }
        kept.delete(KIND, &name)?;
        Ok(Ok(()))
    })
    .await??;
    Ok(Json(json!({})))
}

pub(crate) async fn list(mut call: Call) -> Answer {
    let token = call.fields.text("NextToken", 1..=100)?;
    call.fields.done()?;
    let policies: Vec<Policy> = call.read(|kept| kept.all(KIND)).await?;
    let (policies, next) = page(policies, token.as_deref(), PAGE)?;
    Ok(Json(
        json!({ "ResourcePolicies": policies, "NextToken": next }),
    ))
}

fn name(fields: &mut super::fields::Fields) -> Result<String, XrayError> {
    let name = fields.text("PolicyName", 1..=128)?;
    let name = fields.required(name, "PolicyName")?;
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if !name.chars().all(is_legal) {
        return Err(XrayError::InvalidRequest(format!(
            "1 validation error detected: Value '{name}' at 'PolicyName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+"
        )));
    }
    Ok(name)
}

/// The error if the caller means another revision than the one there is; `0` means that there is none.
fn stale(old: Option<&Policy>, revision: Option<&str>) -> Option<PolicyError> {
    let present = old.map_or("0", |policy| &policy.policy_revision_id);
    let given = revision.filter(|given| *given != present)?;
    Some(PolicyError::Named(
        "InvalidPolicyRevisionIdException",
        format!("The policy's revision is {present}, not {given}; list the policies and try again"),
    ))
}

fn next_revision(old: Option<&Policy>) -> String {
    let old = old.and_then(|policy| policy.policy_revision_id.parse::<u64>().ok());
    (old.unwrap_or(0) + 1).to_string()
}
