//! Conditions with `&&`, `||` and parentheses. What a condition is, the forms of patterns say.

use super::{
    MAX_DEPTH,
    cursor::{Cursor, Parsed},
};

/// `&&` binds tighter than `||`. What is of the same kind is one: there is no `And` in an `And`, no `Or` in an `Or`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<T> {
    And(Vec<Tree<T>>),
    Or(Vec<Tree<T>>),
    Leaf(T),
}

impl<T> Tree<T> {
    /// `condition` reads one; `grouped` says whether there may be parentheses.
    pub(super) fn parse(
        cursor: &mut Cursor<'_>,
        grouped: bool,
        condition: &mut dyn FnMut(&mut Cursor<'_>) -> Parsed<T>,
    ) -> Parsed<Self> {
        let mut parser = Parser {
            condition,
            grouped,
            depth: 0,
        };
        parser.either(cursor)
    }

    pub(super) fn holds(&self, leaf: &dyn Fn(&T) -> bool) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.holds(leaf)),
            Self::Or(all) => all.iter().any(|one| one.holds(leaf)),
            Self::Leaf(condition) => leaf(condition),
        }
    }
}

struct Parser<'c, T> {
    condition: &'c mut dyn FnMut(&mut Cursor<'_>) -> Parsed<T>,
    grouped: bool,
    depth: usize,
}

impl<T> Parser<'_, T> {
    fn either(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Tree<T>> {
        let mut all = Vec::new();
        loop {
            match self.both(cursor)? {
                Tree::Or(inner) => all.extend(inner),
                one => all.push(one),
            }
            if !cursor.take("||") {
                return Ok(one_or(all, Tree::Or));
            }
        }
    }

    fn both(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Tree<T>> {
        let mut all = Vec::new();
        loop {
            match self.one(cursor)? {
                Tree::And(inner) => all.extend(inner),
                one => all.push(one),
            }
            if !cursor.take("&&") {
                return Ok(one_or(all, Tree::And));
            }
        }
    }

    fn one(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Tree<T>> {
        if !(self.grouped && cursor.take("(")) {
            return (self.condition)(cursor).map(Tree::Leaf);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} parentheses inside each other");
            return Err(cursor.syntax(message));
        }
        let inner = self.either(cursor)?;
        self.depth -= 1;
        if cursor.take(")") {
            return Ok(inner);
        }
        Err(cursor.syntax("expected `)`, `&&` or `||`"))
    }
}

fn one_or<T>(mut all: Vec<Tree<T>>, several: impl FnOnce(Vec<Tree<T>>) -> Tree<T>) -> Tree<T> {
    if all.len() == 1 {
        all.remove(0)
    } else {
        several(all)
    }
}
