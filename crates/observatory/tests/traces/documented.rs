//! Every command in `docs/query-api.md` answers what is said under it, and the questions of `docs/concepts/three-services.md` are understood.

use std::{fs, path::Path};

use serde_json::Value as Json;

use crate::running::Running;

/// A command's words as a shell makes them, of what is used here: spaces and single quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in command.split('\'').enumerate() {
        if at % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for (at, word) in part.split(' ').enumerate() {
            if at > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word.trim());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Sends what curl would.
async fn run(observatory: &Running, command: &str) -> Json {
    let words = words(command);
    let mut words = words.iter().map(String::as_str);
    assert_eq!(words.next(), Some("curl"));
    let url = words.next().unwrap();
    let path = url
        .strip_prefix("http://localhost:4318")
        .unwrap_or_else(|| panic!("{url}"));
    let (mut body, mut headers) = (None, Vec::new());
    while let Some(option) = words.next() {
        let value = words
            .next()
            .unwrap_or_else(|| panic!("{option} has a value"));
        match option {
            "-d" => body = Some(value.to_owned()),
            "-H" => headers.push(value.split_once(": ").unwrap()),
            other => panic!("{other} is not known here"),
        }
    }
    let url = observatory.url(path);
    let mut request = match body {
        Some(body) => observatory.client.post(url).body(body),
        None => observatory.client.get(url),
    };
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

/// Whether all that is shown is so; a document may leave out keys, items at a list's end and the end of a sentence.
fn shows(shown: &Json, whole: &Json) -> bool {
    match (shown, whole) {
        (Json::Object(shown), Json::Object(whole)) => shown
            .iter()
            .all(|(key, shown)| whole.get(key).is_some_and(|whole| shows(shown, whole))),
        (Json::Array(shown), Json::Array(whole)) => {
            shown.is_empty() == whole.is_empty()
                && shown.len() <= whole.len()
                && shown
                    .iter()
                    .zip(whole)
                    .all(|(shown, whole)| shows(shown, whole))
        }
        (Json::String(shown), Json::String(whole)) => whole.starts_with(&shown[..]),
        (Json::Number(shown), Json::Number(whole)) => shown.as_f64() == whole.as_f64(),
        (shown, whole) => shown == whole,
    }
}

#[tokio::test]
async fn commands_answer_what_is_shown() {
    let observatory = Running::start().await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/query-api.md");
    let text = fs::read_to_string(file).unwrap();
    let (mut answer, mut compared) = (Json::Null, 0);
    for block in text.split("```").skip(1).step_by(2) {
        let (language, block) = block.split_once('\n').unwrap();
        match language {
            "sh" => answer = run(&observatory, block).await,
            "json" => {
                let shown: Json = serde_json::from_str(block).unwrap();
                assert!(shows(&shown, &answer), "{shown:#}\n{answer:#}");
                compared += 1;
            }
            other => panic!("{other} is not known here"),
        }
    }
    assert_eq!(compared, 7);
}

#[test]
fn the_questions_of_the_book_are_understood() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/concepts/three-services.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, questions) = text
        .split_once("## The same question, three languages\n")
        .unwrap();
    let (questions, _) = questions.split_once("\n## ").unwrap();
    let blocks: Vec<&str> = questions.split("```").skip(1).step_by(2).collect();
    let [honeycomb, xray, insights] = blocks[..] else {
        panic!("three questions: {blocks:?}");
    };
    let honeycomb: span_query::Query = honeycomb.strip_prefix("json\n").unwrap().parse().unwrap();
    assert_eq!(honeycomb.breakdowns.len(), 1);
    xray_query::Filter::parse(xray.strip_prefix("text\n").unwrap().trim()).unwrap();
    log_query::insights::Query::parse(insights.strip_prefix("text\n").unwrap()).unwrap();
}
