//! Names of log groups and streams, retention, and what the service allows of them.

/// What the service would refuse, said before anything is sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameError {
    /// A group's name with a character that none may have.
    #[error(
        "the log group's name `{name}` has {character:?} in it: letters, digits and . - _ / # are allowed"
    )]
    GroupCharacter {
        /// The name.
        name: String,
        /// The first such character.
        character: char,
    },
    /// A name that is empty or too long.
    #[error("the {what}'s name has {length} characters: 1 to 512 are allowed")]
    Length {
        /// Whose name.
        what: &'static str,
        /// Its characters.
        length: usize,
    },
    /// A group's name that is AWS's own.
    #[error(
        "the log group's name `{name}` begins with `aws/`, which is kept for AWS: `/aws/…` or another name is allowed"
    )]
    Reserved {
        /// The name.
        name: String,
    },
    /// A stream's name with `:` or `*`.
    #[error("the log stream's name `{name}` has {character:?} in it: all but : and * is allowed")]
    StreamCharacter {
        /// The name.
        name: String,
        /// The first such character.
        character: char,
    },
    /// A template with a placeholder that nobody knows.
    #[error(
        "the log stream's template `{template}` has `{{{placeholder}}}` in it: {{service}}, {{date}}, {{host}} and {{pid}} are known"
    )]
    Placeholder {
        /// The template.
        template: String,
        /// What stands between the braces.
        placeholder: String,
    },
    /// A template with a brace that has no partner.
    #[error("the log stream's template `{template}` has a brace without its partner")]
    Brace {
        /// The template.
        template: String,
    },
    /// A template with `{service}`, and no service.
    #[error(
        "the log stream's template `{template}` names the service: say which with `with_service`"
    )]
    NoService {
        /// The template.
        template: String,
    },
    /// A number of days that the service does not offer.
    #[error(
        "{days} days is no retention that the service has: the nearest it has is {nearest} days"
    )]
    Retention {
        /// The days.
        days: i32,
        /// What comes nearest.
        nearest: i32,
    },
}

/// Days that a group can keep its events.
/// Source: CloudWatch Logs API Reference, "PutRetentionPolicy".
const RETENTIONS: [i32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// Most characters of a name.
/// Source, here and below: CloudWatch Logs API Reference, "CreateLogGroup" and "CreateLogStream".
const MAX_CHARACTERS: usize = 512;

pub(crate) fn check_group(name: &str) -> Result<(), NameError> {
    check_length("log group", name)?;
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || ".-_/#".contains(character);
    if let Some(character) = name.chars().find(|&character| !allowed(character)) {
        return Err(NameError::GroupCharacter {
            name: name.to_owned(),
            character,
        });
    }
    if name.starts_with("aws/") {
        return Err(NameError::Reserved {
            name: name.to_owned(),
        });
    }
    Ok(())
}

pub(crate) fn check_retention(days: i32) -> Result<(), NameError> {
    if RETENTIONS.contains(&days) {
        return Ok(());
    }
    let nearest = RETENTIONS
        .into_iter()
        .min_by_key(|known| known.abs_diff(days))
        .unwrap_or_default();
    Err(NameError::Retention { days, nearest })
}

fn check_length(what: &'static str, name: &str) -> Result<(), NameError> {
    let length = name.chars().count();
    if (1..=MAX_CHARACTERS).contains(&length) {
        Ok(())
    } else {
        Err(NameError::Length { what, length })
    }
}

/// A stream's name with all placeholders filled but the date.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct StreamName {
    /// The date goes between each two.
    parts: Vec<String>,
}

/// What placeholders stand for.
#[derive(Clone, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) service: Option<&'a str>,
    pub(crate) host: &'a str,
    pub(crate) pid: u32,
}

impl StreamName {
    /// Reads a template.
    pub(crate) fn new(template: &str, names: &Names<'_>) -> Result<Self, NameError> {
        let brace = || NameError::Brace {
            template: template.to_owned(),
        };
        let mut parts = vec![String::new()];
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (text, from_brace) = rest.split_at(at);
            let (placeholder, after) = from_brace
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'))
                .ok_or_else(brace)?;
            push(&mut parts, text);
            match placeholder {
                "service" => push(
                    &mut parts,
                    names.service.ok_or_else(|| NameError::NoService {
                        template: template.to_owned(),
                    })?,
                ),
                "host" => push(&mut parts, names.host),
                "pid" => push(&mut parts, &names.pid.to_string()),
                "date" => parts.push(String::new()),
                _ => {
                    return Err(NameError::Placeholder {
                        template: template.to_owned(),
                        placeholder: placeholder.to_owned(),
                    });
                }
            }
            rest = after;
        }
        push(&mut parts, rest);
        let stream = Self { parts };
        // Every date has the same length and harmless characters.
        let name = stream.on("2026-01-01");
        if let Some(character) = name
            .chars()
            .find(|character| [':', '*'].contains(character))
        {
            return Err(NameError::StreamCharacter { name, character });
        }
        check_length("log stream", &name)?;
        Ok(stream)
    }

    /// The name on that date (`2026-11-26`).
    pub(crate) fn on(&self, date: &str) -> String {
        self.parts.join(date)
    }
}

fn push(parts: &mut [String], text: &str) {
    if let Some(last) = parts.last_mut() {
        last.push_str(text);
    }
}

/// This computer's name, as Linux or the environment has it.
pub(crate) fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown-host".to_owned())
}
