//! Servers of the test's own, on loopback, that answer well, badly or not at all.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use stun_types::attribute::{
    AttributeType, ErrorCode, Nonce, Realm, Username, XorMappedAddress, XorSocketAddr,
};
use stun_types::message::{
    IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageIntegrityCredentials,
    MessageWrite as _, MessageWriteExt as _, MessageWriteVec,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tt_rtc_server::listen::{Listen, Tls};

use super::*;

const RELAYED: &str = "203.0.113.5:50000";
const CREDENTIALS: Option<Credentials<'_>> =
    Some(Credentials { username: "alice", credential: "secret" });
const LIMIT: Duration = Duration::from_millis(1_500);

/// Serves UDP with what `reply` makes of a message.
async fn udp(mut reply: impl FnMut(&[u8], SocketAddr) -> Vec<Vec<u8>> + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut bytes = [0; 2048];
        loop {
            let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
            for answer in reply(&bytes[..length], from) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    port
}

/// Serves TCP: reads something, answers with these bytes and ends the connection or not.
async fn tcp(answer: Vec<u8>, ends: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 2048]).await;
        let _ = stream.write_all(&answer).await;
        if !ends {
            std::future::pending::<()>().await;
        }
    });
    port
}

/// The TURN server of one user. Notes the lifetimes that it is asked for.
struct Turn {
    password: &'static str,
    lifetimes: Arc<Mutex<Vec<Option<Vec<u8>>>>>,
}

impl Turn {
    fn reply(&self, bytes: &[u8], from: SocketAddr) -> Vec<u8> {
        let request = Message::from_bytes(bytes).unwrap();
        let user = request.attribute::<Username>().ok();
        let key: MessageIntegrityCredentials =
            LongTermKeyCredentials::new("alice".into(), self.password.into(), "here".into()).into();
        if user.is_none() || request.validate_integrity(&key).is_err() {
            return refuse(&request, 401, "Unauthorized");
        }
        let lifetime = request.raw_attribute(AttributeType::new(0x000d));
        let lifetime = lifetime.map(|raw| raw.value.to_vec());
        self.lifetimes.lock().unwrap().push(lifetime);
        let mut answer = Message::builder_success(&request, MessageWriteVec::new());
        let id = request.transaction_id();
        let relayed = XorSocketAddr::new(RELAYED.parse().unwrap(), id);
        answer.add_attribute(&relayed.to_raw(AttributeType::new(0x0016))).unwrap();
        answer.add_attribute(&XorMappedAddress::new(from, id)).unwrap();
        answer.add_message_integrity(&key, IntegrityAlgorithm::Sha1).unwrap();
        answer.finish()
    }
}

fn refuse(request: &Message<'_>, code: u16, reason: &str) -> Vec<u8> {
    let mut answer = Message::builder_error(request, MessageWriteVec::new());
    answer.add_attribute(&ErrorCode::new(code, reason).unwrap()).unwrap();
    answer.add_attribute(&Realm::new("here").unwrap()).unwrap();
    answer.add_attribute(&Nonce::new("once").unwrap()).unwrap();
    answer.finish()
}

fn binding(bytes: &[u8], from: SocketAddr) -> Vec<u8> {
    let request = Message::from_bytes(bytes).unwrap();
    let mut answer = Message::builder_success(&request, MessageWriteVec::new());
    answer.add_attribute(&XorMappedAddress::new(from, request.transaction_id())).unwrap();
    answer.finish()
}

async fn asked(url: &str) -> Finding {
    asked_with(url, CREDENTIALS, &tls().unwrap()).await
}

async fn asked_with(
    url: &str,
    credentials: Option<Credentials<'_>>,
    tls: &Arc<ClientConfig>,
) -> Finding {
    let start = Instant::now();
    let finding = ask(&url.parse().unwrap(), credentials, tls, LIMIT).await;
    assert!(start.elapsed() < LIMIT * 2, "{finding:?}");
    finding
}

#[tokio::test]
async fn a_stun_server_says_where_it_sees_this_machine() {
    let port = udp(|bytes, from| vec![binding(bytes, from)]).await;
    let finding = asked(&format!("stun:127.0.0.1:{port}")).await;
    assert_eq!(finding.status, Status::Ok, "{finding:?}");
    assert!(finding.found.contains("sees this machine at 127.0.0.1:"), "{finding:?}");
}

#[tokio::test]
async fn a_lost_request_is_sent_again() {
    let mut requests = 0;
    let port = udp(move |bytes, from| {
        requests += 1;
        if requests < 2 { vec![] } else { vec![binding(bytes, from)] }
    })
    .await;
    assert_eq!(asked(&format!("stun:127.0.0.1:{port}")).await.status, Status::Ok);
}

#[tokio::test]
async fn a_turn_server_relays_for_its_user_and_gets_the_address_back() {
    let lifetimes = Arc::new(Mutex::new(Vec::new()));
    let server = Turn { password: "secret", lifetimes: Arc::clone(&lifetimes) };
    let port = udp(move |bytes, from| vec![server.reply(bytes, from)]).await;
    let finding = asked(&format!("turn:127.0.0.1:{port}?transport=udp")).await;
    assert_eq!(finding.status, Status::Ok, "{finding:?}");
    assert!(finding.found.ends_with(&format!("relays from {RELAYED}")), "{finding:?}");
    assert_eq!(*lifetimes.lock().unwrap(), [None, Some(vec![0; 4])]);
}

#[tokio::test]
async fn wrong_credentials_are_told_and_what_may_be_wrong_with_them() {
    let server = Turn { password: "another", lifetimes: Arc::default() };
    let port = udp(move |bytes, from| vec![server.reply(bytes, from)]).await;
    let url = format!("turn:127.0.0.1:{port}");
    let finding = asked(&url).await;
    assert_eq!(finding.status, Status::Error);
    assert!(finding.found.contains("refuses the user name or the credential"), "{finding:?}");
    assert!(!format!("{finding:?}").contains("secret\""), "{finding:?}");
    let old = Credentials { username: "1000000000:alice", credential: "secret" };
    let finding = asked_with(&url, Some(old), &tls().unwrap()).await;
    assert!(finding.advice.unwrap().contains(" days ago: get new credentials"));
    let finding = asked_with(&url, None, &tls().unwrap()).await;
    assert_eq!(finding.status, Status::Warning);
    assert!(finding.advice.unwrap().contains("--username and --credential"));
}

#[tokio::test]
async fn refusals_are_told_in_words() {
    for (code, word) in [(403, "--denied-peer-ip"), (486, "--user-quota"), (508, "--total-quota")] {
        let port = udp(move |bytes, _| {
            vec![refuse(&Message::from_bytes(bytes).unwrap(), code, "No\u{1b}[2J\0\0")]
        })
        .await;
        let finding = asked(&format!("turn:127.0.0.1:{port}")).await;
        assert_eq!(finding.status, Status::Error);
        assert!(finding.found.starts_with(&format!("refuses with {code} No")), "{finding:?}");
        assert!(!finding.found.contains('\0'), "{finding:?}");
        assert!(finding.advice.unwrap().contains(word));
    }
}

#[tokio::test]
async fn a_server_without_end_of_nonces_is_given_up() {
    let mut first = true;
    let port = udp(move |bytes, _| {
        let code = if std::mem::take(&mut first) { 401 } else { 438 };
        vec![refuse(&Message::from_bytes(bytes).unwrap(), code, "Stale")]
    })
    .await;
    let finding = asked(&format!("turn:127.0.0.1:{port}")).await;
    assert!(finding.found.contains("one new nonce after another"), "{finding:?}");
}

#[tokio::test]
async fn an_answer_that_another_one_signed_is_none() {
    let port = udp(move |bytes, from| {
        let request = Message::from_bytes(bytes).unwrap();
        if request.attribute::<Username>().is_err() {
            return vec![refuse(&request, 401, "Unauthorized")];
        }
        vec![binding(bytes, from)]
    })
    .await;
    let finding = asked(&format!("turn:127.0.0.1:{port}")).await;
    assert!(finding.found.contains("not signed with the credential"), "{finding:?}");
}

#[tokio::test]
async fn a_server_that_relays_for_everybody_is_warned_of() {
    let port = udp(move |bytes, from| {
        let request = Message::from_bytes(bytes).unwrap();
        let mut answer = Message::builder_success(&request, MessageWriteVec::new());
        let id = request.transaction_id();
        let relayed = XorSocketAddr::new(RELAYED.parse().unwrap(), id);
        answer.add_attribute(&relayed.to_raw(AttributeType::new(0x0016))).unwrap();
        answer.add_attribute(&XorMappedAddress::new(from, id)).unwrap();
        vec![answer.finish()]
    })
    .await;
    let finding = asked(&format!("turn:127.0.0.1:{port}")).await;
    assert_eq!(finding.status, Status::Warning);
    assert!(finding.advice.unwrap().contains("relays for everybody"));
}

#[tokio::test]
async fn silence_is_told_when_the_time_is_over() {
    let port = udp(|_, _| vec![]).await;
    let finding = asked(&format!("turn:127.0.0.1:{port}")).await;
    assert_eq!(finding.status, Status::Error);
    assert!(finding.found.starts_with("no answer over UDP"), "{finding:?}");
    let port = tcp(vec![], false).await;
    let finding = asked(&format!("turn:127.0.0.1:{port}?transport=tcp")).await;
    assert!(finding.found.contains("takes the connection and does not answer"), "{finding:?}");
    let port = tcp(vec![], false).await;
    let finding = asked(&format!("turns:127.0.0.1:{port}")).await;
    assert!(finding.found.contains("does not speak TLS"), "{finding:?}");
}

#[tokio::test]
async fn nothing_at_the_port_is_told_at_once() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for transport in ["udp", "tcp"] {
        let finding = asked(&format!("turn:127.0.0.1:{port}?transport={transport}")).await;
        assert!(finding.found.starts_with("nothing listens to"), "{finding:?}");
    }
}

#[tokio::test]
async fn a_server_at_one_of_two_addresses_is_found() {
    // A machine without IPv6 has no second one.
    let Ok(socket) = UdpSocket::bind("[::1]:0").await else { return };
    let here = socket.local_addr().unwrap();
    let url: IceUrl = format!("stun:two.example:{}", here.port()).parse().unwrap();
    let addresses = [here, SocketAddr::new([127, 0, 0, 1].into(), here.port())];
    let asked = async || {
        let tls = tls().unwrap();
        ask_at(&url, addresses.into_iter(), None, &tls, LIMIT).await
    };
    drop(socket);
    let none = asked().await;
    assert_eq!(none.found.matches("nothing listens to UDP").count(), 2, "{none:?}");
    let socket = UdpSocket::bind(here).await.unwrap();
    tokio::spawn(async move {
        let mut bytes = [0; 2048];
        let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
        socket.send_to(&binding(&bytes[..length], from), from).await.unwrap();
    });
    let found = asked().await;
    assert_eq!(found.status, Status::Ok, "{found:?}");
    assert!(found.found.contains("at [::1]:"), "{found:?}");
    let nowhere = ask_at(&url, std::iter::empty(), None, &tls().unwrap(), LIMIT).await;
    assert!(nowhere.found.ends_with("has no address"), "{nowhere:?}");
}

#[tokio::test]
async fn garbage_is_told_in_a_sentence() {
    let port = udp(|_, _| vec![b"HTTP/1.1 400\r\n\r\n".to_vec(), vec![], vec![0xff; 1500]]).await;
    let finding = asked(&format!("stun:127.0.0.1:{port}")).await;
    assert!(finding.found.contains("something that is no answer"), "{finding:?}");
    let mut long = vec![0x01, 0x01, 0xff, 0xfc];
    long.extend([0x21, 0x12, 0xa4, 0x42]);
    long.extend([7; 12]);
    let cases = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), true, "something that is not STUN"),
        (long, false, "an answer that is too long"),
        (vec![1, 1], true, "ends the connection without an answer"),
        (b"SSH-2.0-OpenSSH".to_vec(), false, "does not answer"),
    ];
    for (answer, ends, words) in cases {
        let port = tcp(answer, ends).await;
        let finding = asked(&format!("turn:127.0.0.1:{port}?transport=tcp")).await;
        assert_eq!(finding.status, Status::Error);
        assert!(finding.found.contains(words), "{finding:?}");
    }
}

#[tokio::test]
async fn among_garbage_the_answer_is_found() {
    let port = udp(|bytes, from| {
        let other = Message::builder_request(stun_types::message::BINDING, MessageWriteVec::new());
        vec![vec![0; 9], binding(&other.finish(), from), binding(bytes, from)]
    })
    .await;
    assert_eq!(asked(&format!("stun:127.0.0.1:{port}")).await.status, Status::Ok);
}

#[tokio::test]
async fn the_certificate_of_a_turns_server_is_checked() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let tls = Tls::new(pem.as_bytes(), made.signing_key.serialize_pem().as_bytes()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // An HTTPS server: it shows the certificate and speaks no STUN.
    let listen = Listen { tls: Some(tls), ..Listen::default() };
    tokio::spawn(listen.serve(listener, axum::Router::new()));
    let finding = asked(&format!("turns:localhost:{port}")).await;
    assert!(finding.found.starts_with("no secure connection"), "{finding:?}");
    assert!(finding.advice.unwrap().contains("a certificate for localhost"));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let trusting = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let trusting = Arc::new(trusting);
    let finding = asked_with(&format!("turns:localhost:{port}"), CREDENTIALS, &trusting).await;
    assert!(!finding.found.contains("secure"), "{finding:?}");
    let finding = asked_with(&format!("turns:127.0.0.1:{port}"), CREDENTIALS, &trusting).await;
    assert!(finding.found.ends_with("the certificate is for other names"), "{finding:?}");
}

#[test]
fn a_relay_in_the_servers_own_network_is_wrong_for_a_server_outside() {
    let url: IceUrl = "turn:turn.example".parse().unwrap();
    let status = |server: &str, relayed: &str| {
        let reached = Reached {
            mapped: "203.0.113.9:5000".parse().unwrap(),
            relayed: Some(relayed.parse().unwrap()),
            round_trip: Duration::ZERO,
            open: false,
            software: None,
        };
        let finding = found(&url, "x".into(), Some(server.parse().unwrap()), &reached);
        (finding.status, finding.advice.is_some_and(|advice| advice.contains("--external-ip")))
    };
    assert_eq!(status("203.0.113.1:3478", "203.0.113.1:5000"), (Status::Ok, false));
    assert_eq!(status("203.0.113.1:3478", "10.0.0.5:5000"), (Status::Error, true));
    assert_eq!(status("192.168.1.2:3478", "192.168.1.2:5000"), (Status::Ok, false));
}

#[test]
fn addresses_are_those_that_a_browser_takes() {
    let parsed = |text: &str| {
        let url: IceUrl = text.parse().unwrap();
        (url.is_turn, url.transport, url.host, url.port)
    };
    let host = || "a.example".to_owned();
    assert_eq!(parsed("stun:a.example"), (false, Transport::Udp, host(), 3478));
    assert_eq!(parsed("turn:a.example:99"), (true, Transport::Udp, host(), 99));
    assert_eq!(parsed("TURN:a.example?transport=tcp"), (true, Transport::Tcp, host(), 3478));
    assert_eq!(parsed("turns:a.example?transport=tcp"), (true, Transport::Tls, host(), 5349));
    assert_eq!(parsed("stun:[::1]:7"), (false, Transport::Udp, "::1".into(), 7));
    assert_eq!(parsed("stun:[::1]"), (false, Transport::Udp, "::1".into(), 3478));
    for wrong in [
        "",
        "a.example",
        "http://a.example",
        "stun:",
        "stun://a.example",
        "stun:a.example:0",
        "stun:a.example:99999",
        "stun:a.example?transport=tcp",
        "turn:a.example?transport=sctp",
        "turns:a.example?transport=udp",
        "turn:me:pass@a.example",
        "stun:[::1",
        "stun:[::1]7",
        "stun:[a]",
        "stun:::1",
        "turn:a b",
    ] {
        assert!(wrong.parse::<IceUrl>().is_err(), "{wrong}");
    }
}
