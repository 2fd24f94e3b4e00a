//! What a value looks like, whatever its variable: whose key it may be, whether it may be shown, whether it is an address.

/// Whose key a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyForm {
    /// An ingest key, a configuration key, or a classic one.
    Honeycomb,
    /// The 32 characters of an ingest key's ID, without its secret.
    HoneycombId,
    /// A key that manages a team, which takes no telemetry.
    HoneycombManagement,
    /// `AKIA…`: an access key's ID.
    AwsId,
    /// `ASIA…`: the ID of temporary credentials.
    AwsTemporaryId,
    /// 40 characters of base64.
    AwsSecret,
    /// What a guide has in the place of a key.
    Placeholder,
    Unknown,
}

impl KeyForm {
    /// Sources: Honeycomb's documentation, "Honeycomb API Keys"; IAM User Guide, "IAM identifiers".
    pub(super) fn of(value: &str) -> Self {
        let value = value.trim();
        let all = |is: fn(&u8) -> bool| value.bytes().all(|byte| is(&byte));
        let base32 = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'))
        };
        let lower = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let upper = value.to_uppercase();
        if ["YOUR", "CHANGEME", "<", "XXXXXXXX", "EXAMPLE"]
            .iter()
            .any(|word| upper.contains(word))
        {
            return Self::Placeholder;
        }
        // `hcaik_`: product, region, kind.
        if value.is_ascii()
            && value.len() > 6
            && value.starts_with("hc")
            && value.as_bytes()[2].is_ascii_lowercase()
        {
            match (&value[3..6], value.len()) {
                ("ik_" | "ic_", 64) if lower(&value[6..]) => return Self::Honeycomb,
                ("ik_" | "ic_", 32) if lower(&value[6..]) => return Self::HoneycombId,
                ("mk_", _) => return Self::HoneycombManagement,
                _ => {}
            }
        }
        match value.len() {
            20 if value.starts_with("AKIA") && base32(value) => Self::AwsId,
            20 if value.starts_with("ASIA") && base32(value) => Self::AwsTemporaryId,
            22 if all(u8::is_ascii_alphanumeric) => Self::Honeycomb,
            32 if value
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) =>
            {
                Self::Honeycomb
            }
            40 if all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')) => {
                Self::AwsSecret
            }
            _ => Self::Unknown,
        }
    }

    /// As it is called in a sentence: `it is …`.
    pub(super) fn called(self) -> &'static str {
        match self {
            Self::Honeycomb => "a key of Honeycomb's",
            Self::HoneycombId => "the ID of a key of Honeycomb's",
            Self::HoneycombManagement => "a management key of Honeycomb's",
            Self::AwsId | Self::AwsTemporaryId => "the ID of an AWS access key",
            Self::AwsSecret => "an AWS secret access key",
            Self::Placeholder => "what stands in the guide in the place of a key",
            Self::Unknown => "of a form that is not known",
        }
    }

    pub(super) fn is_aws(self) -> bool {
        matches!(self, Self::AwsId | Self::AwsTemporaryId | Self::AwsSecret)
    }

    pub(super) fn is_honeycomb(self) -> bool {
        matches!(
            self,
            Self::Honeycomb | Self::HoneycombId | Self::HoneycombManagement
        )
    }
}

/// What is around a key that does not belong to it, if anything.
pub(super) fn wrapping(value: &str) -> Option<&'static str> {
    let is = |test: fn(char) -> bool| value.starts_with(test) || value.ends_with(test);
    if value.contains(['\n', '\r']) {
        Some("a line end")
    } else if is(|c| matches!(c, '"' | '\'' | '`')) {
        Some("a quote")
    } else if value.contains(char::is_whitespace) {
        Some("a space")
    } else {
        None
    }
}

/// A value that is no secret by its variable, unless a part of it looks like one all the same: then it is not repeated.
pub(super) fn shown(value: &str) -> Option<String> {
    /// Words of regions, hosts and samplers are shorter; keys are longer.
    const LONGEST_WORD: usize = 18;
    let is_plain = value.len() <= 80
        && value
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !value.contains(['?', '#', '@', '`'])
        && matches!(KeyForm::of(value), KeyForm::Unknown | KeyForm::Placeholder);
    let words = value.split(|c: char| !c.is_ascii_alphanumeric());
    (is_plain && words.into_iter().all(|word| word.len() <= LONGEST_WORD)).then(|| value.to_owned())
}

/// `` NAME is `VALUE` ``, or `NAME` with a value that is not shown.
pub(super) fn said(called: &str, value: &str) -> String {
    match shown(value) {
        Some(value) => format!("{called} is `{value}`"),
        None => format!("{called} has a value (not shown)"),
    }
}

/// An `http` or `https` address in its parts.
pub(super) struct Address<'a> {
    pub(super) is_https: bool,
    pub(super) host: &'a str,
    pub(super) port: Option<&'a str>,
    /// With its `/`, without query.
    pub(super) path: &'a str,
    /// Whether a name or password stands before the host.
    pub(super) has_user: bool,
}

impl<'a> Address<'a> {
    /// Nothing when it has no scheme, or no host.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (is_https, rest) = match text.split_once("://")? {
            ("http", rest) => (false, rest),
            ("https", rest) => (true, rest),
            _ => return None,
        };
        let rest = rest.split(['?', '#']).next()?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, host) = authority
            .rsplit_once('@')
            .map_or((None, authority), |(user, host)| (Some(user), host));
        let (host, port) = match host.rsplit_once(':') {
            Some((name, port)) if !host.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let host_is_one = !host.is_empty() && !host.contains(char::is_whitespace);
        (host_is_one && port_is_one).then_some(Self {
            is_https,
            host,
            port,
            path,
            has_user: user.is_some(),
        })
    }

    /// Whether Honeycomb is there, in whichever region.
    pub(super) fn is_honeycomb(&self) -> bool {
        self.host == "honeycomb.io" || self.host.ends_with(".honeycomb.io")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_keys() {
        let ingest = format!("hcaik_{}", "0a1b".repeat(15)[..58].to_owned());
        for (value, wanted) in [
            (ingest.as_str(), KeyForm::Honeycomb),
            (&ingest[..32], KeyForm::HoneycombId),
            // By chance, one in a thousand has this in it.
            (&"xxxa0b1c2d3e".repeat(2)[..22], KeyForm::Honeycomb),
            (&"x".repeat(22), KeyForm::Placeholder),
            (&"a1".repeat(11), KeyForm::Honeycomb),
            (&"a1".repeat(16), KeyForm::Honeycomb),
            ("hcamk_x:y", KeyForm::HoneycombManagement),
            (&format!("AKIA{}", "Q2".repeat(8)), KeyForm::AwsId),
            (&format!("ASIA{}", "Q2".repeat(8)), KeyForm::AwsTemporaryId),
            (&"aB3/".repeat(10), KeyForm::AwsSecret),
            ("YOUR_API_KEY", KeyForm::Placeholder),
            ("test", KeyForm::Unknown),
            ("hcé", KeyForm::Unknown),
        ] {
            assert_eq!(KeyForm::of(value), wanted, "{value}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (value, is_shown) in [
            ("can-central-1", true),
            ("https://xray.eu-west-1.amazonaws.com", true),
            ("http://localhost:4318/v1/traces", true),
            ("http://me:secret@localhost", false),
            ("http://localhost/?key=secret", false),
            ("a1b2c3d4e5f6a7b8c9d0a1", false),
            ("x-aB3aB3aB3aB3aB3aB3aB3-y", false),
            ("two\nlines", false),
        ] {
            assert_eq!(shown(value).is_some(), is_shown, "{value}");
        }
    }

    #[test]
    fn addresses() {
        let parts = |text| {
            Address::parse(text)
                .map(|address| (address.host, address.port, address.path, address.has_user))
        };
        assert_eq!(
            parts("http://localhost:4318"),
            Some(("localhost", Some("4318"), "", false))
        );
        assert_eq!(
            parts("https://u:p@h/v1/traces?k=v"),
            Some(("h", None, "/v1/traces", true))
        );
        assert_eq!(
            parts("http://[::1]:4318/"),
            Some(("[::1]", Some("4318"), "/", false))
        );
        for wrong in [
            "localhost:4318",
            "htp://h",
            "http://",
            "http://h:x",
            "http://a b",
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
