//! TestMetricFilter: a pattern tried on messages.

use serde_json::json;

use crate::asking::Observatory;

#[tokio::test]
async fn tries_a_pattern_on_messages() {
    let observatory = Observatory::start();
    let body = json!({
        "filterPattern": "[ip, user, status = 4*]",
        "logEventMessages": ["10.0.0.1 bob 200", "10.0.0.2 eve 404"],
    });
    let answer = observatory.ask("TestMetricFilter", body).await;
    assert_eq!(
        answer,
        json!({ "matches": [{
            "eventNumber": 2, "eventMessage": "10.0.0.2 eve 404",
            "extractedValues": { "$ip": "10.0.0.2", "$user": "eve", "$status": "404" },
        }] })
    );
    let fifty = vec!["x"; 50];
    observatory
        .ask(
            "TestMetricFilter",
            json!({ "filterPattern": "", "logEventMessages": fifty }),
        )
        .await;
    for (case, body, piece) in [
        (
            "no pattern",
            json!({ "logEventMessages": ["x"] }),
            "Value null at 'filterPattern'",
        ),
        (
            "no messages",
            json!({ "filterPattern": "x" }),
            "Value null at 'logEventMessages'",
        ),
        (
            "none",
            json!({ "filterPattern": "x", "logEventMessages": [] }),
            "greater than or equal to 1",
        ),
        (
            "51",
            json!({ "filterPattern": "x", "logEventMessages": vec!["x"; 51] }),
            "less than or equal to 50",
        ),
        (
            "an empty one",
            json!({ "filterPattern": "x", "logEventMessages": [""] }),
            "Value '' at 'logEventMessages.1.member'",
        ),
        (
            "a bad pattern",
            json!({ "filterPattern": "[a, b", "logEventMessages": ["x"] }),
            "",
        ),
    ] {
        observatory
            .call("TestMetricFilter", body)
            .await
            .refused_with(case, "InvalidParameterException", piece);
    }
}
