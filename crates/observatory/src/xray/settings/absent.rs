//! What X-Ray has and the observatory has not: insights, and traces in CloudWatch Logs. Asked for, it says so.

use axum::{Router, routing::post};

use crate::{server::AppState, xray::error::XrayError};

const INSIGHTS: [(&str, &str); 4] = [
    ("/Insight", "GetInsight"),
    ("/InsightEvents", "GetInsightEvents"),
    ("/InsightImpactGraph", "GetInsightImpactGraph"),
    ("/InsightSummaries", "GetInsightSummaries"),
];

const TRANSACTION_SEARCH: [(&str, &str); 8] = [
    ("/CancelTraceRetrieval", "CancelTraceRetrieval"),
    ("/GetIndexingRules", "GetIndexingRules"),
    ("/GetRetrievedTracesGraph", "GetRetrievedTracesGraph"),
    ("/GetTraceSegmentDestination", "GetTraceSegmentDestination"),
    ("/ListRetrievedTraces", "ListRetrievedTraces"),
    ("/StartTraceRetrieval", "StartTraceRetrieval"),
    ("/UpdateIndexingRule", "UpdateIndexingRule"),
    (
        "/UpdateTraceSegmentDestination",
        "UpdateTraceSegmentDestination",
    ),
];

pub(crate) fn router() -> Router<AppState> {
    let insights = INSIGHTS.map(|(path, name)| (path, name, "insights"));
    let search = TRANSACTION_SEARCH.map(|(path, name)| (path, name, "Transaction Search"));
    let all = insights.into_iter().chain(search);
    all.fold(Router::new(), |router, (path, operation, feature)| {
        let refuse = move || async move {
            XrayError::InvalidRequest(format!(
                "{operation} is not available: the observatory has no {feature}; ask AWS X-Ray itself"
            ))
        };
        router.route(path, post(refuse))
    })
}
