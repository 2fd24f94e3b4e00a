//! The endpoint: which variable holds it, and whether it can be one. Without one the real service is meant.

use crate::{Lookup, Service, SettingsError};

const ALL_SERVICES: &str = "AWS_ENDPOINT_URL";
const IGNORE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
/// What students set for CloudWatch Logs, after the service's name in other SDKs.
const WRONG: &str = "AWS_ENDPOINT_URL_LOGS";

/// Reads the endpoint as the SDKs do: the service's own variable, else the one for all.
/// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
pub(crate) fn read(
    service: Service,
    lookup: Lookup<'_>,
    has_tls: bool,
) -> Result<Option<String>, SettingsError> {
    if lookup(WRONG).is_some() {
        return Err(SettingsError::WrongVariable);
    }
    let ignored = lookup(IGNORE).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let found = [service.endpoint_variable(), ALL_SERVICES]
        .into_iter()
        .filter(|_| !ignored)
        .find_map(|variable| Some((variable, lookup(variable)?)));
    let Some((variable, endpoint)) = found else {
        return if has_tls {
            Ok(None)
        } else {
            Err(SettingsError::NoEndpoint {
                service: service.name(),
                lab: service.lab(),
            })
        };
    };
    check(variable, &endpoint)?;
    if endpoint.starts_with("https://") && !has_tls {
        return Err(SettingsError::NeedsTls {
            variable,
            endpoint,
            lab: service.lab(),
        });
    }
    Ok(Some(endpoint))
}

fn check(variable: &'static str, endpoint: &str) -> Result<(), SettingsError> {
    if endpoint.contains('@') {
        return Err(SettingsError::KeyInAddress { variable });
    }
    let rest = endpoint
        .strip_prefix("http://")
        .or_else(|| endpoint.strip_prefix("https://"));
    let authority = rest.and_then(|rest| rest.split('/').next());
    // A query is none of an endpoint's parts, and may be a key.
    let has_more = endpoint.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#'));
    if authority.is_some_and(is_authority) && !has_more {
        Ok(())
    } else {
        Err(SettingsError::NotAnAddress { variable })
    }
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    !host.is_empty()
        && (bracketed || !host.contains(':'))
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}
