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
    // Both ends are minutes of the recording, read off the heatmap: see the guide.
    TimeWindow {
        from: at(14, 17),
        until: at(14, 39),
    }
    // #endregion
}

/// Which attribute of their requests do the slow home feeds share, and with which value?
/// `queries/slow-feeds.json` is the query that finds exactly their traces.
pub fn slow_home_feeds_share() -> Attribute {
    // #region step 2
    // Not the instance: each of the two that had the release was as quick as the others before and after.
    Attribute {
        key: "service.version",
        value: "2.4.0",
    }
    // #endregion
}

/// Which attribute tells whose requests gave up a lookup in the profiles service, and with which value?
/// `queries/gave-up.json` is the query that finds exactly the traces in which that happened.
pub fn who_waits() -> Attribute {
    // #region step 3
    // The call names a profile; who waits for the page is on the request.
    Attribute {
        key: "user.id",
        value: "plucky_koala",
    }
    // #endregion
}

/// The filter expression by which X-Ray finds exactly the traces in which a dependency throttled the back end.
pub fn throttled() -> &'static str {
    // #region step 4
    // Not `throttle` alone: the back end throttles some callers itself.
    r#"service("search.quota.example") { throttle }"#
    // #endregion
}

/// The Logs Insights query that tells how many searches fell back to the database in each minute:
/// a row for each minute that has any, with the columns `minute` and `fallbacks`.
pub fn fallbacks_per_minute() -> &'static str {
    // #region step 5
    // The message is the same each time, and no other event has it; level and status are shared with others.
    "filter message = \"search throttled, falling back to the database\"
    | stats count(*) as fallbacks by bin(1m) as minute"
    // #endregion
}

/// The one home feed that met all three: its trace, its segment, and the ID that its log events share.
pub fn all_three() -> Request {
    // #region step 6
    // Found by `service("search.quota.example") { throttle } AND user = "plucky_koala"`, among the few traces of that user.
    Request {
        trace: "69b2ce5c8da1b3ec3364b2b687e116de",
        segment: "50452882eb36bdc1",
        request_id: "961d20c2-3545-43bf-beda-4d46d1b1676e",
    }
    // #endregion
}
