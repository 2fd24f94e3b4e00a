//! Every page in a browser while all that was sent would act, turn or burst it: nothing acts, and nothing is wider than a phone.

use browser_tests::Visit;
use serde_json::{Value as Json, json};

use super::{NOW, START};

/// Would act in every place of a page: between elements, in an attribute, in a field, in a title.
const EVIL: &str = "\"'></title></textarea></bdi></svg><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\u{7}&amp;";
const TRACE: &str = "66666666666666666666666666666666";
const XRAY: &str = "1-66666666-666666666666666666666666";

fn evils() -> Vec<String> {
    vec![
        EVIL.to_owned(),
        format!("{EVIL}{}", "W".repeat(20_000)),
        "é".repeat(5_000),
        "\u{202e}\u{2066}\u{5d0}\u{627}".repeat(50),
        "👩‍🚀👨‍👩‍👧‍👦".repeat(100),
        "a\nb\r\tc".to_owned(),
        "javascript:alert(1)".to_owned(),
    ]
}

/// One trace; in each of its spans, everything that can be a text is one of these.
fn spans() -> Json {
    let attributes = |evil: &str| {
        let pair = |key: &str| json!({"key": key, "value": {"stringValue": evil}});
        json!([
            pair("service.name"),
            pair(evil),
            pair("http.route"),
            pair("exception.stacktrace")
        ])
    };
    let resource = |(at, evil): (usize, String)| {
        let time = |ms: usize| (START + ms as u64 * 1_000_000).to_string();
        json!({"resource": {"attributes": attributes(&evil)}, "scopeSpans": [{"scope": {"name": evil}, "spans": [{
            "traceId": TRACE, "spanId": format!("{:016x}", at + 1),
            "parentSpanId": if at == 0 { String::new() } else { format!("{at:016x}") },
            "name": evil, "kind": 2, "traceState": evil,
            "startTimeUnixNano": time(at), "endTimeUnixNano": time(at + 20),
            "attributes": attributes(&evil),
            "events": [{"name": evil, "timeUnixNano": time(at), "attributes": attributes(&evil)}],
            "status": {"code": 2, "message": evil},
        }]}]})
    };
    let resources: Vec<Json> = evils().into_iter().enumerate().map(resource).collect();
    json!({"resourceSpans": resources})
}

fn segment(at: usize, evil: &str) -> Json {
    let short: String = evil.chars().take(150).collect();
    json!({
        "trace_id": XRAY, "id": format!("{:016x}", at + 1), "name": "segment",
        "start_time": START / 1_000_000_000, "end_time": START / 1_000_000_000 + 1, "fault": true,
        "annotations": {"key": evil.chars().take(900).collect::<String>()}, "metadata": {(&short): {(&short): evil}},
        "http": {"request": {"url": evil, "method": short}, "response": {"status": 500}},
        "cause": {"exceptions": [{"id": "0123456789abcdef", "message": evil, "type": short, "stack": [{"path": short, "line": 1, "label": short}]}]},
    })
}

#[test]
fn nothing_that_was_sent_acts_or_bursts_a_page() -> anyhow::Result<()> {
    let visit = Visit::begin(NOW)?;
    let (browser, observatory) = (&visit.browser, &visit.observatory);
    observatory.send(&spans())?;
    let segments: Vec<Json> = evils()
        .iter()
        .enumerate()
        .map(|(at, evil)| segment(at, evil))
        .collect();
    observatory.put_segments(&segments)?;
    let now = i64::try_from(START / 1_000_000)?;
    let lines = evils().into_iter().flat_map(|evil| {
        let fields = json!({"message": evil, "level": evil, (&evil): evil}).to_string();
        [(now, evil), (now, fields)]
    });
    observatory.put_logs("group", "<b>stream", &lines.collect::<Vec<_>>())?;
    let encoded: String = EVIL.bytes().map(|byte| format!("%{byte:02X}")).collect();
    browser.resize(390, 800)?;
    for path in [
        "/".to_owned(),
        "/traces".to_owned(),
        format!("/traces?service={encoded}&min={encoded}"),
        format!("/trace/{TRACE}?span=0000000000000001"),
        format!("/trace/{TRACE}?span=0000000000000002&{encoded}={encoded}"),
        format!("/trace/{TRACE}/compare/{TRACE}?left=0000000000000001"),
        "/map?window=all".to_owned(),
        format!("/map?window=all&filter={encoded}"),
        format!("/xray/trace/{XRAY}?segment=0000000000000001&tab=metadata"),
        format!("/xray/trace/{XRAY}?segment=0000000000000002&tab=exceptions"),
        "/logs".to_owned(),
        "/logs/group?group=group".to_owned(),
        "/logs/events".to_owned(),
        "/logs/tail".to_owned(),
        "/insights?range=all&query=fields+@message,+level".to_owned(),
        "/query?range=all&of=logs&by=message&by=level".to_owned(),
        format!("/logs/events?pattern={encoded}&range={encoded}"),
        format!("/insights?query={encoded}"),
        "/query?range=all&v=COUNT&v=HEATMAP(duration_ms)&by=name&by=service.name".to_owned(),
        format!("/query?range=all&by={encoded}&where={encoded}&box={encoded}"),
        "/status".to_owned(),
        format!("/status?{encoded}={}", "W".repeat(5_000)),
    ] {
        visit.goto(&path)?;
        let shown = &path[..path.len().min(100)];
        browser.find("main")?;
        assert_eq!(browser.dialog()?, None, "{shown}");
        assert_eq!(browser.overflow()?, 0, "{shown}");
        // A page that says what is wrong is answered with 400, which the browser notes.
        let errors: Vec<String> = browser.console_errors()?;
        let own = |error: &&String| !error.contains("400 (Bad Request)");
        assert_eq!(errors.iter().find(own), None, "{shown}");
    }
    visit.end()
}
