//! One case for each cause that trees of log events have: the tree wanted, what stands in it instead, and what is said of it.

mod alike;
mod events;
mod places;

use crate::causes::Usual;

const HOME: &str = "\
log group cruddur
   retentionInDays = 14
└─ STREAM backend
   └─ INFO answered
      http.request.method = \"GET\"
      http.response.status_code = 200
      span_id = \"span 1\"
      trace_id = \"the request's\"
      url.path = \"/api/activities/home\"
      xray_trace_id = \"the request's\"
   └─ WARN profile unknown
      user.handle = \"nobody\"
";

#[track_caller]
fn check(changes: &[(&str, &str)], causes: &[&str], help: &str) {
    Usual(HOME).check(changes, causes, help);
}

#[track_caller]
fn check_tree(actual: &str, causes: &[&str], help: &str) {
    Usual(HOME).check_tree(actual, causes, help);
}
