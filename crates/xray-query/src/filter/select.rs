//! Expressions that pick services or calls out of traces, instead of traces.

use super::{Filter, FilterError, evaluate, expression::Expression};
use crate::view::{Node, View};

/// What an expression picks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Selected {
    Services,
    Edges,
}

impl Filter {
    /// What it picks.
    ///
    /// # Errors
    ///
    /// It is about traces, or about both services and calls.
    pub(crate) fn selected(&self) -> Result<Selected, FilterError> {
        selected(&self.expression)
    }

    /// Whether it picks this visit, or the call that led to it.
    pub(crate) fn selects(&self, view: &View<'_>, node: &Node<'_>) -> bool {
        evaluate::selects(&self.expression, view, node)
    }
}

fn selected(expression: &Expression) -> Result<Selected, FilterError> {
    let error = |message: &str| {
        Err(FilterError {
            position: 1,
            message: message.to_owned(),
        })
    };
    match expression {
        Expression::Service(..) => Ok(Selected::Services),
        Expression::Edge(..) => Ok(Selected::Edges),
        Expression::Not(inner) => selected(inner),
        Expression::And(all) | Expression::Or(all) => {
            let mut found = None;
            for one in all {
                let this = selected(one)?;
                if *found.get_or_insert(this) != this {
                    return error(
                        "an entity selector is about services or about edges, not about both",
                    );
                }
            }
            found.map_or_else(|| error("an entity selector has `service` or `edge`"), Ok)
        }
        _ => error(
            "an entity selector has only `service(…)` and `edge(…)`; conditions on traces go into a group",
        ),
    }
}
