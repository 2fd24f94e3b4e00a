//! Reading a rendered tree back, as a comparison with a snapshot needs; the form is `render`'s.

use std::collections::HashMap;

use crate::error::ParseError;
use crate::quote;
use crate::record::Scope;
use crate::render::{DEEPEST, EVENTS, GROUP, NO_EVENTS, NO_SPANS, STEP};
use crate::span::{Event, Finish, Kind, Status};
use crate::tree::{Node, NodeLink, Parent, SpanTree};
use crate::value::{Attributes, Value};

/// Values are nested no deeper than OTLP's decoders allow.
const NESTING: usize = 200;

impl SpanTree {
    /// Reads a tree from its text.
    ///
    /// # Errors
    /// Names the first line that is not of a tree's form, and what was expected there.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::default();
        for (i, line) in text.lines().enumerate() {
            reader.line(line).map_err(|expected| ParseError {
                line: i + 1,
                text: line.to_owned(),
                expected,
            })?;
        }
        reader.finish()
    }
}

/// Where an attribute's line belongs.
#[derive(Default)]
enum Section {
    #[default]
    Nothing,
    Resource,
    Scope,
    Span,
    Event,
    Link,
}

#[derive(Default)]
struct Reader {
    tree: SpanTree,
    section: Section,
    resource_labels: HashMap<String, usize>,
    scope_labels: HashMap<String, usize>,
    trace: Option<usize>,
    /// Where a trace's first level is: one deeper below a log group.
    first_depth: usize,
    /// The spans from the root to the one last read.
    path: Vec<usize>,
    /// Span by link number, and the number of each link in order of reading.
    targets: HashMap<usize, usize>,
    links: Vec<(usize, usize, usize)>,
}

type Read<T = ()> = Result<T, &'static str>;

impl Reader {
    fn line(&mut self, line: &str) -> Read {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        self.tree.is_log |= content == NO_EVENTS;
        if content.is_empty() || content == NO_SPANS || content == NO_EVENTS {
            return Ok(());
        }
        if let Some(span) = content.strip_prefix("└─") {
            return self.span(indent, span);
        }
        if indent == 0 {
            return self.heading(content);
        }
        if let Some(rest) = content.strip_prefix("event: ") {
            let name = whole(quote::read_name(rest))?;
            self.section = Section::Event;
            self.node()?.events.push(Event {
                name,
                attributes: Attributes::new(),
            });
            return Ok(());
        }
        if let Some(rest) = content.strip_prefix("link: ") {
            self.section = Section::Link;
            let node = self
                .tree
                .nodes
                .len()
                .checked_sub(1)
                .ok_or("a span before its links")?;
            let links = &mut self.tree.nodes[node].links;
            links.push(NodeLink {
                target: None,
                attributes: Attributes::new(),
            });
            if rest != "external" {
                let number = rest
                    .strip_prefix('#')
                    .and_then(|n| n.parse().ok())
                    .ok_or("`external` or `#number`")?;
                self.links.push((node, links.len() - 1, number));
            }
            return Ok(());
        }
        if let Some(rest) = content.strip_prefix("status: ") {
            self.node()?.status = match rest {
                "OK" => Status::Ok,
                "ERROR" => Status::Error(String::new()),
                _ => {
                    let description = rest
                        .strip_prefix("ERROR ")
                        .ok_or("`OK` or `ERROR` with its description")?;
                    Status::Error(whole(quote::read_quoted(description))?)
                }
            };
            return Ok(());
        }
        if let (Section::Scope, Some(scope)) = (&self.section, self.tree.scopes.last_mut()) {
            if let Some(rest) = content.strip_prefix("name: ") {
                scope.name = whole(quote::read_quoted(rest))?;
                return Ok(());
            }
            if let Some(rest) = content.strip_prefix("version: ") {
                scope.version = Some(whole(quote::read_quoted(rest))?);
                return Ok(());
            }
        }
        self.attribute(content)
    }

    fn heading(&mut self, content: &str) -> Read {
        if let Some(rest) = content.strip_prefix("resource: ") {
            let label = whole(quote::read_name(rest))?;
            self.resource_labels
                .insert(label, self.tree.resources.len());
            self.tree.resources.push(Attributes::new());
            self.section = Section::Resource;
        } else if let Some(rest) = content.strip_prefix("scope: ") {
            let label = whole(quote::read_name(rest))?;
            self.scope_labels
                .insert(label.clone(), self.tree.scopes.len());
            self.tree.scopes.push(Scope {
                name: label,
                ..Scope::default()
            });
            self.section = Section::Scope;
        } else if content
            .strip_prefix("trace ")
            .is_some_and(|number| number.parse::<usize>().is_ok())
        {
            self.trace();
        } else if content == EVENTS {
            self.trace();
            self.tree.is_log = true;
        } else if let Some(rest) = content.strip_prefix(GROUP) {
            self.trace();
            self.tree.is_log = true;
            let name = whole(quote::read_name(rest))?;
            self.add(Kind::LogGroup, name, 0, "")?;
            self.first_depth = 1;
        } else {
            return Err(
                "`resource: …`, `scope: …`, `trace N`, `log group …`, `log events`, or an indented line",
            );
        }
        Ok(())
    }

    /// Begins a trace, or what is none of the trace before.
    fn trace(&mut self) {
        self.trace = Some(self.trace.map_or(0, |trace| trace + 1));
        self.first_depth = 0;
        self.path.clear();
        self.section = Section::Nothing;
    }

    fn span(&mut self, indent: usize, rest: &str) -> Read {
        let (depth, rest) = match rest.strip_prefix('(') {
            Some(numbered) => {
                let (depth, rest) = numbered
                    .split_once(')')
                    .ok_or("a depth between parentheses")?;
                (
                    depth.parse().map_err(|_| "a depth between parentheses")?,
                    rest,
                )
            }
            None if indent.is_multiple_of(STEP) && indent <= DEEPEST * STEP => {
                (indent / STEP, rest)
            }
            None => return Err("an indentation of three spaces for each level"),
        };
        let (kind, rest) = rest
            .strip_prefix(' ')
            .and_then(|rest| rest.split_once(' '))
            .ok_or("a kind and a name")?;
        let kind = Kind::of(kind).ok_or("a span kind such as SERVER or INTERNAL")?;
        let (name, notes) = quote::read_name(rest).ok_or("a span's name")?;
        self.add(kind, name, self.first_depth + depth, notes)
    }

    fn add(&mut self, kind: Kind, name: String, depth: usize, notes: &str) -> Read {
        if depth > self.path.len() {
            return Err("a span at most one level deeper than the one above it");
        }
        self.path.truncate(depth);
        let parent = self.path.last().copied();
        let only = |count: usize| (count == 1).then_some(0);
        let above = parent.map(|parent| &self.tree.nodes[parent]);
        let mut node = Node {
            name,
            kind,
            status: Status::Unset,
            attributes: Attributes::new(),
            hidden: Attributes::new(),
            events: Vec::new(),
            links: Vec::new(),
            parent: parent.map_or(Parent::Root, Parent::Child),
            depth,
            trace: self.trace.ok_or("`trace 1` before the first span")?,
            resource: above.map_or(only(self.tree.resources.len()), |above| above.resource),
            scope: above.map_or(only(self.tree.scopes.len()), |above| above.scope),
            finish: Finish::Ended,
            copies: 1,
        };
        self.notes(&mut node, notes)?;
        self.path.push(self.tree.nodes.len());
        self.tree.nodes.push(node);
        self.section = Section::Span;
        Ok(())
    }

    fn notes(&mut self, node: &mut Node, notes: &str) -> Read {
        let mut rest = notes.trim_start_matches(' ');
        while !rest.is_empty() {
            let inner = rest.strip_prefix('[').ok_or("notes between brackets")?;
            let label_at = ["in ", "by ", "child of "]
                .into_iter()
                .find(|what| inner.starts_with(what));
            let (word, label, after) = match label_at {
                Some(what) if inner[what.len()..].starts_with('"') => {
                    let (label, after) =
                        quote::read_quoted(&inner[what.len()..]).ok_or("a quoted name")?;
                    (
                        what,
                        label,
                        after.strip_prefix(']').ok_or("a closing bracket")?,
                    )
                }
                _ => {
                    let (note, after) = inner.split_once(']').ok_or("a closing bracket")?;
                    let what = label_at.unwrap_or(note);
                    (what, note[what.len()..].to_owned(), after)
                }
            };
            match word {
                "in " => {
                    node.resource = Some(
                        *self
                            .resource_labels
                            .get(&label)
                            .ok_or("a resource from the top")?,
                    )
                }
                "by " => {
                    node.scope = Some(
                        *self
                            .scope_labels
                            .get(&label)
                            .ok_or("a scope from the top")?,
                    )
                }
                "child of " => node.parent = Parent::External(label),
                "orphan" => node.parent = Parent::Orphan(Vec::new()),
                "parent cycle" => node.parent = Parent::Cycle,
                "not ended" => node.finish = Finish::NotEnded,
                "open at shutdown" => node.finish = Finish::OpenAtShutdown,
                _ => {
                    let times = word
                        .strip_prefix("exported ")
                        .and_then(|word| word.strip_suffix(" times"));
                    match (
                        times.and_then(|n| n.parse().ok()),
                        word.strip_prefix('#').and_then(|n| n.parse().ok()),
                    ) {
                        (Some(copies), _) => node.copies = copies,
                        (_, Some(number)) => {
                            self.targets.insert(number, self.tree.nodes.len());
                        }
                        _ => return Err("a note such as [orphan], [not ended] or [in service]"),
                    }
                }
            }
            rest = after.trim_start_matches(' ');
        }
        Ok(())
    }

    fn attribute(&mut self, content: &str) -> Read {
        let (key, rest) = quote::read_word(content).ok_or("an attribute: `key = value`")?;
        let rest = rest
            .strip_prefix(" = ")
            .ok_or("an attribute: `key = value`")?;
        let value = whole(Value::read(rest, NESTING))?;
        let attributes = match self.section {
            Section::Nothing => None,
            Section::Resource => self.tree.resources.last_mut(),
            Section::Scope => self
                .tree
                .scopes
                .last_mut()
                .map(|scope| &mut scope.attributes),
            Section::Span => self.tree.nodes.last_mut().map(|node| &mut node.attributes),
            Section::Event => self
                .tree
                .nodes
                .last_mut()
                .and_then(|node| node.events.last_mut())
                .map(|event| &mut event.attributes),
            Section::Link => self
                .tree
                .nodes
                .last_mut()
                .and_then(|node| node.links.last_mut())
                .map(|link| &mut link.attributes),
        };
        attributes
            .ok_or("a span before its attributes")?
            .insert(key, value);
        Ok(())
    }

    fn node(&mut self) -> Read<&mut Node> {
        self.tree
            .nodes
            .last_mut()
            .ok_or("a span before what it holds")
    }

    fn finish(mut self) -> Result<SpanTree, ParseError> {
        for (node, link, number) in self.links {
            let target = self.targets.get(&number).ok_or_else(|| ParseError {
                line: 0,
                text: format!("link: #{number}"),
                expected: "a span with that number",
            })?;
            self.tree.nodes[node].links[link].target = Some(*target);
        }
        Ok(self.tree)
    }
}

/// What was read, if nothing follows it.
fn whole<T>(read: Option<(T, &str)>) -> Read<T> {
    match read {
        Some((value, "")) => Ok(value),
        _ => Err("a value that ends with the line"),
    }
}
