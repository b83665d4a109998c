//! Requests of pages, to a server that the test runs.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};
use base64ct::{Base64UrlUnpadded, Encoding};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

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

/// What came of a request, and its body, which came to its end.
pub(crate) async fn answer(request: RequestBuilder) -> (Value, Vec<u8>) {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let told = Base64UrlUnpadded::decode_vec(answer.headers()["x-tt-response"].to_str().unwrap());
    let told = serde_json::from_slice(&told.unwrap()).unwrap();
    let mut body = answer.bytes().await.unwrap().to_vec();
    assert_eq!(body.pop(), Some(0));
    (told, body)
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
    assert_eq!(status("origin", &fixture.phone).await, 200);
    assert_eq!(status("origin", "https://evil.com").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
    assert_eq!(status("sec-fetch-site", "same-site").await, 403);
    let elsewhere = HeaderMap::from_iter([(HOST, HeaderValue::from_static("evil.com"))]);
    let answer = asked(&fixture, &request).headers(elsewhere).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 421);
    // Another phone, and the desk.
    assert_eq!(status("origin", &fixture.phone.replace("p1", "p2")).await, 403);
    assert_eq!(status("origin", &fixture.url).await, 403);
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

/// A server that sends these bytes for each request and closes; what it was sent comes out.
async fn raw(answer: impl Into<Vec<u8>>) -> (SocketAddr, UnboundedReceiver<String>) {
    let (sent, heads) = unbounded_channel();
    let answer = answer.into();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let _ = sent.send(String::from_utf8(head).unwrap());
            let _ = stream.write_all(&answer).await;
        }
    });
    (address, heads)
}

#[tokio::test]
async fn names_of_headers_are_as_they_are_written() {
    let fixture = Fixture::new(&[]).await;
    let answer = "HTTP/1.1 103 Early Hints\r\nx-REQUEST-id: early\r\n\r\n\
                  HTTP/1.1 200 OK\r\nX-Request-ID: 7\r\nETag: \"e\"\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\
                  content-type: text/plain\r\nConnection: close\r\n\r\nX-Body: no";
    let (server, mut heads) = raw(answer).await;
    let headers = json!({ "X-appToken": "x", "authorization": "y" });
    let request =
        json!({ "method": "GET", "url": format!("http://{server}/a?b"), "headers": headers });
    let (told, body) = self::answer(asked(&fixture, &request)).await;
    let names: Vec<_> = told["headers"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["Connection", "ETag", "Set-Cookie", "X-Request-ID", "content-type"]);
    assert_eq!(told["headers"]["X-Request-ID"], "7");
    assert_eq!(told["headers"]["Set-Cookie"], json!(["a=1", "b=2"]));
    assert_eq!(body, b"X-Body: no");
    let head = heads.recv().await.unwrap();
    assert!(head.starts_with("GET /a?b HTTP/1.1\r\n"), "{head}");
    for line in ["X-appToken: x", "authorization: y", &format!("Host: {server}"), "Accept: */*"] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{line} in {head}");
    }
}

#[tokio::test]
async fn answers_without_a_body_and_packed_ones_arrive() {
    let fixture = Fixture::new(&[]).await;
    for (method, head, status) in [
        ("GET", "204 No Content\r\n\r\n", 204),
        ("GET", "304 Not Modified\r\nETag: x\r\nContent-Length: 9\r\n\r\n", 304),
        ("HEAD", "200 OK\r\nContent-Length: 9\r\nContent-Encoding: gzip\r\n\r\n", 200),
        ("GET", "200 OK\r\nContent-Length: 0\r\nContent-Encoding: gzip\r\n\r\n", 200),
    ] {
        let (server, _heads) = raw(format!("HTTP/1.1 {head}")).await;
        let request = json!({ "method": method, "url": format!("http://{server}/") });
        let (told, body) = answer(asked(&fixture, &request)).await;
        assert_eq!((told["status"].as_u64(), body.len()), (Some(status), 0), "{head}");
    }
    // `hi` as `gzip` packs it.
    let mut packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    packed.extend([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 203, 200, 4, 0, 172, 42, 147, 216, 2, 0, 0, 0]);
    let (server, mut heads) = raw(packed).await;
    let request = json!({ "method": "GET", "url": format!("http://{server}/") });
    assert_eq!(answer(asked(&fixture, &request)).await.1, b"hi");
    assert!(heads.recv().await.unwrap().contains("\r\nAccept-Encoding: gzip\r\n"));
}

#[tokio::test]
async fn what_is_no_answer_is_said_in_words() {
    let fixture = Fixture::new(&[]).await;
    let large = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(300 << 10));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(1001));
    let wide = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "\x07".repeat(100));
    for answered in ["", "SSH-2.0-OpenSSH\r\n", &large, &many, &wide] {
        let (server, _heads) = raw(answered).await;
        let request = json!({ "method": "GET", "url": format!("http://{server}/") });
        let (told, _) = answer(asked(&fixture, &request)).await;
        let error = told["error"].as_str().unwrap();
        assert!(error.len() > 20, "{error}");
    }
    for (location, error) in
        [("file:///etc/passwd", "file:///etc/passwd"), ("http://[", "http://[")]
    {
        let (server, _heads) =
            raw(format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n")).await;
        let request = json!({ "method": "GET", "url": format!("http://{server}/") });
        let (told, _) = answer(asked(&fixture, &request)).await;
        assert!(told["error"].as_str().unwrap().contains(error), "{told}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let fixture = Fixture::new(&[]).await;
    for head in
        ["Content-Length: 99\r\n\r\nshort", "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"]
    {
        let (server, _heads) = raw(format!("HTTP/1.1 200 OK\r\n{head}")).await;
        let request = json!({ "method": "GET", "url": format!("http://{server}/") });
        let answer = asked(&fixture, &request).send().await.unwrap();
        assert!(answer.headers().contains_key("x-tt-response"), "{head}");
        assert_eq!(answer.bytes().await.unwrap(), b"short\x01"[..], "{head}");
    }
}

#[tokio::test]
async fn a_redirect_turns_a_request_as_browsers_do() {
    let fixture = Fixture::new(&[]).await;
    let (other, mut heads) = raw("HTTP/1.1 200 OK\r\n\r\n").await;
    for (status, method, expected, keeps) in [
        ("301 Moved", "POST", "GET", false),
        ("302 Found", "PUT", "PUT", true),
        ("303 See Other", "DELETE", "GET", false),
        ("303 See Other", "HEAD", "HEAD", true),
        ("307 Temporary", "POST", "POST", true),
    ] {
        let (server, _heads) =
            raw(format!("HTTP/1.1 {status}\r\nLocation: http://{other}/b\r\n\r\n")).await;
        let headers =
            json!({ "Authorization": "secret", "Content-Type": "text/x", "X-Own": "own" });
        let request =
            json!({ "method": method, "url": format!("http://{server}/a"), "headers": headers });
        answer(asked(&fixture, &request)).await;
        let head = heads.recv().await.unwrap();
        assert!(head.starts_with(&format!("{expected} /b ")), "{status} {method}: {head}");
        assert_eq!(head.contains("text/x"), keeps, "{status} {method}: {head}");
        assert!(head.contains("X-Own: own") && !head.contains("secret"), "{head}");
    }
}

#[tokio::test]
async fn no_page_asks_the_simulator_itself() {
    let fixture = Fixture::new(&[]).await;
    let port = fixture.url.rsplit(':').next().unwrap();
    let (moved, _heads) =
        raw(format!("HTTP/1.1 302 Found\r\nLocation: {}/settings.json\r\n\r\n", fixture.url)).await;
    for url in [
        format!("{}/settings.json", fixture.url),
        format!("http://localhost:{port}/token"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://{moved}/"),
    ] {
        let (told, body) = answer(asked(&fixture, &json!({ "method": "GET", "url": url }))).await;
        assert!(told["error"].as_str().unwrap().contains("the simulator itself"), "{url}: {told}");
        assert!(body.is_empty());
    }
}
