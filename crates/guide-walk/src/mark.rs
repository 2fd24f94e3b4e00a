//! What a guide says to its tests, in comments that a reader does not see.

use anyhow::bail;

/// A comment that a test obeys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mark {
    /// `walk: skip, REASON`: the next command is not run.
    Skip(String),
    /// `walk: skip section, REASON`: nothing is done until the next heading.
    SkipSection(String),
    /// `walk: do COMMAND`: what the reader does with the mouse, as a command.
    Do(String),
    /// `walk: says TEXT`: the last command prints this, or has printed it.
    Says(String),
    /// `walk: see URL TEXT`: the page at this address comes to show this.
    See(String, String),
    /// `walk: stop`: what runs is ended by ctrl-C.
    Stop,
    /// `output`: the next block is what the last command printed.
    Output,
    /// `drawing`: the next block of text is nobody's output.
    Drawing,
    /// `example, REASON`: the next block is of no file and of no program.
    Example(String),
    /// `snapshot: NAME`: the next block is the lab's snapshot of this name.
    Snapshot(String),
    /// `event: NAME`: the next block is a log event, as the snapshot of this name has it but for its numbers.
    Event(String),
    /// `read by: READER`: the next block is what this one reads: `insights`, `filter expression`, `query`.
    ReadBy(String),
    /// `tested by: PATH`: this page's blocks are the business of another test.
    TestedBy(String),
}

const POSSIBLE: &str = "possible are `walk: skip, REASON`, `walk: skip section, REASON`, `walk: do COMMAND`, `walk: says TEXT`, `walk: see URL TEXT`, `walk: stop`, `output`, `drawing`, `example, REASON`, `event: SNAPSHOT`, `read by: READER`, `tested by: PATH`";

impl Mark {
    /// What the inside of a comment says; none when it is a remark for people.
    ///
    /// # Errors
    /// When it begins as a mark and says nothing that is known.
    pub fn read(comment: &str) -> anyhow::Result<Option<Self>> {
        let (verb, rest) = match comment.split_once(": ") {
            Some(("walk", order)) => return Self::order(comment, order).map(Some),
            Some(parts) => parts,
            None => comment.split_once(", ").unwrap_or((comment, "")),
        };
        let rest = rest.to_owned();
        Ok(Some(match verb {
            "output" => Self::Output,
            "drawing" => Self::Drawing,
            "example" if !rest.is_empty() => Self::Example(rest),
            "snapshot" => Self::Snapshot(rest),
            "event" => Self::Event(rest),
            "read by" => Self::ReadBy(rest),
            "tested by" => Self::TestedBy(rest),
            _ => return Ok(None),
        }))
    }

    fn order(comment: &str, order: &str) -> anyhow::Result<Self> {
        let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
        Ok(match (verb, rest) {
            ("stop", "") => Self::Stop,
            ("do", command) if !command.is_empty() => Self::Do(command.to_owned()),
            ("says", text) if !text.is_empty() => Self::Says(text.to_owned()),
            ("skip,", reason) if !reason.is_empty() => Self::Skip(reason.to_owned()),
            ("skip", rest) if rest.len() > "section, ".len() && rest.starts_with("section, ") => {
                Self::SkipSection(rest["section, ".len()..].to_owned())
            }
            ("see", rest) => match rest.split_once(' ') {
                Some((url, text)) => Self::See(url.to_owned(), text.to_owned()),
                None => bail!("`{comment}` is no mark: {POSSIBLE}"),
            },
            _ => bail!("`{comment}` is no mark: {POSSIBLE}"),
        })
    }
}
