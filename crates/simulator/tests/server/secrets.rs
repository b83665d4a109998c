//! What takes the secret that stands in the pages.

use reqwest::Method;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::http::Request;

use crate::fixture::{Fixture, secret};

/// The status and words of a refused WebSocket; nothing if it opens.
async fn refusal(request: Request<()>) -> Option<(u16, String)> {
    match connect_async(request).await {
        Ok(_) => None,
        Err(Error::Http(answer)) => {
            let words = answer.body().clone().unwrap_or_default();
            Some((answer.status().as_u16(), String::from_utf8(words).unwrap()))
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_has_effects_takes_the_secret_of_the_pages() {
    let fixture = Fixture::with(&[], |options, _| {
        options.app_keys = vec![("0123456789abcdef01234567".to_owned(), "key".to_owned())];
    })
    .await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let other = Fixture::new(&[]).await;
    let wrong = [
        String::new(),
        fixture.secret[1..].to_owned(),
        format!("{}0", fixture.secret),
        // That of another simulator, or of this one before it was started again.
        other.secret.clone(),
    ];
    let token = "/token?app=0123456789abcdef01234567&room=r&user=u";
    let (desk, phone) = (fixture.url.as_str(), fixture.phone.as_str());
    for wrong in &wrong {
        for (origin, path) in [
            (desk, "/app/events"),
            (desk, "/relay?phone=a"),
            (desk, "/rtc"),
            (desk, token),
            (phone, "/app/events"),
            (phone, "/relay?phone=a"),
            (phone, "/rtc"),
            (phone, "/proxy"),
            (phone, "/socket"),
        ] {
            let method = if path == "/proxy" { Method::POST } else { Method::GET };
            let request = client.request(method, format!("{desk}{path}"));
            let request = request.header("host", origin.trim_start_matches("http://"));
            let answer = request.header("x-tt-secret", wrong).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 403, "{path} with {wrong}");
            let words = answer.text().await.unwrap();
            assert!(words.contains("load the page again"), "{path}: {words}");
        }
        for path in ["/app/events", "/socket", "/relay?phone=a", "/rtc", "/rtc?phone=a"] {
            let request = fixture.socket_with(path, wrong);
            let (status, words) = refusal(request).await.expect("it opened");
            assert_eq!(status, 403, "{path} with {wrong}");
            assert!(words.contains("load the page again"), "{path}: {words}");
        }
    }
    assert_eq!(fixture.desk(token).await.status().as_u16(), 200);
    assert_eq!(fixture.status("/app/events").await, 200);
    // A request that is wrong in other ways.
    assert_eq!(fixture.post("/proxy").send().await.unwrap().status().as_u16(), 400);
    for path in ["/app/events", "/socket", "/relay?phone=a", "/rtc"] {
        assert_eq!(refusal(fixture.socket(path)).await, None, "{path}");
    }
}

#[tokio::test]
async fn what_a_phones_page_has_opens_nothing_of_the_desk() {
    let fixture = Fixture::with(&[], |options, _| {
        options.app_keys = vec![("0123456789abcdef01234567".to_owned(), "key".to_owned())];
    })
    .await;
    let desk = fixture.url.trim_start_matches("http://");
    for path in ["/token?app=0123456789abcdef01234567&room=r&user=u", "/app/events", "/rtc"] {
        let request = fixture.get_at(desk, path).header("x-tt-secret", &fixture.secret);
        assert_eq!(request.send().await.unwrap().status().as_u16(), 403, "{path}");
    }
    // Nor is it there at the phone's origin.
    assert_eq!(fixture.status("/token?app=0123456789abcdef01234567&room=r&user=u").await, 404);
}

#[tokio::test]
async fn each_process_has_secrets_of_its_own_one_for_the_desk_and_one_for_phones() {
    let place = r#"<!doctype html><meta name="tt-sim-secret" content=""><title>it</title>"#;
    let fixture = Fixture::with(&[], |_, other| {
        for name in ["desk", "phone", "web"] {
            crate::fixture::write(other, &format!("www/{name}/index.html"), place);
        }
    })
    .await;
    let of_desk = secret(&fixture.desk("/").await.text().await.unwrap());
    assert_ne!(of_desk, fixture.secret);
    let filled = |secret: &str| place.replace("content=\"", &format!("content=\"{secret}"));
    for path in ["/", "/index.html", "/?phones=2", "/web/"] {
        let answer = fixture.desk(path).await;
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(answer.text().await.unwrap(), filled(&of_desk), "{path}");
    }
    for path in ["/phone/", "/phone/index.html?id=1", "/web/"] {
        assert_eq!(fixture.text(path).await, filled(&fixture.secret), "{path}");
    }
    assert_ne!(Fixture::new(&[]).await.secret, fixture.secret);
}
