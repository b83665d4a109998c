//! What the desk's origin has, what a phone's, and who may put which into a frame.

use reqwest::Response;

use crate::fixture::Fixture;

const DESKS: [&str; 3] = ["sim.localhost", "localhost", "127.0.0.1"];

async fn has(fixture: &Fixture, host: &str, path: &str) -> u16 {
    fixture.get_at(host, path).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_desk_and_its_phones_are_served_at_origins_of_their_own() {
    let fixture = Fixture::new(&[("app.js", "App({});")]).await;
    assert!(fixture.desk("/").await.text().await.unwrap().ends_with("the desk"));
    assert!(fixture.text("/phone/").await.ends_with("the phone"));
    for host in ["sim.localhost", "localhost", "127.0.0.1", "p1.sim.localhost", "p2.sim.localhost"]
    {
        for path in ["/pkg/slim.js", "/app/manifest.json", "/settings.json"] {
            assert_eq!(has(&fixture, host, path).await, 200, "{host} {path}");
        }
    }
    // A phone finds nothing of the desk at its origin, whatever its code asks for.
    for path in ["/index.html", "/main.js", "/desk/", "/desk/index.html"] {
        assert_eq!(has(&fixture, "p1.sim.localhost", path).await, 404, "{path}");
    }
    for path in ["/phone/index.html", "/phone/main.js", "/proxy", "/socket"] {
        assert_eq!(has(&fixture, "localhost", path).await, 404, "{path}");
    }
}

/// Where a request is sent to that names this host.
async fn moved(fixture: &Fixture, host: &str, path: &str) -> String {
    let answer = fixture.get_at(host, path).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 307, "{host}{path}");
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_opens_a_phone_or_the_desk_at_another_name_is_sent_to_its_own() {
    let fixture = Fixture::new(&[]).await;
    for (host, path, to) in [
        (
            "localhost:8090",
            "/phone/?id=2&user=a",
            "http://p2.sim.localhost:8090/phone/?id=2&user=a",
        ),
        ("127.0.0.1:8090", "/phone/?id=web1", "http://pweb1.sim.localhost:8090/phone/?id=web1"),
        ("127.0.0.1", "/phone/", "http://phone.sim.localhost/phone/"),
        ("127.0.0.1:1", "/phone/?id=", "http://phone.sim.localhost:1/phone/?id="),
        // What is no part of a name.
        ("127.0.0.1:1", "/phone/?id=a.b", "http://phone.sim.localhost:1/phone/?id=a.b"),
        ("127.0.0.1:1", "/phone/?id=A%0d%0ab", "http://phone.sim.localhost:1/phone/?id=A%0d%0ab"),
        ("[::1]:8090", "/?phones=3", "http://localhost:8090/?phones=3"),
        ("p1.sim.localhost:8090", "/", "/phone/"),
    ] {
        assert_eq!(moved(&fixture, host, path).await, to, "{host}{path}");
    }
}

#[tokio::test]
async fn every_answer_says_what_others_may_do_with_it() {
    let fixture = Fixture::new(&[]).await;
    let desk = fixture.url.trim_start_matches("http://");
    let phone = fixture.phone.trim_start_matches("http://");
    let port = desk.rsplit(':').next().unwrap();
    let by_itself = "frame-ancestors 'self'";
    let by_desks = DESKS.map(|name| format!(" http://{name}:{port}"));
    let by_desks = format!("{by_itself}{}", by_desks.concat());
    let paths = [
        "/",
        "/phone/",
        "/pkg/slim.js",
        "/app/manifest.json",
        "/settings.json",
        "/nothing",
        "/app/file/x",
    ];
    for (host, framed) in [(desk, by_itself), (phone, &by_desks)] {
        for path in paths {
            let answer = fixture.get_at(host, path).send().await.unwrap();
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
            assert!(header("content-security-policy").ends_with(framed), "{path}");
        }
    }
    let policy = async |host: &str, path: &str| {
        let answer = fixture.get_at(host, path).send().await.unwrap();
        answer.headers()["content-security-policy"].to_str().unwrap().to_owned()
    };
    let desks = policy(desk, "/").await;
    assert!(
        desks.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "),
        "{desks}"
    );
    // A mini-program shows images and films of any server.
    assert_eq!(policy(phone, "/phone/").await, by_desks);
    // Refusals too.
    let refused = fixture.get_at("evil.com", "/").send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 421);
    assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn a_page_of_another_origin_has_a_phone_in_a_frame_where_the_policy_lets_it_and_nothing_else()
{
    let fixture = Fixture::new(&[("app.js", "App({});"), ("a.png", "picture")]).await;
    let ask = async |host: &str, path: &str, mode: &str, what: &str| -> Response {
        let request = fixture.get_at(host, path).header("sec-fetch-site", "cross-site");
        let request = request.header("sec-fetch-mode", mode).header("sec-fetch-dest", what);
        request.send().await.unwrap()
    };
    let status = async |host: &str, path: &str, mode: &str, what: &str| {
        ask(host, path, mode, what).await.status().as_u16()
    };
    assert_eq!(status("p1.sim.localhost", "/phone/", "navigate", "iframe").await, 200);
    assert_eq!(status("p1.sim.localhost", "/phone/", "navigate", "document").await, 200);
    assert_eq!(status("localhost", "/", "navigate", "document").await, 200);
    for (host, path, mode, what) in [
        ("localhost", "/", "navigate", "iframe"),
        ("localhost", "/web/", "navigate", "iframe"),
        ("p1.sim.localhost", "/web/", "navigate", "iframe"),
        ("p1.sim.localhost", "/phone/", "no-cors", "script"),
        ("p1.sim.localhost", "/phone/", "cors", "empty"),
        ("p1.sim.localhost", "/app/file/a.png", "no-cors", "image"),
        ("p1.sim.localhost", "/app/module/app.js.js", "no-cors", "script"),
        ("p1.sim.localhost", "/settings.json", "cors", "empty"),
    ] {
        assert_eq!(status(host, path, mode, what).await, 403, "{host} {path} {mode} {what}");
    }
}
