//! What a key looks like, read from gitleaks' rules and our own. Where they are applied, `scan` says.

use std::cell::OnceCell;

use anyhow::Context as _;
use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde::Deserialize;

use super::dialect;

const FILES: [(&str, &str); 2] = [
    ("gitleaks.toml", include_str!("gitleaks.toml")),
    ("honeycomb.toml", include_str!("honeycomb.toml")),
];

/// All rules, and what none of them reports.
pub(super) struct Rules {
    pub(super) rules: Vec<Rule>,
    pub(super) allowlists: Vec<Allowlist>,
    /// All keywords, each with the rules that have it.
    keywords: RegexSet,
    owners: Vec<usize>,
}

/// A rule, as gitleaks has it.
#[derive(Deserialize)]
pub(super) struct Rule {
    pub(super) id: String,
    regex: String,
    /// What the key's Shannon entropy has to exceed, in bits a character.
    #[serde(default)]
    pub(super) entropy: f64,
    /// Words, in lower case, of which a file has to hold one.
    keywords: Vec<String>,
    #[serde(default)]
    pub(super) allowlists: Vec<Allowlist>,
    /// Most rules are never needed: they are compiled when they are.
    #[serde(skip)]
    compiled: OnceCell<Regex>,
}

/// What is no key though it looks like one.
#[derive(Deserialize)]
pub(super) struct Allowlist {
    /// Whether all of it has to hold; otherwise one is enough.
    #[serde(default)]
    condition: Condition,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default, rename = "regexTarget")]
    target: Target,
    #[serde(default)]
    regexes: Vec<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(skip)]
    compiled: OnceCell<[RegexSet; 2]>,
}

#[derive(Default, Deserialize, PartialEq)]
enum Condition {
    #[default]
    #[serde(rename = "OR")]
    Any,
    #[serde(rename = "AND")]
    All,
}

/// What an allowlist's expressions look at.
#[derive(Default, Deserialize)]
enum Target {
    #[default]
    #[serde(rename = "secret")]
    Secret,
    #[serde(rename = "match")]
    Match,
    #[serde(rename = "line")]
    Line,
}

/// What a rule found.
pub(super) struct Candidate<'a> {
    pub(super) secret: &'a [u8],
    pub(super) matched: &'a [u8],
    pub(super) line: &'a [u8],
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    allowlists: Vec<Allowlist>,
    rules: Vec<Rule>,
}

impl Rules {
    pub(super) fn load() -> anyhow::Result<Self> {
        let mut rules = Vec::new();
        let mut allowlists = Vec::new();
        for (name, text) in FILES {
            let file: File =
                toml::from_str(text).with_context(|| format!("the rules in {name}"))?;
            rules.extend(file.rules);
            allowlists.extend(file.allowlists);
        }
        let mut words = Vec::new();
        let mut owners = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for keyword in &rule.keywords {
                words.push(regex::escape(keyword));
                owners.push(index);
            }
        }
        let keywords = RegexSetBuilder::new(words)
            .unicode(false)
            .case_insensitive(true)
            .build()
            .context("the rules' keywords")?;
        Ok(Self {
            rules,
            allowlists,
            keywords,
            owners,
        })
    }

    /// The rules of which `text` holds a keyword.
    pub(super) fn of<'a>(&'a self, text: &[u8]) -> impl Iterator<Item = &'a Rule> {
        let mut wanted = vec![false; self.rules.len()];
        for keyword in &self.keywords.matches(text) {
            wanted[self.owners[keyword]] = true;
        }
        self.rules
            .iter()
            .zip(wanted)
            .filter_map(|(rule, wanted)| wanted.then_some(rule))
    }
}

impl Rule {
    pub(super) fn regex(&self) -> anyhow::Result<&Regex> {
        if let Some(regex) = self.compiled.get() {
            return Ok(regex);
        }
        let regex = RegexBuilder::new(&dialect::translate(&self.regex))
            .unicode(false)
            .build()
            .with_context(|| format!("the expression of the rule {}", self.id))?;
        Ok(self.compiled.get_or_init(|| regex))
    }
}

impl Allowlist {
    /// Whether nothing in the file at `path` is reported.
    pub(super) fn allows_path(&self, path: &str) -> anyhow::Result<bool> {
        let has_more = !self.regexes.is_empty() || !self.stopwords.is_empty();
        if self.condition == Condition::All && has_more {
            return Ok(false);
        }
        Ok(self.compiled()?[0].is_match(path.as_bytes()))
    }

    /// Whether this is not reported.
    pub(super) fn allows(&self, path: &str, found: &Candidate<'_>) -> anyhow::Result<bool> {
        let [paths, regexes] = self.compiled()?;
        let target = match self.target {
            Target::Secret => found.secret,
            Target::Match => found.matched,
            Target::Line => found.line,
        };
        let secret = String::from_utf8_lossy(found.secret).to_lowercase();
        let mut checks = [
            (!self.paths.is_empty()).then(|| paths.is_match(path.as_bytes())),
            (!self.regexes.is_empty()).then(|| regexes.is_match(target)),
            (!self.stopwords.is_empty())
                .then(|| self.stopwords.iter().any(|word| secret.contains(word))),
        ]
        .into_iter()
        .flatten();
        Ok(match self.condition {
            Condition::Any => checks.any(|holds| holds),
            Condition::All => checks.all(|holds| holds),
        })
    }

    fn compiled(&self) -> anyhow::Result<&[RegexSet; 2]> {
        if let Some(sets) = self.compiled.get() {
            return Ok(sets);
        }
        let set = |patterns: &[String]| {
            RegexSetBuilder::new(patterns.iter().map(|pattern| dialect::translate(pattern)))
                .unicode(false)
                .build()
                .context("the expressions of an allowlist")
        };
        let sets = [set(&self.paths)?, set(&self.regexes)?];
        Ok(self.compiled.get_or_init(|| sets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_can_be_compiled() {
        let rules = Rules::load().expect("rules");
        for rule in &rules.rules {
            rule.regex().expect("an expression");
            assert!(
                !rule.keywords.is_empty(),
                "{} would be tried everywhere",
                rule.id
            );
            for keyword in &rule.keywords {
                assert_eq!(*keyword, keyword.to_lowercase(), "{}", rule.id);
            }
        }
        let of_rules = rules.rules.iter().flat_map(|rule| &rule.allowlists);
        for allowlist in rules.allowlists.iter().chain(of_rules) {
            allowlist.compiled().expect("an allowlist");
            for word in &allowlist.stopwords {
                assert_eq!(*word, word.to_lowercase());
            }
        }
    }
}
