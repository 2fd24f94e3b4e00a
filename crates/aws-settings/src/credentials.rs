//! The credentials: read, or made up for an endpoint that takes any signature.

use std::fmt;

use aws_credential_types::Credentials;

use crate::{Lookup, Service, SettingsError};

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// Taken where none are set and any signature will do. No key of AWS's looks like this.
const MADE_UP: &str = "made-up-for-the-observatory";

/// Credentials that are never shown.
#[derive(Clone)]
pub(crate) struct Keys {
    credentials: Credentials,
    made_up: bool,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.made_up {
            "made up"
        } else {
            "from the environment"
        })
    }
}

impl Keys {
    /// Reads the keys; `any_will_do` says that they may be made up.
    pub(crate) fn read(
        service: Service,
        lookup: Lookup<'_>,
        any_will_do: bool,
    ) -> Result<Self, SettingsError> {
        let key = |name| lookup(name).map(|key| key.trim().to_owned());
        let missing = match (key(ID), key(SECRET)) {
            (Some(id), Some(secret)) => {
                return Ok(Self {
                    credentials: Credentials::new(id, secret, key(TOKEN), None, "environment"),
                    made_up: false,
                });
            }
            (Some(_), None) => "AWS_SECRET_ACCESS_KEY is",
            (None, Some(_)) => "AWS_ACCESS_KEY_ID is",
            (None, None) => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are",
        };
        if any_will_do {
            Ok(Self {
                credentials: Credentials::new(MADE_UP, MADE_UP, None, None, "made up"),
                made_up: true,
            })
        } else {
            Err(SettingsError::NoCredentials {
                missing,
                service: service.name(),
            })
        }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    pub(crate) fn made_up(&self) -> bool {
        self.made_up
    }
}
