//! Whatever bytes arrive, the answer is a success or a refusal, and the next request is served.

use prost::Message;

use crate::{running::Running, spans};

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[tokio::test]
async fn no_bytes_do_harm() {
    let observatory = Running::start().await;
    let protobuf = spans::everything().encode_to_vec();
    let json = include_bytes!("../recorded/javascript.json").to_vec();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let mut taken = 0;
    for round in 0..600 {
        let (content_type, whole) = match round % 2 {
            0 => ("application/x-protobuf", &protobuf),
            _ => ("application/json", &json),
        };
        let mut body = whole.clone();
        match round / 2 % 3 {
            0 => body.truncate(numbers.below(body.len())),
            1 => {
                for _ in 0..=numbers.below(4) {
                    let place = numbers.below(body.len());
                    body[place] = numbers.next() as u8;
                }
            }
            _ => {
                body = (0..numbers.below(300))
                    .map(|_| numbers.next() as u8)
                    .collect()
            }
        }
        let encoding = ["identity", "gzip", "deflate", "zstd"]
            [if round % 7 == 0 { numbers.below(4) } else { 0 }];
        let response = observatory
            .post(
                &[
                    ("content-type", content_type),
                    ("content-encoding", encoding),
                ],
                body,
            )
            .await;
        let status = response.status().as_u16();
        assert!(matches!(status, 200 | 400), "round {round}: {status}");
        taken += usize::from(status == 200);
    }
    assert!(
        (1..600).contains(&taken),
        "{taken} taken: the bodies are all good or all bad"
    );
    // Whatever was stored can be read and the store goes on.
    observatory
        .send(spans::request("after", vec![spans::span(77, 1, "after")]))
        .await;
    let (status, services) = observatory.get("/api/v3/services").await;
    assert_eq!(status, 200);
    assert!(
        services["services"]
            .as_array()
            .unwrap()
            .contains(&"after".into())
    );
    let query = observatory::model::TraceQuery {
        limit: 1_000,
        ..Default::default()
    };
    for trace in observatory.state.store.traces(&query).await.unwrap().traces {
        let (status, _) = observatory
            .get(&format!("/api/v3/traces/{}", trace.trace_id))
            .await;
        assert_eq!(status, 200);
    }
}
