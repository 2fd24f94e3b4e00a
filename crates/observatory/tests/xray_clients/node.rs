//! aws-xray-sdk-core for Node.js: segments made by hand, a captured function and `http`, subsegments streamed beyond the
//! threshold, an exception.

use crate::{recorded::datagrams, running::Running};

const DATAGRAMS: &str = include_str!("../recorded/xray/node-sdk.datagrams");

const TRACES: &str = r#"
node-front, services node-front, node-back, node-front (client), n=2.5 (NumberValue), who="ann" (StringValue), user "ann", fault of node-front / work / 127.0.0.1 / bad "TypeError" "kaputt"
"#;

// `step0` to `step2` came by themselves within one millisecond, all the SDK knows, so their IDs order them.
const TREE: &str = r#"
node-front annotations {"who":"ann"} metadata {"default":{"m":{"a":1}}} user "ann"
  work annotations {"n":2.5}
    127.0.0.1 remote error
      bad fault "TypeError" "kaputt"
  step0
  step2
  step1
  step3
  step4
  step5
node-back error
"#;

const EDGES: &str = r#"
node-front (client) -> node-front: 1 of which 1 ok, 0 error, 0 fault
node-front -> node-back: 1 of which 0 ok, 1 error, 0 fault
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_services_are_one_trace() {
    let running = Running::start().await;
    running.send(&datagrams(DATAGRAMS), 5).await;
    assert_eq!(running.traces().await, TRACES[1..]);
    let trace = running
        .only("annotation.who = \"ann\" AND annotation.n = 2.5")
        .await;
    assert_eq!(running.tree(&trace).await, TREE[1..]);
    assert_eq!(running.edges().await, EDGES[1..]);
}
