//! Requests of pages, to a server that the test runs.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};
use base64ct::{Base64UrlUnpadded, Encoding};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::fixture::Fixture;

/// A server that says what it was sent, and misbehaves in some ways.
async fn upstream() -> SocketAddr {
    let echo = |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let body = String::from_utf8_lossy(&body).into_owned();
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        axum::Json(json!({
            "method": method.as_str(), "uri": uri.to_string(), "body": body,
            "x": header("x-page"), "host": header("host"), "origin": header("origin"),
            "agent": header("user-agent"), "referer": header("referer"),
        }))
    };
    let app = Router::new()
        .route("/echo", any(echo))
        .route("/bytes", get(|| async { [0_u8, 255, 10, 13].as_slice() }))
        .route(
            "/gone",
            get(|| async { (StatusCode::GONE, [("set-cookie", "a=1")], "it was here") }),
        )
        .route(
            "/login",
            get(|| async {
                let cookies = [
                    ("set-cookie", "a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT"),
                    ("set-cookie", "b=2"),
                    ("vary", "x"),
                    ("vary", "y"),
                ];
                axum::response::AppendHeaders(cookies)
            }),
        )
        .route("/moved", get(|| async { Redirect::temporary("/bytes") }))
        .route("/round", get(|| async { Redirect::temporary("/round").into_response() }))
        .route("/never", get(|| async { std::future::pending::<()>().await }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

pub(crate) fn asked(fixture: &Fixture, asked: &Value) -> RequestBuilder {
    let header = Base64UrlUnpadded::encode_string(asked.to_string().as_bytes());
    fixture.post("/proxy").header("x-tt-request", header)
}

/// What came of a request, and its body.
pub(crate) async fn answer(request: RequestBuilder) -> (Value, Vec<u8>) {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let told = Base64UrlUnpadded::decode_vec(answer.headers()["x-tt-response"].to_str().unwrap());
    let told = serde_json::from_slice(&told.unwrap()).unwrap();
    (told, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_request_goes_out_as_the_page_made_it() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let headers = json!({ "X-Page": "p", "Host": "elsewhere", "User-Agent": "phone", "content-length": "99" });
    let url = format!("http://{server}/echo?a=%E4%BD%A0&b");
    let request = json!({ "method": "put", "url": url, "headers": headers });
    let (told, body) = answer(asked(&fixture, &request).body("你好")).await;
    assert_eq!(told["status"], 200);
    assert_eq!(told["mocked"], false);
    assert_eq!(told["headers"]["content-type"], "application/json");
    let body: Value = serde_json::from_slice(&body).unwrap();
    let sent = json!({
        "method": "PUT", "uri": "/echo?a=%E4%BD%A0&b", "body": "你好", "x": "p",
        "host": server.to_string(), "origin": null, "agent": "phone", "referer": null,
    });
    assert_eq!(body, sent);
}

#[tokio::test]
async fn an_answer_comes_back_as_the_server_gave_it() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let get = |path: &str| json!({ "method": "GET", "url": format!("http://{server}{path}") });
    let (told, body) = answer(asked(&fixture, &get("/bytes"))).await;
    assert_eq!((told["status"].as_u64(), body), (Some(200), vec![0, 255, 10, 13]));
    let (told, body) = answer(asked(&fixture, &get("/gone"))).await;
    assert_eq!((told["status"].as_u64(), body), (Some(410), b"it was here".to_vec()));
    assert_eq!(told["headers"]["set-cookie"], "a=1");
    let (told, _) = answer(asked(&fixture, &get("/login"))).await;
    let cookies = json!(["a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "b=2"]);
    assert_eq!(told["headers"]["set-cookie"], cookies);
    assert_eq!(told["headers"]["vary"], "x, y");
    let (_, body) = answer(asked(&fixture, &get("/moved"))).await;
    assert_eq!(body, [0, 255, 10, 13]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_answered_in_words() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let error = async |request: Value| {
        let (told, body) = answer(asked(&fixture, &request)).await;
        assert_eq!((told["status"].as_u64(), body.len()), (Some(0), 0));
        told["error"].as_str().unwrap().to_owned()
    };
    let wrong = error(json!({ "method": "GET", "url": "file:///etc/passwd" })).await;
    assert!(wrong.contains("`file:///etc/passwd`"), "{wrong}");
    let wrong = error(json!({ "method": "GET", "url": "/relative" })).await;
    assert!(wrong.contains("`/relative`"), "{wrong}");
    let wrong = error(json!({ "method": "G T", "url": "http://127.0.0.1/" })).await;
    assert!(wrong.contains("`G T`"), "{wrong}");
    let wrong = error(json!({ "method": "GET", "url": "http://127.0.0.1:1/" })).await;
    assert!(wrong.starts_with("127.0.0.1: "), "{wrong}");
    let header = json!({ "method": "GET", "url": format!("http://{server}/echo"), "headers": { "名": "x" } });
    assert!(error(header).await.contains("`名`"));
    let header = json!({ "method": "GET", "url": format!("http://{server}/echo"), "headers": { "x": "a\nb" } });
    assert!(error(header).await.contains("`x`"));
    let never = json!({ "method": "GET", "url": format!("http://{server}/never"), "timeout": 20 });
    assert_eq!(error(never).await, "no answer within 20 ms");
    let round = json!({ "method": "GET", "url": format!("http://{server}/round") });
    assert!(error(round).await.contains("redirects"));
}

#[tokio::test]
async fn an_address_with_any_characters_reaches_its_server() {
    let (fixture, server) = (Fixture::new(&[]).await, upstream().await);
    let request =
        json!({ "method": "GET", "url": format!("http://{server}/echo?名=你 好&p=100%#end") });
    let (_, body) = answer(asked(&fixture, &request)).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["uri"], "/echo?%E5%90%8D=%E4%BD%A0%20%E5%A5%BD&p=100%");
}

#[tokio::test]
async fn only_the_servers_own_pages_may_use_the_proxy() {
    let fixture = Fixture::new(&[]).await;
    let request = json!({ "method": "GET", "url": "http://127.0.0.1:1/" });
    let status = async |name: &str, value: &str| {
        asked(&fixture, &request).header(name, value).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("origin", &fixture.url).await, 200);
    assert_eq!(status("origin", "https://evil.com").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(status("sec-fetch-site", "same-site").await, 403);
    assert_eq!(status("host", "evil.com").await, 421);
    // A page of another origin could not read the answer either, nor send the header unasked.
    let preflight = fixture.post("/proxy").header("origin", "https://evil.com");
    let answer = preflight.send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_request_without_its_header_is_a_bad_one() {
    let fixture = Fixture::new(&[]).await;
    for header in [None, Some("%%%"), Some("e30"), Some("bm8")] {
        let request = fixture.post("/proxy");
        let request = if let Some(header) = header {
            request.header("x-tt-request", header)
        } else {
            request
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 400, "{header:?}");
        assert!(answer.text().await.unwrap().contains("x-tt-request"));
    }
}
