//! Decides whether a trace is what an expression says.
//!
//! A keyword with several values (`user`, an annotation that several segments give) holds if one of them does, with `!=` too.
//! One without a value holds for no operator.

mod cause;
mod item;

use xray_segment::Annotation;

use super::{
    Filter, MAX_GROUP_DEPTH,
    expression::{AnnotationTest, Comparison, Expression, Match, ServicePattern},
};
use crate::{
    ServiceId,
    view::{Node, View},
};
use item::Item;

type Groups<'g> = &'g dyn Fn(&str) -> Option<Filter>;

/// Whether the expression holds for the trace; `depth` groups led here.
pub(super) fn matches(
    expression: &Expression,
    view: &View<'_>,
    groups: Groups<'_>,
    depth: usize,
) -> bool {
    let evaluation = Evaluation {
        view,
        groups,
        depth,
    };
    evaluation.holds(expression, &Item::Trace(view))
}

/// Whether an expression of `service` and `edge` picks this visit, or the call that led to it.
pub(super) fn selects(expression: &Expression, view: &View<'_>, node: &Node<'_>) -> bool {
    let evaluation = Evaluation {
        view,
        groups: &|_| None,
        depth: 0,
    };
    evaluation.picks(expression, node)
}

struct Evaluation<'a> {
    view: &'a View<'a>,
    groups: Groups<'a>,
    depth: usize,
}

impl Evaluation<'_> {
    fn holds(&self, expression: &Expression, item: &Item<'_>) -> bool {
        match expression {
            Expression::And(all) => all.iter().all(|one| self.holds(one, item)),
            Expression::Or(all) => all.iter().any(|one| self.holds(one, item)),
            Expression::Not(inner) => !self.holds(inner, item),
            Expression::Flag(flag, wanted) => item.flag(*flag) == *wanted,
            Expression::Number(number, comparison, wanted) => item
                .number(*number)
                .is_some_and(|value| comparison.holds(value, *wanted)),
            Expression::NumberSet(number) => item.number(*number).is_some(),
            Expression::Text(text, matching, wanted) => {
                item.any_text(*text, &|value| matching.holds(value, wanted))
            }
            Expression::TextSet(text) => item.any_text(*text, &|_| true),
            Expression::Annotation(key, test) => {
                item.any_annotation(key, &|value| test.holds(value))
            }
            Expression::Service(..) | Expression::Edge(..) => {
                let mut nodes = self.view.nodes.iter();
                nodes.any(|node| self.picks(expression, node))
            }
            Expression::Group { group, negated, .. } => self.in_group(group) != *negated,
            Expression::RootCause(cause, listed, filter) => {
                let lists = cause::lists(self.view, *cause, *listed);
                lists
                    .iter()
                    .flatten()
                    .any(|listed| self.holds_or_none(filter.as_deref(), &Item::Cause(listed)))
            }
            Expression::RootCauseJson { causes, negated } => {
                cause::has_all(self.view, causes) != *negated
            }
        }
    }

    /// Whether a visit to a service, or the call that led to it, is what the expression says.
    fn picks(&self, expression: &Expression, node: &Node<'_>) -> bool {
        match expression {
            Expression::And(all) => all.iter().all(|one| self.picks(one, node)),
            Expression::Or(all) => all.iter().any(|one| self.picks(one, node)),
            Expression::Not(inner) => !self.picks(inner, node),
            Expression::Service(service, filter) => {
                (service.is(&node.service) || service.is_client_of(node))
                    && self.holds_or_none(filter.as_deref(), &Item::Service(self.view, node))
            }
            Expression::Edge(source, target, filter) => {
                let from = match node.caller {
                    Some(caller) => source.is(&self.view.nodes[caller].service),
                    None => source.is_client_of(node),
                };
                from && target.is(&node.service)
                    && self.holds_or_none(filter.as_deref(), &Item::Edge(node))
            }
            _ => false,
        }
    }

    fn holds_or_none(&self, filter: Option<&Expression>, item: &Item<'_>) -> bool {
        filter.is_none_or(|filter| self.holds(filter, item))
    }

    fn in_group(&self, group: &str) -> bool {
        self.depth < MAX_GROUP_DEPTH
            && (self.groups)(group).is_some_and(|filter| {
                matches(&filter.expression, self.view, self.groups, self.depth + 1)
            })
    }
}

impl ServicePattern {
    fn is(&self, service: &ServiceId) -> bool {
        let fits = |wanted: &Option<String>, value: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == value
        };
        fits(&self.name, Some(&service.name))
            && fits(&self.kind, service.kind.as_deref())
            && fits(&self.account_id, service.account_id.as_deref())
    }

    fn is_client_of(&self, node: &Node<'_>) -> bool {
        node.from_outside && self.is(&ServiceId::client_of(&node.service))
    }
}

impl AnnotationTest {
    fn holds(&self, value: &Annotation) -> bool {
        match (self, value) {
            (Self::Set, Annotation::Bool(value)) => *value,
            (Self::Set, _) => true,
            (Self::Bool(wanted), Annotation::Bool(value)) => value == wanted,
            (Self::Number(comparison, wanted), Annotation::Number(value)) => value
                .as_f64()
                .is_some_and(|value| comparison.holds(value, *wanted)),
            (Self::Text(matching, wanted), Annotation::String(value)) => {
                matching.holds(value, wanted)
            }
            _ => false,
        }
    }
}

impl Comparison {
    // Times are rounded to microseconds, so that what is written can be met.
    #[allow(clippy::float_cmp)]
    fn holds(self, value: f64, wanted: f64) -> bool {
        match self {
            Self::Equal => value == wanted,
            Self::NotEqual => value != wanted,
            Self::Less => value < wanted,
            Self::LessOrEqual => value <= wanted,
            Self::Greater => value > wanted,
            Self::GreaterOrEqual => value >= wanted,
        }
    }
}

impl Match {
    fn holds(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Equal => value == wanted,
            Self::NotEqual => value != wanted,
            Self::Contains => value.contains(wanted),
            Self::BeginsWith => value.starts_with(wanted),
            Self::EndsWith => value.ends_with(wanted),
        }
    }
}
