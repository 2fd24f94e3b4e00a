//! Events that are too large: cut so that JSON stays JSON, or split.

use cloudwatch_layer::{LogEvent, Oversize, batches};
use serde_json::{Value, json};

use crate::LARGEST_MESSAGE;

fn fitted(message: &str, oversize: Oversize) -> Vec<String> {
    batches(vec![LogEvent::new(0, message)], oversize)
        .into_iter()
        .flatten()
        .map(|event| event.message)
        .collect()
}

/// The one event that is left of `message`.
fn truncated(message: &str) -> String {
    let [cut] = <[String; 1]>::try_from(fitted(message, Oversize::Truncate)).unwrap();
    assert!(cut.len() <= LARGEST_MESSAGE, "{}", cut.len());
    cut
}

fn truncated_json(message: &str) -> Value {
    let cut = truncated(message);
    // No more is cut than must be.
    assert!(cut.len() > LARGEST_MESSAGE - 8, "{}", cut.len());
    serde_json::from_str(&cut).unwrap()
}

#[test]
fn text_is_cut_with_a_mark() {
    let cut = truncated(&"x".repeat(2_000_000));
    assert!(cut.ends_with("xxx…[truncated from 2000000 bytes]"));
    assert_eq!(cut.len(), LARGEST_MESSAGE);
}

#[test]
fn characters_are_not_cut() {
    // Of three bytes each: the cut would fall into one of them for two of three lengths.
    for lead in ["", "x", "xx"] {
        let cut = truncated(&format!("{lead}{}", "☃".repeat(400_000)));
        assert!(
            cut.contains("☃…[truncated from 12000"),
            "{}",
            &cut[cut.len() - 60..]
        );
        assert!(cut.len() > LARGEST_MESSAGE - 3);
        let parts = fitted(&format!("{lead}{}", "☃".repeat(400_000)), Oversize::Split);
        assert_eq!(parts.concat(), format!("{lead}{}", "☃".repeat(400_000)));
        assert_eq!(parts.len(), 2);
    }
}

#[test]
fn of_an_object_the_longest_value_is_cut() {
    let line = json!({"level": "INFO", "body": "y".repeat(1_500_000), "status": 200}).to_string();
    let cut = truncated_json(&line);
    assert_eq!(
        (&cut["level"], &cut["status"]),
        (&json!("INFO"), &json!(200))
    );
    let body = cut["body"].as_str().unwrap();
    assert!(body.ends_with("yyy…[truncated from 1500000 bytes]"));
    assert_eq!(
        body.trim_start_matches('y'),
        "…[truncated from 1500000 bytes]"
    );
}

#[test]
fn members_keep_their_order_and_their_text() {
    let line = format!(
        r#"{{"z":1.50,"a":"{}","é\"":[1, 2],"m":null}}"#,
        "y".repeat(1_500_000)
    );
    let cut = truncated(&line);
    assert!(cut.starts_with(r#"{"z":1.50,"a":"yyy"#));
    assert!(cut.ends_with(r#"[truncated from 1500000 bytes]","é\"":[1, 2],"m":null}"#));
}

#[test]
fn several_long_values_are_cut_one_after_the_other() {
    let line =
        json!({"a": "a".repeat(900_000), "b": "b".repeat(1_900_000), "c": "c".repeat(800_000)})
            .to_string();
    let cut = truncated_json(&line);
    assert_eq!(cut["b"], json!("…[truncated from 1900000 bytes]"));
    assert!(
        cut["a"]
            .as_str()
            .unwrap()
            .ends_with("aaa…[truncated from 900000 bytes]")
    );
    assert_eq!(cut["c"], json!("c".repeat(800_000)));
}

#[test]
fn escapes_are_not_cut_and_counted_as_they_are_written() {
    for text in ["\"", "\\", "\n", "\u{1}", "\u{1f}é"] {
        let line = json!({"text": text.repeat(1_000_000)}).to_string();
        let cut = truncated_json(&line);
        let kept = cut["text"].as_str().unwrap();
        let (kept, _) = kept.split_once('…').unwrap();
        assert!(text.repeat(1_000_000).starts_with(kept) && !kept.is_empty());
    }
}

#[test]
fn a_long_value_that_is_no_string_becomes_one() {
    let line = json!({"level": "INFO", "list": vec![7; 700_000]}).to_string();
    let cut = truncated_json(&line);
    assert_eq!(cut["level"], json!("INFO"));
    let list = cut["list"].as_str().unwrap();
    assert!(list.starts_with("[7,7,") && list.ends_with("…[truncated from 1400001 bytes]"));
}

#[test]
fn what_is_no_object_or_has_endless_names_is_cut_as_text() {
    for line in [
        json!(vec![7; 700_000]).to_string(),
        json!({"n".repeat(1_100_000): 1}).to_string(),
        // Written anew, this one would be longer than it was.
        format!(r#"{{"{}":1}}"#, r"\b".repeat(524_280)),
        format!(r#"{{"half an object":"{}"#, "x".repeat(1_100_000)),
    ] {
        let cut = truncated(&line);
        let mark = format!("…[truncated from {} bytes]", line.len());
        assert!(line.starts_with(cut.strip_suffix(&mark).unwrap()));
    }
}

#[test]
fn split_events_keep_every_byte() {
    let text = "é".repeat(1_200_000);
    let parts = fitted(&text, Oversize::Split);
    assert_eq!(parts.concat(), text);
    let lengths: Vec<usize> = parts.iter().map(String::len).collect();
    assert_eq!(lengths, [LARGEST_MESSAGE, LARGEST_MESSAGE, 302_900]);
}
