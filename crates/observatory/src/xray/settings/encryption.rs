//! `GetEncryptionConfig` and `PutEncryptionConfig`: kept and given back. Nothing here is encrypted by it.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::call::{Answer, Call};
use crate::xray::error::XrayError;

const KIND: &str = "encryption";

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encryption {
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    status: String,
    #[serde(rename = "Type")]
    kind: String,
}

pub(crate) async fn get(call: Call) -> Answer {
    call.fields.done()?;
    let kept = call.read(|kept| kept.get(KIND, "")).await?;
    let encryption = kept.unwrap_or(Encryption {
        key_id: None,
        status: "ACTIVE".to_owned(),
        kind: "NONE".to_owned(),
    });
    Ok(Json(json!({ "EncryptionConfig": encryption })))
}

pub(crate) async fn put(mut call: Call) -> Answer {
    let kind = call.fields.text("Type", 0..=100)?;
    let kind = call.fields.required(kind, "Type")?;
    let key_id = call.fields.text("KeyId", 1..=3000)?;
    call.fields.done()?;
    let wrong = match (kind.as_str(), &key_id) {
        ("KMS", Some(_)) | ("NONE", None) => None,
        ("KMS", None) => Some("Type KMS needs a KeyId"),
        ("NONE", Some(_)) => Some("Type NONE takes no KeyId"),
        _ => Some("Type must be NONE or KMS"),
    };
    if let Some(wrong) = wrong {
        return Err(XrayError::InvalidRequest(wrong.to_owned()));
    }
    let encryption = Encryption {
        key_id,
        status: "ACTIVE".to_owned(),
        kind,
    };
    let answer = json!({ "EncryptionConfig": encryption });
    call.change(move |kept| kept.put(KIND, "", &encryption))
        .await?;
    Ok(Json(answer))
}
