//! Spans become documents by these rules, one case a rule. One binary, so that one link is enough.

mod annotations;
mod aws;
mod causes;
mod http;
mod ids;
mod links;
mod local_roots;
mod metadata;
mod names;
mod namespaces;
mod resources;
mod spans;
mod sql;
mod stacks;
mod statuses;
mod times;
mod urls;
mod whole;
