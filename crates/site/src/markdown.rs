//! What the checks and the book want to know of a Markdown text: where its links lead, which anchors it has, what it names
//! in code. Where a link leads *to* is `places`' and `check`'s.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use regex::Regex;

/// A link or an image.
#[derive(Debug, PartialEq)]
pub(crate) struct Link {
    /// Where it leads, as it is written.
    pub(crate) target: String,
    /// The bytes of the text that say so.
    pub(crate) range: Range<usize>,
}

/// A name in code, between backticks.
pub(crate) struct Code {
    /// What is between the backticks.
    pub(crate) text: String,
    /// Where in the text it begins.
    pub(crate) start: usize,
}

/// What a Markdown text consists of, as far as it matters here.
pub(crate) struct Markdown {
    /// Its links and images, in HTML too, in the order of the text.
    pub(crate) links: Vec<Link>,
    /// The anchors of its headings, as GitHub makes them, and those it sets itself.
    pub(crate) anchors: Vec<String>,
    /// Its inline code.
    pub(crate) codes: Vec<Code>,
    /// Links whose target is written in another way than it means.
    pub(crate) unclear: Vec<(usize, String)>,
}

impl Markdown {
    /// Reads a text, by the rules that GitHub and the book share.
    pub(crate) fn read(text: &str) -> Markdown {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES;
        let parser = Parser::new_ext(text, options);
        let definitions: Vec<(String, Range<usize>)> = parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| (definition.dest.to_string(), definition.span.clone()))
            .collect();
        let mut reader = Reader {
            text,
            markdown: Markdown {
                links: Vec::new(),
                anchors: Vec::new(),
                codes: Vec::new(),
                unclear: Vec::new(),
            },
            heading: None,
            used: BTreeMap::new(),
        };
        for (target, span) in definitions {
            reader.link(&target, span);
        }
        for (event, range) in parser.into_offset_iter() {
            reader.event(event, range);
        }
        let mut markdown = reader.markdown;
        markdown.links.sort_by_key(|link| link.range.start);
        markdown
    }
}

/// The line, from 1, in which a byte of the text is.
pub(crate) fn line(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}

struct Reader<'a> {
    text: &'a str,
    markdown: Markdown,
    /// The words of the heading that is being read.
    heading: Option<String>,
    /// How often each anchor was made.
    used: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(
                Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url,
                    ..
                }
                | Tag::Image {
                    link_type: LinkType::Inline,
                    dest_url,
                    ..
                },
            ) => self.link(&dest_url, range),
            Event::Start(Tag::Heading { id, .. }) => {
                self.markdown.anchors.extend(id.map(CowStr::into_string));
                self.heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(words) = self.heading.take() {
                    self.anchor(&words);
                }
            }
            Event::Code(code) => {
                if let Some(words) = &mut self.heading {
                    words.push_str(&code);
                }
                self.markdown.codes.push(Code {
                    text: code.into_string(),
                    start: range.start,
                });
            }
            Event::Text(words) => {
                if let Some(heading) = &mut self.heading {
                    heading.push_str(&words);
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => self.html(range),
            _ => {}
        }
    }

    /// A link in `range` that leads to `target`: `[text](target "title")`, or the definition `[text]: target`.
    fn link(&mut self, target: &str, range: Range<usize>) {
        if target.is_empty() {
            self.markdown
                .unclear
                .push((range.start, "a link without a target".to_owned()));
            return;
        }
        let written = &self.text[range.clone()];
        let found = ["](", "](<", "]: ", "]: <"].iter().find_map(|before| {
            let at = written.rfind(&format!("{before}{target}"))?;
            Some(at + before.len())
        });
        match found {
            Some(at) => {
                let start = range.start + at;
                self.markdown.links.push(Link {
                    target: target.to_owned(),
                    range: start..start + target.len(),
                });
            }
            None => self.markdown.unclear.push((
                range.start,
                format!("the link to {target} is written with escapes: write it as it is"),
            )),
        }
    }

    fn html(&mut self, range: Range<usize>) {
        static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"\s(href|src|srcset|id|name)="([^"]*)""#).expect("the pattern is right")
        });
        for found in ATTRIBUTE.captures_iter(&self.text[range.clone()]) {
            let Some(value) = found.get(2) else { continue };
            if matches!(&found[1], "id" | "name") {
                self.markdown.anchors.push(value.as_str().to_owned());
            } else {
                self.markdown.links.push(Link {
                    target: value.as_str().to_owned(),
                    range: range.start + value.start()..range.start + value.end(),
                });
            }
        }
    }

    /// The anchor of a heading; of those that are alike, the second gets `-1`.
    fn anchor(&mut self, heading: &str) {
        let anchor = anchor(heading);
        let times = self.used.entry(anchor.clone()).or_default();
        self.markdown.anchors.push(match *times {
            0 => anchor,
            again => format!("{anchor}-{again}"),
        });
        *times += 1;
    }
}

/// GitHub's rule: small letters; of signs, only `-` and `_` stay; a space becomes `-`.
fn anchor(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ if character.is_alphanumeric() => Some(character),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Writes other targets into a text: `change` gives the new one of each, or nothing to leave it.
///
/// # Errors
/// Those of `change`.
pub(crate) fn relink(
    text: &str,
    mut change: impl FnMut(&Link) -> anyhow::Result<Option<String>>,
) -> anyhow::Result<String> {
    let mut changed = String::with_capacity(text.len());
    let mut done = 0;
    for link in Markdown::read(text).links {
        if let Some(target) = change(&link)? {
            changed.push_str(&text[done..link.range.start]);
            changed.push_str(&target);
            done = link.range.end;
        }
    }
    changed.push_str(&text[done..]);
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_wherever_they_stand() {
        let text = r#"# A & `b`

[one](1.md "1.md is its title"), ![two](2.png), [![three](3.png)](4.md#a) and [five].
`[not](code.md)` <https://example.com>

```text
[not](code.md)
```

<picture>
  <source srcset="6.png">
  <img alt="x" src="7.png">
</picture>

| [eight](8.md) |
|---|

[five]: 5.md
"#;
        let targets: Vec<String> = Markdown::read(text)
            .links
            .into_iter()
            .map(|link| {
                assert_eq!(text[link.range.clone()], link.target);
                link.target
            })
            .collect();
        assert_eq!(
            targets,
            [
                "1.md", "2.png", "3.png", "4.md#a", "6.png", "7.png", "8.md", "5.md"
            ]
        );
    }

    #[test]
    fn anchors_are_githubs() {
        let text = "# Step 1: name the service\n## `cargo lab up`, and more\n## Why?\n## Why?\n\n<a id=\"own\"></a>\n";
        assert_eq!(
            Markdown::read(text).anchors,
            [
                "step-1-name-the-service",
                "cargo-lab-up-and-more",
                "why",
                "why-1",
                "own"
            ]
        );
    }

    #[test]
    fn a_text_is_the_same_but_for_its_links() {
        let text = "See [a](a.md), then [b](b.md).\n";
        let changed = relink(text, |link| {
            Ok((link.target == "a.md").then(|| "x/a.md".to_owned()))
        });
        assert_eq!(
            changed.expect("nothing fails"),
            "See [a](x/a.md), then [b](b.md).\n"
        );
    }
}
