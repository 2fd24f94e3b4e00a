//! The present query as JSON, and the command that asks the same over HTTP: a page asks nothing that a program could not.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::address::QueryView;
use crate::{model::Dataset, pages::address::Address};

/// Folded, with a button to copy each.
pub(super) fn asked_json(view: &QueryView, json: &Json, host: &str) -> Markup {
    let pretty = serde_json::to_string_pretty(json).unwrap_or_default();
    let command = command(view, json, host);
    html! {
        details.asked-json #asked-json data-testid="asked-json" {
            summary { "This query as JSON" }
            div.asked-grid {
                div {
                    p.actions { span.soft { "Honeycomb’s query specification" } button.plain type="button" data-copy=(pretty) hidden { "Copy" } }
                    pre.code tabindex="0" data-testid="query-json" { (pretty) }
                }
                div {
                    p.actions { span.soft { "The same question from a terminal" } button.plain type="button" data-copy=(command) hidden { "Copy" } }
                    pre.code tabindex="0" data-testid="query-curl" { (command) }
                }
            }
        }
    }
}

fn command(view: &QueryView, json: &Json, host: &str) -> String {
    let mut address = Address::new("/api/query");
    if view.of != Dataset::default() {
        address = address.with("of", view.of.word());
        for group in &view.groups {
            address = address.with("group", group);
        }
    }
    let of = quoted(&format!("http://{host}{}", address.finish()));
    format!("curl --json {} {of}", quoted(&json.to_string()))
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_is_one_word_each_whatever_is_in_it() {
        let query = json!({"filters": [{"column": "a'b", "op": "exists"}]});
        assert_eq!(
            command(&QueryView::of(Dataset::Spans), &query, "localhost:4318"),
            r#"curl --json '{"filters":[{"column":"a'\''b","op":"exists"}]}' 'http://localhost:4318/api/query'"#
        );
        let logs = QueryView::of(Dataset::Logs).group("/a b");
        assert!(
            command(&logs, &json!({}), "[::1]:1")
                .ends_with("'http://[::1]:1/api/query?of=logs&group=/a+b'")
        );
    }
}
