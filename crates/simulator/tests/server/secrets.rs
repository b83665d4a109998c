//! What takes the secret that stands in the pages.

use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Error;

use crate::fixture::{Fixture, secret};

/// The status and words of a refused WebSocket; nothing if it opens.
async fn refusal(url: String) -> Option<(u16, String)> {
    match connect_async(url).await {
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
    for wrong in &wrong {
        for path in ["/app/events", token, "/proxy", "/socket", "/relay?phone=a", "/rtc"] {
            let url = format!("{}{path}", fixture.url);
            let request = if path == "/proxy" { client.post(&url) } else { client.get(&url) };
            let answer = request.header("x-tt-secret", wrong).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 403, "{path} with {wrong}");
            let words = answer.text().await.unwrap();
            assert!(words.contains("load the page again"), "{path}: {words}");
        }
        for path in ["/app/events", "/socket", "/relay?phone=a", "/rtc", "/rtc?phone=a"] {
            let and = if path.contains('?') { '&' } else { '?' };
            let url = format!("{}{path}{and}secret={wrong}", fixture.url.replace("http", "ws"));
            let (status, words) = refusal(url).await.expect("it opened");
            assert_eq!(status, 403, "{path} with {wrong}");
            assert!(words.contains("load the page again"), "{path}: {words}");
        }
    }
    assert_eq!(fixture.status(token).await, 200);
    assert_eq!(fixture.status("/app/events").await, 200);
    // A request that is wrong in other ways.
    assert_eq!(fixture.post("/proxy").send().await.unwrap().status().as_u16(), 400);
    for path in ["/app/events", "/socket", "/relay?phone=a", "/rtc"] {
        assert_eq!(refusal(fixture.socket(path)).await, None, "{path}");
    }
}

#[tokio::test]
async fn each_process_has_a_secret_of_its_own_and_all_its_pages_have_it() {
    let place = r#"<!doctype html><meta name="tt-sim-secret" content=""><title>it</title>"#;
    let fixture = Fixture::with(&[], |_, other| {
        for name in ["desk", "phone", "web"] {
            crate::fixture::write(other, &format!("www/{name}/index.html"), place);
        }
    })
    .await;
    let filled = place.replace("content=\"", &format!("content=\"{}", fixture.secret));
    for path in ["/", "/index.html", "/?phones=2", "/phone/", "/phone/index.html?id=1", "/web/"] {
        let answer = fixture.get(path).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        assert_eq!(answer.text().await.unwrap(), filled, "{path}");
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(secret(&client, &fixture.url).await, fixture.secret);
    assert_ne!(Fixture::new(&[]).await.secret, fixture.secret);
}
