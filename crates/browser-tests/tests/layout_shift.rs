//! What a reader looks at stays where it is while data arrive.

use browser_tests::{Browser, Observatory};
use serde_json::{Value as Json, json};

/// Keeps what the browser tells of elements that moved although nobody touched anything. A space between words shows nothing.
const WATCH: &str = r"
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            const seen = sources.filter(({ node }) => node?.nodeType !== Node.TEXT_NODE || node.data.trim());
            if (seen.length || !sources.length) shifts.push([value, seen.map(({ node, previousRect: from, currentRect: to }) =>
                `${node?.nodeName}#${node?.id ?? ''}.${node?.className?.baseVal ?? node?.className ?? ''} from ${from.x},${from.y} to ${to.x},${to.y}: ${node?.textContent?.slice(0, 60)}`)]);
        }
    }).observe({ type: 'layout-shift', buffered: true });";

/// Milliseconds since the Unix epoch, which stand still.
const NOW: u64 = 1_790_000_000_000;

/// So many traces of a service, so many milliseconds before now.
fn traces(observatory: &Observatory, service: &str, first: u64, count: u64) -> anyhow::Result<()> {
    let spans: Vec<_> = (first..first + count)
        .map(|number| {
            let start = (NOW - 40_000 + number * 97) * 1_000_000;
            let failed = if number % 7 == 3 { json!({"code": 2, "message": "busy"}) } else { json!({}) };
            json!({"traceId": format!("{:032x}", number + 1), "spanId": format!("{:016x}", number + 1), "name": format!("GET /{}", number % 5), "kind": 2,
                "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 1_000_000 * (number % 190 + 1)).to_string(), "status": failed})
        })
        .collect();
    let service = json!([{"key": "service.name", "value": {"stringValue": service}}]);
    observatory.send(&json!({"resourceSpans": [{"resource": {"attributes": service}, "scopeSpans": [{"spans": spans}]}]}))
}

fn events(observatory: &Observatory, first: u64, count: u64) -> anyhow::Result<()> {
    let events: Vec<(i64, String)> = (first..first + count)
        .map(|number| {
            (
                (NOW - 40_000 + number * 97).cast_signed(),
                json!({"level": "INFO", "message": format!("event {number}")}).to_string(),
            )
        })
        .collect();
    observatory.put_logs("cruddur", "backend/1", &events)
}

/// What has moved so far: the browser tells at the next frame but one at the latest.
fn shifts(browser: &Browser) -> anyhow::Result<Json> {
    let told = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.shifts)))))";
    browser.execute(told, json!([]))
}

/// Opens a page, lets data arrive in the steps in which a second of a busy system comes, and tells what moved.
fn check(path: &str, before: &str) -> anyhow::Result<()> {
    let observatory = Observatory::start_at(NOW / 1_000)?;
    let browser = Browser::start()?;
    browser.before_each_page(WATCH)?;
    traces(&observatory, "backend", 0, 97)?;
    events(&observatory, 0, 60)?;
    browser.goto(&observatory.url(path))?;
    browser.wait_until(
        "a page that follows",
        "return document.querySelector('#live:not([hidden])')",
        json!([]),
    )?;
    browser.execute(before, json!([]))?;
    // What a page does while it opens is another matter than what it does to who reads it.
    shifts(&browser)?;
    browser.execute("window.shifts = []", json!([]))?;
    let mut sent = 97;
    // Counts get another digit, a service and a status come that were not there.
    for (service, count) in [
        ("backend", 1),
        ("backend", 9),
        ("profiles", 140),
        ("backend", 900),
    ] {
        traces(&observatory, service, sent, count)?;
        events(&observatory, sent, count.min(40))?;
        sent += count;
        let shown = "return document.querySelector('[data-testid=stored-spans]').textContent.replace(',', '') === arguments[0]";
        browser.wait_until(&format!("{sent} spans"), shown, json!([sent.to_string()]))?;
    }
    let shifts = shifts(&browser)?;
    assert_eq!(shifts, json!([]), "{path}: {shifts:#}");
    Ok(())
}

#[test]
fn what_moves_is_seen() -> anyhow::Result<()> {
    let observatory = Observatory::start_at(NOW / 1_000)?;
    let browser = Browser::start()?;
    browser.before_each_page(WATCH)?;
    browser.goto(&observatory.url("/status"))?;
    browser.find("#live:not([hidden])")?;
    assert_eq!(shifts(&browser)?, json!([]));
    browser.execute(
        "document.querySelector('main').prepend(document.createElement('textarea'))",
        json!([]),
    )?;
    let moved = shifts(&browser)?;
    assert!(moved[0][0].as_f64() > Some(0.0), "{moved}");
    Ok(())
}

#[test]
fn a_querys_answer_stays() -> anyhow::Result<()> {
    check(
        "/query?of=spans&v=COUNT&v=P95(duration_ms)&by=name&range=2h",
        "",
    )
}

#[test]
fn the_list_of_traces_stays_while_it_is_read() -> anyhow::Result<()> {
    check("/traces", "document.querySelector('#traces a').focus()")
}

#[test]
fn home_stays() -> anyhow::Result<()> {
    check("/", "")
}

#[test]
fn the_status_page_stays() -> anyhow::Result<()> {
    check("/status", "")
}

#[test]
fn log_events_stay() -> anyhow::Result<()> {
    check(
        "/logs/events?group=cruddur",
        "document.querySelector('.line summary').focus()",
    )
}

#[test]
fn the_live_tail_stays() -> anyhow::Result<()> {
    check("/logs/tail?group=cruddur", "")
}
