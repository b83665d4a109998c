//! STUN and TURN servers: whether they answer, and with what.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::stun::{Credentials, Failure, Reached, Talk, Wire};
use super::{Finding, Status, clip};
use crate::relay::is_near;
use crate::report::plural;

/// A server as `iceServers` of an `RTCPeerConnection` names it: RFC 7064 and RFC 7065.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IceUrl {
    /// As it was given.
    text: String,
    /// Whether it relays.
    is_turn: bool,
    transport: Transport,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Udp,
    Tcp,
    Tls,
}

impl FromStr for IceUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let form = "it takes stun:HOST, turn:HOST or turns:HOST, with :PORT and, after turn and turns, ?transport=udp or tcp";
        let (scheme, rest) = text.split_once(':').context(form)?;
        let (is_turn, is_tls) = match scheme.to_ascii_lowercase().as_str() {
            "stun" => (false, false),
            "stuns" => (false, true),
            "turn" => (true, false),
            "turns" => (true, true),
            _ => bail!(form),
        };
        let (place, query) = rest.split_once('?').map_or((rest, None), |(a, b)| (a, Some(b)));
        let transport = match (query, is_tls) {
            (None, false) => Transport::Udp,
            (Some("transport=udp"), false) if is_turn => Transport::Udp,
            (Some("transport=tcp"), false) if is_turn => Transport::Tcp,
            (None, true) => Transport::Tls,
            (Some("transport=tcp"), true) if is_turn => Transport::Tls,
            (Some("transport=udp"), true) => bail!("browsers reach turns: servers over TCP only"),
            _ => bail!(form),
        };
        if place.contains('@') {
            bail!("credentials are given with --username and --credential");
        }
        let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':').filter(|_| !port.is_empty())),
            None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
        };
        let is_bracketed = place.starts_with('[');
        let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_valid = if is_bracketed {
            host.parse::<std::net::Ipv6Addr>().is_ok() && (place.ends_with(']') || port.is_some())
        } else {
            !host.is_empty() && host.chars().all(is_host)
        };
        if !is_valid {
            bail!(form);
        }
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0).context(form)?,
            None if is_tls => 5349,
            None => 3478,
        };
        Ok(Self { text: text.to_owned(), is_turn, transport, host: host.to_owned(), port })
    }
}

impl Transport {
    const fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// The TLS of `turns:` servers: their certificates are checked as browsers check them.
pub(super) fn tls() -> Result<Arc<ClientConfig>> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let tls = tls.with_safe_default_protocol_versions()?.with_platform_verifier()?;
    Ok(Arc::new(tls.with_no_client_auth()))
}

/// How far a server was reached when the time was over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Resolving,
    Connecting,
    Securing,
    Asking,
}

/// What keeps a server from being reached, before it is asked.
enum Trouble {
    Resolve,
    NoAddress,
    Connect(io::Error),
    Secure(io::Error),
    Time(Stage),
    Ask(Failure),
}

/// Asks one server, at each kind of address that it has, for at most `limit`.
pub(super) async fn ask(
    url: &IceUrl,
    credentials: Option<Credentials<'_>>,
    tls: &Arc<ClientConfig>,
    limit: Duration,
) -> Finding {
    let resolved = timeout(limit, lookup_host((url.host.as_str(), url.port))).await;
    match resolved {
        Err(_) => describe(url, None, Err(Trouble::Time(Stage::Resolving)), credentials),
        Ok(Err(_)) => describe(url, None, Err(Trouble::Resolve), credentials),
        Ok(Ok(addresses)) => ask_at(url, addresses, credentials, tls, limit).await,
    }
}

/// Asks a server at one of its addresses of each kind.
async fn ask_at(
    url: &IceUrl,
    addresses: impl Iterator<Item = SocketAddr>,
    credentials: Option<Credentials<'_>>,
    tls: &Arc<ClientConfig>,
    limit: Duration,
) -> Finding {
    let [first, second] = one_of_each_kind(addresses);
    let Some(first) = first else {
        return describe(url, None, Err(Trouble::NoAddress), credentials);
    };
    let of = |address| reach(url, address, credentials, tls, limit);
    let (one, two) = tokio::join!(of(first), async { Some(of(second?).await) });
    let one = describe(url, Some(first), one, credentials);
    let Some((second, two)) = second.zip(two) else { return one };
    let two = describe(url, Some(second), two, credentials);
    // A browser is content with one.
    match (one.status, two.status) {
        (Status::Error, Status::Error) => {
            Finding { found: format!("{}; {}", one.found, two.found), ..one }
        }
        (Status::Error, _) => two,
        _ => one,
    }
}

/// The first IPv4 address and the first IPv6 address, in this order.
fn one_of_each_kind(addresses: impl Iterator<Item = SocketAddr>) -> [Option<SocketAddr>; 2] {
    let (mut v4, mut v6) = (None, None);
    for address in addresses {
        let slot = if address.is_ipv4() { &mut v4 } else { &mut v6 };
        slot.get_or_insert(address);
    }
    if v4.is_some() { [v4, v6] } else { [v6, None] }
}

async fn reach(
    url: &IceUrl,
    address: SocketAddr,
    credentials: Option<Credentials<'_>>,
    tls: &Arc<ClientConfig>,
    limit: Duration,
) -> Result<Reached, Trouble> {
    let (mut stage, mut strange) = (Stage::Connecting, false);
    let talk = async {
        let mut wire = connect(url, address, tls, &mut stage).await?;
        stage = Stage::Asking;
        let talk = Talk::new(&mut wire, &mut strange);
        let reached =
            if url.is_turn { talk.allocation(credentials).await } else { talk.binding().await };
        reached.map_err(Trouble::Ask)
    };
    match timeout(limit, talk).await {
        Ok(result) => result,
        Err(_) if strange => Err(Trouble::Ask(Failure::Odd("something that is no answer"))),
        Err(_) => Err(Trouble::Time(stage)),
    }
}

async fn connect(
    url: &IceUrl,
    address: SocketAddr,
    tls: &Arc<ClientConfig>,
    stage: &mut Stage,
) -> Result<Wire, Trouble> {
    if url.transport == Transport::Udp {
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await.map_err(Trouble::Connect)?;
        socket.connect(address).await.map_err(Trouble::Connect)?;
        return Ok(Wire::Udp(socket));
    }
    let stream = TcpStream::connect(address).await.map_err(Trouble::Connect)?;
    if url.transport == Transport::Tcp {
        return Ok(Wire::Stream(Box::new(stream)));
    }
    *stage = Stage::Securing;
    let invalid = |error| Trouble::Secure(io::Error::other(error));
    let name = ServerName::try_from(url.host.clone()).map_err(invalid)?;
    let stream = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await;
    Ok(Wire::Stream(Box::new(stream.map_err(Trouble::Secure)?)))
}

/// What was found, in words.
fn describe(
    url: &IceUrl,
    address: Option<SocketAddr>,
    result: Result<Reached, Trouble>,
    credentials: Option<Credentials<'_>>,
) -> Finding {
    let name = clip(&url.text);
    match result {
        Ok(reached) => found(url, name, address, &reached),
        Err(trouble) => {
            let (found, advice) = blame(url, address, &trouble, credentials);
            match trouble {
                Trouble::Ask(Failure::NeedsCredentials { .. }) => {
                    Finding::warning(name, found, advice)
                }
                _ => Finding::error(name, found, advice),
            }
        }
    }
}

fn found(url: &IceUrl, name: String, address: Option<SocketAddr>, reached: &Reached) -> Finding {
    let Reached { mapped, relayed, round_trip, open, software } = reached;
    let software = software.as_ref().map_or_else(String::new, |name| format!(" ({})", clip(name)));
    let times = format!("answers in {}{software}", milliseconds(*round_trip));
    let Some(relayed) = relayed else {
        return Finding::ok(name, format!("{times} and sees this machine at {mapped}"));
    };
    let found = format!("{times}, sees this machine at {mapped} and relays from {relayed}");
    if *open {
        let advice = "The server relays for everybody, without credentials: set a user or a shared secret (coturn: --lt-cred-mech or --use-auth-secret).";
        return Finding::warning(name, found, advice);
    }
    let is_outside = |ip: IpAddr| !is_near(ip) && !ip.is_loopback() && !ip.is_unspecified();
    let server = address.map(|address| address.ip().to_canonical());
    if server.is_some_and(is_outside) && !is_outside(relayed.ip().to_canonical()) {
        let advice = format!(
            "{} is an address of the server's own network, which others cannot reach: tell the server its public one (coturn: --external-ip).",
            relayed.ip()
        );
        return Finding::error(name, found, advice);
    }
    debug_assert!(url.is_turn);
    Finding::ok(name, found)
}

/// What went wrong, and what to do.
fn blame(
    url: &IceUrl,
    address: Option<SocketAddr>,
    trouble: &Trouble,
    credentials: Option<Credentials<'_>>,
) -> (String, String) {
    let kind = url.transport.name();
    let at = address.map_or_else(String::new, |address| format!(" at {address}"));
    let firewall = format!(
        "See that the server runs, listens to {kind} at port {}, and that no firewall on the way blocks that.",
        url.port
    );
    let spelling =
        "See how the name is spelled, and whether this machine is in the network that knows it.";
    let none = "no answer";
    let (found, advice) = match trouble {
        Trouble::Resolve => (format!("the name {} is not known", url.host), spelling.into()),
        Trouble::NoAddress => (format!("the name {} has no address", url.host), spelling.into()),
        Trouble::Time(Stage::Resolving) => (
            format!("the name {} could not be looked up in time", url.host),
            "See whether this machine is in a network and its DNS server answers.".into(),
        ),
        Trouble::Connect(error) | Trouble::Ask(Failure::Io(error)) if is_away(error) => (
            format!("there is no way from this machine to {}", shown(address)),
            "See whether this machine is in a network that reaches the server.".into(),
        ),
        Trouble::Connect(error) | Trouble::Ask(Failure::Io(error))
            if error.kind() == io::ErrorKind::ConnectionRefused =>
        {
            (format!("nothing listens to {kind}{at}"), firewall)
        }
        Trouble::Connect(error) | Trouble::Ask(Failure::Io(error)) => {
            (format!("{none}{at}: {}", clip(&error.to_string())), firewall)
        }
        Trouble::Secure(error) => (
            format!("no secure connection{at}: {}", insecure(error)),
            format!(
                "The server needs a certificate for {} that browsers trust, and has to speak TLS at port {}.",
                url.host, url.port
            ),
        ),
        Trouble::Time(Stage::Asking) if url.transport != Transport::Udp => (
            format!("{at} takes the connection and does not answer", at = shown(address)),
            format!("See that it is a STUN or TURN server that listens at port {}.", url.port),
        ),
        Trouble::Time(Stage::Securing) => (
            format!("{} takes the connection and does not speak TLS", shown(address)),
            format!("See that the server speaks TLS at port {}.", url.port),
        ),
        Trouble::Time(_) => (format!("{none} over {kind}{at} in time"), firewall),
        Trouble::Ask(failure) => refused(url, failure, at, credentials),
    };
    (found, advice)
}

/// Why TLS fails.
fn insecure(error: &io::Error) -> String {
    use rustls::CertificateError as Certificate;

    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => match error {
            Certificate::Expired | Certificate::ExpiredContext { .. } => {
                "the certificate has expired".into()
            }
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                "the certificate is not valid yet".into()
            }
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "the certificate is for other names".into()
            }
            Certificate::UnknownIssuer => {
                "the certificate is from an issuer that this system does not trust".into()
            }
            // Self-signed ones come to this.
            _ => "the certificate is not trusted".into(),
        },
        Some(rustls::Error::InvalidMessage(_)) => "the server does not speak TLS".into(),
        _ => clip(&error.to_string()),
    }
}

fn refused(
    url: &IceUrl,
    failure: &Failure,
    at: String,
    credentials: Option<Credentials<'_>>,
) -> (String, String) {
    match failure {
        // Those are told above.
        Failure::Io(error) => (clip(&error.to_string()), String::new()),
        Failure::Closed => (
            format!("the server{at} ends the connection without an answer"),
            format!("See that it is a STUN or TURN server that listens at port {}.", url.port),
        ),
        Failure::Odd(what) => (
            format!("the server{at} answers with {what}"),
            format!("See that it is a STUN or TURN server that listens at port {}.", url.port),
        ),
        Failure::NeedsCredentials { round_trip } => (
            format!("answers in {} and asks for credentials", milliseconds(*round_trip)),
            "Name them with --username and --credential, as in iceServers, to see whether it relays."
                .into(),
        ),
        Failure::WrongCredentials => (
            "refuses the user name or the credential (401)".into(),
            match credentials.and_then(|credentials| expired(credentials.username)) {
                Some(ago) => format!(
                    "The user name says that it ended {ago} ago: get new credentials."
                ),
                None => "See that both are those of the server; with a shared secret, that this is the same on both sides and the clocks agree.".into(),
            },
        ),
        Failure::Refused { code, reason } => {
            let reason = clip(reason);
            (format!("refuses with {code} {reason}"), advice_of(*code).into())
        }
        Failure::Elsewhere(other) => (
            format!("sends its clients to another server, {other}"),
            "Name that one in iceServers.".into(),
        ),
        Failure::TooLong => (
            "the user name is too long for TURN".into(),
            "It may have 508 bytes at most.".into(),
        ),
    }
}

/// What the numbers of RFC 8489 and RFC 8656 ask for.
const fn advice_of(code: u16) -> &'static str {
    match code {
        400 => {
            "The server does not understand a plain request: see that it is a current TURN server."
        }
        401 | 441 => "A STUN server should ask for no credentials: see the settings of the server.",
        403 => {
            "The server forbids this user or this address: see its rules (coturn: --denied-peer-ip, --allowed-peer-ip, quotas of users)."
        }
        420 => "The server does not know an attribute that browsers send: it needs an update.",
        440 => {
            "The server has no relay for addresses of this kind (IPv4 or IPv6): see its settings."
        }
        442 => "The server does not relay UDP, which calls need: see its settings.",
        486 => {
            "The user has as many allocations as allowed: end other calls, raise the limit (coturn: --user-quota), or name one server at a time here, where each takes one."
        }
        508 => {
            "The server has no port or bandwidth left: raise its limits (coturn: --total-quota, --min-port and --max-port)."
        }
        _ => "The log of the server says more.",
    }
}

/// How long ago credentials ended, if they did: the user name is `SECONDS:USER` (coturn's
/// `use-auth-secret`).
fn expired(username: &str) -> Option<String> {
    let digits = username.split(':').next()?;
    let time: u64 = digits.parse().ok().filter(|_| digits.len() >= 9)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let seconds = now.checked_sub(time).filter(|ago| *ago > 0)?;
    let counts = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) = counts.into_iter().find(|(unit, _)| seconds >= *unit)?;
    Some(plural(usize::try_from(seconds / unit).ok()?, name))
}

/// Whether there is no route.
fn is_away(error: &io::Error) -> bool {
    use io::ErrorKind::{AddrNotAvailable, HostUnreachable, NetworkDown, NetworkUnreachable};
    matches!(error.kind(), AddrNotAvailable | HostUnreachable | NetworkDown | NetworkUnreachable)
}

fn shown(address: Option<SocketAddr>) -> String {
    address.map_or_else(|| "the server".to_owned(), |address| address.to_string())
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis().max(1))
}

#[cfg(test)]
mod tests;
