//! Every page with something in it, with what is open there: what is looked at for failures and photographed.

use super::Sample;

/// A page, and what is done in it before it is looked at.
#[derive(Clone, Debug)]
pub struct View {
    /// Its name, of small letters and hyphens.
    pub name: &'static str,
    /// Its address without the host.
    pub path: String,
    /// Selects what must be there.
    pub shows: &'static str,
    /// JavaScript that opens something, once the page is there.
    pub act: &'static str,
    /// Whether it is worth a picture among the documentation's.
    pub is_pictured: bool,
    /// Whether its picture goes farther down than others do.
    pub is_high: bool,
}

impl View {
    fn new(name: &'static str, path: impl Into<String>, shows: &'static str) -> View {
        View {
            name,
            path: path.into(),
            shows,
            act: "",
            is_pictured: true,
            is_high: false,
        }
    }

    /// A page in which nothing is shown yet.
    pub fn empty(path: &str) -> View {
        View::new("empty", path, "main")
    }

    /// One that is only looked at for failures.
    fn unpictured(self) -> View {
        View {
            is_pictured: false,
            ..self
        }
    }

    fn high(self) -> View {
        View {
            is_high: true,
            ..self
        }
    }

    fn act(self, act: &'static str) -> View {
        View { act, ..self }
    }
}

/// Which routes are slow, and how often they fail.
const QUERY: &str = "/query?of=spans&v=COUNT&v=P95(duration_ms)&where=span.kind+%3D+server&where=service.name+%3D+backend&by=http.route&order=P95(duration_ms)+desc&range=2h";
/// The slow requests of the middle of the time, in a box.
const BOX: &str = "/query?of=spans&v=HEATMAP(duration_ms)&where=span.kind+%3D+server&range=2h&box=duration_ms,1789997180000,1789998560000,300,5000";

/// All pages, of an observatory that has the sample.
pub fn views(sample: &Sample) -> Vec<View> {
    let Sample {
        trace,
        other,
        xray_trace,
    } = sample;
    vec![
        View::new("home", "/", "main"),
        View::new("traces", "/traces", "[data-testid=trace-row]"),
        View::new("traces-wrong", "/traces?min=soon&attribute=user.id", "[data-testid=field-error]").unpictured(),
        View::new("traces-none", "/traces?name=nothing", "[data-testid=no-match]").unpictured(),
        View::new("keys", "/traces", "[data-testid=trace-row]").unpictured().act("document.querySelector('#keys').showModal()"),
        View::new("trace", format!("/trace/{trace}"), "[data-testid=waterfall]"),
        View::new("span", format!("/trace/{trace}"), "[data-testid=waterfall]").unpictured()
            .act("document.querySelector(\"[data-span-name='INSERT activities'] a.pick\").click(); for (const part of document.querySelectorAll('#details details')) part.open = true"),
        View::new("trace-unusual", format!("/trace/{trace}"), "[data-testid=waterfall]").unpictured()
            .act("document.querySelector('#unusual').open = true"),
        View::new("compare", format!("/trace/{trace}/compare/{other}"), "main h1"),
        View::new("query", QUERY, "main h1"),
        View::new("query-heatmap", "/query?of=spans&v=HEATMAP(duration_ms)&v=COUNT&where=span.kind+%3D+server&range=2h", "main h1"),
        View::new("query-box", BOX, "[data-testid=bubble-up]").high(),
        View::new("query-wrong", "/query?of=spans&v=MEDIAN(duration_ms)&where=name+~+(&range=2h", "main h1").unpictured(),
        View::new("query-typo", "/query?of=spans&v=COUNT&by=http.rout&range=2h", "main h1").unpictured(),
        View::new("query-logs", "/query?of=logs&v=COUNT&by=level&range=2h", "main h1").unpictured(),
        View::new("trace-missing", "/trace/ffffffffffffffffffffffffffffffff", "main.notice").unpictured(),
        View::new("map", "/map?window=all", "#map-drawing"),
        View::new("map-node", "/map?window=all", "#map-drawing").unpictured().act("document.querySelector('a.node').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))"),
        View::new("map-wrong", "/map?find=service(", "[data-testid=map], #map").unpictured(),
        View::new("segments", format!("/xray/trace/{xray_trace}"), "[data-testid=timeline]").unpictured(),
        View::new("segment", format!("/xray/trace/{xray_trace}"), "[data-testid=timeline]")
            .act("document.querySelector('[data-testid=segment-row] .pick').click()"),
        View::new("logs", "/logs", "[data-group=cruddur]").unpictured(),
        View::new("log-streams", "/logs/group?group=cruddur", "[data-stream='backend/1']").unpictured(),
        View::new("log-events", "/logs/events?group=cruddur", "[data-testid=log-line]"),
        View::new("log-event", "/logs/events?group=cruddur&pattern=ERROR", "[data-testid=log-line]").unpictured()
            .act("for (const line of document.querySelectorAll('.line details')) line.open = true"),
        View::new("log-wrong", "/logs/events?group=cruddur&pattern=%7B+%24.level+%3D", "[data-testid=field-error], .field-error").unpictured(),
        View::new("log-tail", "/logs/tail?group=cruddur", "[data-testid=log-line]").unpictured(),
        View::new("insights", "/insights?group=cruddur&query=stats+count(*)+as+requests+by+bin(1m)%2C+level", "main"),
        View::new("insights-table", "/insights?group=cruddur&query=fields+%40timestamp%2C+level%2C+message%0A%7C+filter+level+%3D+%22ERROR%22", "main").unpictured(),
        View::new("insights-wrong", "/insights?group=cruddur&query=fieldz+level", "main").unpictured(),
        View::new("status", "/status", "#status-contents"),
        View::new("not-found", "/nothing-here", "body").unpictured(),
    ]
}
