//! Serving on a socket: which URI layers see, whom they see, and that the end comes in time.

use std::future::{Future, pending, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::Uri;
use axum::middleware::map_request;
use axum::routing::get;
use cruddur::ListenError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

/// Far longer than anything here takes.
const DEADLINE: Duration = Duration::from_secs(20);

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = cruddur::listen(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(DEADLINE, future)
        .await
        .expect("it ends before the deadline")
}

/// What the server writes until it closes the connection.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the request is written");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("the answer is text");
    answer
}

#[tokio::test]
async fn layers_see_the_target_uri_and_the_peer() {
    #[derive(Clone)]
    struct Seen(Uri, SocketAddr);
    async fn note(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request) -> Request {
        let seen = Seen(request.uri().clone(), peer);
        request.extensions_mut().insert(seen);
        request
    }
    async fn show(request: Request) -> String {
        let Seen(uri, peer) = request.extensions().get().expect("the layer ran");
        format!("{uri} from {}", peer.ip())
    }
    let app = Router::new()
        .route("/a/{b}", get(show))
        .layer(map_request(note));
    let (listener, address) = listener().await;
    tokio::spawn(cruddur::serve(listener, app, pending()));
    for (target, host, expected) in [
        (
            "/a/b?c=d",
            "localhost:4567",
            "http://localhost:4567/a/b?c=d",
        ),
        ("/a/%2F", "[::1]:80", "http://[::1]:80/a/%2F"),
        ("http://proxied:1/a/b", "localhost", "http://proxied:1/a/b"),
        ("/a/b", "not a host", "/a/b"),
        ("/a/b", "user@localhost", "/a/b"),
        ("/a/b", "", "/a/b"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = in_time(exchange(address, &request)).await;
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        assert_eq!(
            body,
            format!("{expected} from 127.0.0.1"),
            "{target} {host}"
        );
    }
}

#[tokio::test]
async fn a_request_in_flight_is_answered_after_the_shutdown_began() {
    let (arrived, may_answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&arrived), Arc::clone(&may_answer));
    let slow = get(async move || {
        tell.notify_one();
        wait.notified().await;
        "at last"
    });
    let (listener, address) = listener().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = Router::new().route("/", slow);
    let server = tokio::spawn(cruddur::serve(listener, app, async { drop(stopped.await) }));
    let client = tokio::spawn(exchange(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    in_time(arrived.notified()).await;
    stop.send(()).expect("the server waits");
    may_answer.notify_one();
    assert!(
        in_time(client)
            .await
            .expect("no panic")
            .ends_with("at last")
    );
    in_time(server)
        .await
        .expect("no panic")
        .expect("no failure");
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_up_the_end() {
    let arrived = Arc::new(Notify::new());
    let tell = Arc::clone(&arrived);
    let stuck = get(async move || {
        tell.notify_one();
        pending::<()>().await;
    });
    let (listener, address) = listener().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = Router::new().route("/", stuck);
    let server = tokio::spawn(cruddur::serve(listener, app, async { drop(stopped.await) }));
    let _client = tokio::spawn(exchange(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    in_time(arrived.notified()).await;
    stop.send(()).expect("the server waits");
    in_time(server)
        .await
        .expect("no panic")
        .expect("no failure");
}

#[tokio::test]
async fn a_port_in_use_and_an_address_of_another_machine_say_what_to_do() {
    let (listener, address) = listener().await;
    let error = cruddur::listen(address)
        .await
        .expect_err("the port is in use");
    assert!(matches!(error, ListenError::InUse(taken) if taken == address));
    assert_eq!(
        error.to_string(),
        format!(
            "port {} is in use: end the program that has it, or set PORT to another one (0 takes any)",
            address.port()
        )
    );
    drop(listener);

    let elsewhere = SocketAddr::from(([192, 0, 2, 1], 0)); // reserved for documentation
    let error = cruddur::listen(elsewhere)
        .await
        .expect_err("not ours")
        .to_string();
    assert!(
        error.starts_with("cannot listen on 192.0.2.1:0: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_shutdown_that_has_come_already_ends_at_once() {
    let (listener, _) = listener().await;
    in_time(cruddur::serve(listener, Router::new(), ready(())))
        .await
        .expect("no failure");
}
