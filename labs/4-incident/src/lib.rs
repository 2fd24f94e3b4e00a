//! The answers to the six questions about the incident.
//! Two of them are queries in files of their own, in `queries`; the types are in `answer`.

pub mod answer;

use answer::{Attribute, Request, TimeWindow, at};

/// The recorded hour, in UTC: all that is known at first is that it was then.
pub const HOUR: TimeWindow = TimeWindow {
    from: at(14, 0),
    until: at(15, 0),
};

/// In which minutes did some home feeds take much longer than all others?
/// Not those few that took seconds: they are another story.
pub fn slow_home_feeds() -> TimeWindow {
    // #region step 1
    // TODO(step 1): the window in which the heatmap of the home feeds has a second band, to the minute.
    HOUR
    // #endregion
}

/// Which attribute of their requests do the slow home feeds share, and with which value?
/// `queries/slow-feeds.json` is the query that finds exactly their traces.
pub fn slow_home_feeds_share() -> Attribute {
    // #region step 2
    // TODO(step 2): what BubbleUp finds in a box round the band; and the query.
    Attribute {
        key: "http.route",
        value: "/api/activities/home",
    }
    // #endregion
}

/// Which attribute tells whose requests gave up a lookup in the profiles service, and with which value?
/// `queries/gave-up.json` is the query that finds exactly the traces in which that happened.
pub fn who_waits() -> Attribute {
    // #region step 3
    // TODO(step 3): the attribute of the request, not of the call; and the query.
    Attribute { key: "", value: "" }
    // #endregion
}

/// The filter expression by which X-Ray finds exactly the traces in which a dependency throttled the back end.
pub fn throttled() -> &'static str {
    // #region step 4
    // TODO(step 4): ask for the one service that said no.
    "throttle"
    // #endregion
}

/// The Logs Insights query that tells how many searches fell back to the database in each minute:
/// a row for each minute that has any, with the columns `minute` and `fallbacks`.
pub fn fallbacks_per_minute() -> &'static str {
    // #region step 5
    // TODO(step 5): count only the events that say so.
    "filter level = \"WARN\"
    | stats count(*) as fallbacks by bin(1m) as minute"
    // #endregion
}

/// The one home feed that met all three: its trace, its segment, and the ID that its log events share.
pub fn all_three() -> Request {
    // #region step 6
    // TODO(step 6): from the trace to the segment to the log event.
    Request {
        trace: "",
        segment: "",
        request_id: "",
    }
    // #endregion
}
