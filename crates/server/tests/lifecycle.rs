//! The program `tt-rtc-server` from its start to its end: renewed certificates and upgrades.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use tt_rtc_server::CloseCode;

/// The time limit for every expected event. It is generous.
const SOON: Duration = Duration::from_secs(20);

/// A server process. Dropping it ends the process.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts a server and waits until it listens.
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tt-rtc-server"));
        command.args(["serve", "--operations=127.0.0.1:0"]).args(args);
        Self::of(command)
    }

    /// Starts a server with a socket of its service manager: it is file 3, and the variables name it
    /// (sd_listen_fds(3)).
    fn with_socket(listener: &std::net::TcpListener, args: &[&str]) -> Self {
        let mut command = Command::new("sh");
        let script = "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"";
        command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_tt-rtc-server")]);
        command.args(["serve", "--operations=127.0.0.1:0", "--listen=127.0.0.1:1"]).args(args);
        command.stdin(OwnedFd::from(listener.try_clone().unwrap()));
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut urls = lines.map_while(Result::ok).filter_map(|line| {
            let url = line.strip_prefix("Listening at ")?;
            Some(url.split_once("://")?.1.trim_end_matches('/').to_owned())
        });
        let address = urls.next().expect("it says where it listens").parse().unwrap();
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Waits until the process has ended by itself.
    async fn end(&mut self) {
        let ended = async {
            while self.child.try_wait().unwrap().is_none() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, ended).await.expect("it ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _: Result<(), _> = self.child.kill();
        let _: Result<_, _> = self.child.wait();
    }
}

type Socket = WebSocketStream<TcpStream>;

/// Connects and joins. `None` if the server refuses either.
async fn try_join(address: SocketAddr, room: usize, user: usize) -> Option<(Socket, Value)> {
    let stream = TcpSocket::new_v4().ok()?;
    if cfg!(target_os = "linux") {
        // All of the loopback network is there, so that many can come without being one client.
        let last = u8::try_from(room % 100).ok()?;
        stream.bind((Ipv4Addr::new(127, 0, 0, 2 + last), 0).into()).ok()?;
    }
    let stream = stream.connect(address).await.ok()?;
    let (mut socket, _) = client_async(format!("ws://{address}/"), stream).await.ok()?;
    let join = json!({ "join": {
        "version": 1, "app": "app", "room": format!("room-{room}"), "user": format!("user-{user}"),
        "secret": format!("{room:016x}{user:016x}"), "token": "",
        "presence": { "revision": 1, "visible": true, "sources": 3 },
    }});
    socket.send(Message::text(join.to_string())).await.ok()?;
    let Some(Ok(Message::Text(text))) = socket.next().await else { return None };
    let mut message: Value = serde_json::from_str(&text).unwrap();
    Some((socket, message.get_mut("welcome")?.take()))
}

/// Reads until the server closes the connection. Returns the code.
async fn closed_with(socket: &mut Socket) -> Option<u16> {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(frame) = message {
            return frame.map(|frame| frame.code.into());
        }
    }
    None
}

/// The rooms of an upgrade, and the members of each: together a few more than 1,000.
const ROOMS: usize = 334;
const MEMBERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_server_takes_over_from_the_old_one_and_no_join_is_refused() {
    rlimit::increase_nofile_limit(4_096).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let flags = ["--limits-joins-per-address=1000"];
    let mut old = Process::with_socket(&listener, &flags);
    let mut members = Vec::new();
    for room in 0..ROOMS {
        for user in 0..MEMBERS {
            members.push((room, user, try_join(address, room, user).await.unwrap().0));
        }
    }
    // Others join and leave all the time.
    let (going_on, joins) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let others = tokio::spawn({
        let (going_on, joins) = (Arc::clone(&going_on), Arc::clone(&joins));
        async move {
            while going_on.load(Ordering::Relaxed) {
                let user = joins.fetch_add(1, Ordering::Relaxed);
                let (mut socket, _) =
                    try_join(address, 1_000, user).await.expect("a join is refused");
                let _: Result<_, _> = socket.send(Message::text("\"leave\"")).await;
                sleep(Duration::from_millis(2)).await;
            }
        }
    });
    let new = Process::with_socket(&listener, &flags);
    old.signal("-TERM");
    let moved = members.into_iter().map(async |(room, user, mut socket)| {
        let code = timeout(SOON, closed_with(&mut socket)).await.expect("the old one closes");
        assert_eq!(code, Some(CloseCode::Restart.number()));
        try_join(address, room, user).await.expect("a return is refused")
    });
    let moved = join_all(moved).await;
    old.end().await;
    let before = joins.load(Ordering::Relaxed);
    let more = async {
        while joins.load(Ordering::Relaxed) < before + 20 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, more).await.expect("the new server is there");
    going_on.store(false, Ordering::Relaxed);
    others.await.unwrap();
    // All members of a room have met at the new server.
    let mut met = 0;
    for (room, user, _) in (0..ROOMS).flat_map(|room| (0..MEMBERS).map(move |it| (room, it, ()))) {
        let (_, welcome) = &moved[room * MEMBERS + user];
        met += welcome["members"].as_array().unwrap().len();
    }
    // The first one to come knows nobody, the second one the first, the third one both.
    assert_eq!(met, ROOMS * (1 + 2));
    drop(new);
}

#[tokio::test]
async fn a_new_server_may_listen_beside_the_old_one() {
    let mut old = Process::start(&["--listen=127.0.0.1:0", "--reuse-port"]);
    let address = old.address;
    let _new = Process::start(&[&format!("--listen={address}"), "--reuse-port"]);
    old.signal("-TERM");
    old.end().await;
    assert!(try_join(address, 1, 1).await.is_some());
}

#[tokio::test]
async fn a_socket_of_the_service_manager_outlives_the_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut first = Process::with_socket(&listener, &[]);
    assert_eq!(first.address, address);
    let (mut ann, _) = try_join(address, 1, 1).await.unwrap();
    first.signal("-TERM");
    assert_eq!(closed_with(&mut ann).await, Some(CloseCode::Restart.number()));
    first.end().await;
    // Nobody is refused while no server runs.
    let waiting = tokio::spawn(try_join(address, 1, 1));
    sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    let _second = Process::with_socket(&listener, &[]);
    assert!(timeout(SOON, waiting).await.unwrap().unwrap().is_some());
}

/// A certificate for `localhost`.
struct Certificate {
    chain: String,
    key: String,
    der: CertificateDer<'static>,
}

impl Certificate {
    fn new() -> Self {
        let it = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (chain, key) = (it.cert.pem(), it.signing_key.serialize_pem());
        Self { chain, key, der: it.cert.der().clone() }
    }
}

/// The certificate that a server shows.
async fn shown(address: SocketAddr, trusted: &[&Certificate]) -> CertificateDer<'static> {
    let mut roots = RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.der.clone()).unwrap();
    }
    let client = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(address).await.unwrap();
    let socket = TlsConnector::from(Arc::new(client)).connect(name, socket).await.unwrap();
    socket.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
}

#[tokio::test]
async fn sighup_renews_the_certificate_and_ends_nothing() {
    let folder = std::env::temp_dir().join(format!("tt-rtc-server-{}-tls", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (chain, key): (PathBuf, PathBuf) = (folder.join("chain.pem"), folder.join("key.pem"));
    let (old, new) = (Certificate::new(), Certificate::new());
    let put = |certificate: &Certificate| {
        fs::write(&chain, &certificate.chain).unwrap();
        fs::write(&key, &certificate.key).unwrap();
    };
    put(&old);
    let server = Process::start(&[
        "--listen=127.0.0.1:0",
        &format!("--tls-certificate={}", chain.display()),
        &format!("--tls-key={}", key.display()),
    ]);
    assert_eq!(shown(server.address, &[&old]).await, old.der);

    fs::write(&chain, "half of a certifi").unwrap();
    server.signal("-HUP");
    sleep(Duration::from_millis(100)).await;
    assert_eq!(shown(server.address, &[&old]).await, old.der, "it goes on with the one before");

    put(&new);
    server.signal("-HUP");
    let renewed = async {
        while shown(server.address, &[&old, &new]).await != new.der {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, renewed).await.expect("the new certificate is in use");
    fs::remove_dir_all(folder).unwrap();
}
