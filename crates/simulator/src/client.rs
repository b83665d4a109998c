//! The HTTP client for requests of pages: the names of headers go out and come in as they are written.
//!
//! On a phone, a page sees the names that its server sent. hyper writes all names in lower case and
//! reads them so; therefore [`Spelled`], between hyper and the connection, writes the names of a
//! request as the page gave them and notes those of the response. Each request has a connection of
//! its own, so what is noted belongs to it.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode, Uri};
use cookie_store::{CookieStore, RawCookie};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tower::{Service, ServiceExt, service_fn};
use tower_http::decompression::Decompression;
use url::{Position, Url};

use crate::lan::is_own;
use crate::relay::is_near;

/// How often a server may send a request elsewhere.
const REDIRECTS: usize = 10;
/// The most headers of a response, and bytes of all of them.
const MOST_HEADERS: usize = 1000;
const LARGEST_HEAD: usize = 256 << 10;

/// Why there is no response.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// What is sent.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// How the names of the headers are written.
    pub(crate) names: Names,
    pub(crate) body: Bytes,
    /// Where cookies are kept, if they are. A request with cookies of its own gets none from there.
    pub(crate) jar: Option<Jar>,
    /// For whom it is sent.
    pub(crate) sender: Sender,
}

/// Whose page sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The developer's, which reaches what this machine reaches.
    Owner,
    /// A guest's on another machine. It reaches the internet only: this machine and the local networks
    /// trust the developer and not the guest.
    Guest,
}

impl Sender {
    /// Who is at this address.
    pub(crate) fn at(peer: IpAddr) -> Self {
        if is_own(peer) { Self::Owner } else { Self::Guest }
    }
}

/// The cookies of one phone.
pub(crate) type Jar = Arc<Mutex<CookieStore>>;

/// How the names of headers are written, by the names in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    pub(crate) fn insert(&mut self, name: &str) {
        self.0.entry(name.to_ascii_lowercase()).or_insert_with(|| name.to_owned());
    }

    /// How this name, given in lower case, is written. One that nobody wrote gets capitals.
    pub(crate) fn written(&self, name: &str) -> String {
        if let Some(written) = self.0.get(name) {
            return written.clone();
        }
        let mut begins = true;
        let capital = |c: char| {
            let written = if begins { c.to_ascii_uppercase() } else { c };
            begins = c == '-';
            written
        };
        name.chars().map(capital).collect()
    }

    /// The names in the head of a response, which interim responses may stand before.
    fn read(heard: &[u8]) -> Self {
        let text = String::from_utf8_lossy(heard);
        let mut names = Self::default();
        let mut interim = true;
        for line in text.lines() {
            if line.is_empty() && !interim {
                break;
            }
            if line.starts_with("HTTP/") {
                interim = line
                    .split(' ')
                    .nth(1)
                    .is_some_and(|status| status.starts_with('1') && status != "101");
            } else if let (false, Some((name, _))) = (interim, line.split_once(':')) {
                names.insert(name);
            }
        }
        names
    }

    /// The bytes of a request up to the end of its head, with the names as they are written.
    fn write(&self, request: &[u8]) -> Vec<u8> {
        const END: &[u8] = b"\r\n\r\n";
        let end = request.windows(END.len()).position(|bytes| bytes == END);
        let mut head = request.get(..end.unwrap_or_default()).unwrap_or_default().to_vec();
        let mut begins = 0;
        for (index, line) in request.split(|byte| *byte == b'\n').enumerate() {
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or_default();
            let name = line.get(..colon).and_then(|name| std::str::from_utf8(name).ok());
            let place = head.get_mut(begins..begins + colon);
            if let (true, Some(name), Some(place)) = (index > 0, name, place) {
                let written = self.written(name);
                if written.len() == place.len() {
                    place.copy_from_slice(written.as_bytes());
                }
            }
            begins += line.len() + 1;
            if begins >= head.len() {
                break;
            }
        }
        head
    }
}

/// Sends requests.
#[derive(Clone)]
pub(crate) struct Client {
    tls: TlsConnector,
    tcp: HttpConnector,
    /// A company's proxy servers.
    proxies: Arc<Matcher>,
    /// Where the simulator itself listens.
    own: Arc<RwLock<Vec<SocketAddr>>>,
}

impl Client {
    /// # Errors
    ///
    /// Where the system's certificates cannot be used.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let tls = tls.with_safe_default_protocol_versions()?.with_platform_verifier()?;
        let mut tls = tls.with_no_client_auth();
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let proxies = Arc::new(Matcher::from_system());
        Ok(Self { tls: Arc::new(tls).into(), tcp, proxies, own: Arc::default() })
    }

    /// No page is to reach the simulator at this address: it would be taken for one of its own.
    pub(crate) fn add_own(&self, address: SocketAddr) {
        self.own.write().unwrap_or_else(PoisonError::into_inner).push(address);
    }

    /// Sends a request wherever servers send it, and unpacks what comes back. How the names of its
    /// headers are written is among the response's extensions.
    pub(crate) async fn send(&self, mut outgoing: Outgoing) -> Result<Response<Body>, Error> {
        for _ in 0..=REDIRECTS {
            let unpacked = Decompression::new(service_fn(|request| self.exchange(request)));
            let response = unpacked.oneshot(request(&outgoing)?).await?;
            keep_cookies(&outgoing, response.headers());
            match redirection(&response, &outgoing.url)? {
                Some(url) => follow(&mut outgoing, response.status(), url),
                None => return Ok(response.map(Body::new)),
            }
        }
        Err(format!("more than {REDIRECTS} redirects").into())
    }

    /// Sends a request once; its address is absolute.
    pub(crate) async fn once(&self, outgoing: &Outgoing) -> Result<Response<Incoming>, Error> {
        let response = self.exchange(request(outgoing)?).await?;
        keep_cookies(outgoing, response.headers());
        Ok(response)
    }

    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Error> {
        let names = request.extensions_mut().remove().unwrap_or_default();
        let sender = request.extensions_mut().remove().unwrap_or(Sender::Guest);
        let (stream, absolute) = self.connect(&mut request, sender).await?;
        if !absolute {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            *request.uri_mut() = path.parse()?;
        }
        let heard = Arc::new(Mutex::new(Some(Vec::new())));
        let stream = Spelled { stream, names, head: Vec::new(), written: 0, heard: heard.clone() };
        let mut http = http1::Builder::new();
        http.max_headers(MOST_HEADERS).max_buf_size(LARGEST_HEAD);
        let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        // Ends with the response, or when nobody wants it any more.
        tokio::spawn(connection.with_upgrades());
        let mut response = sender.send_request(request).await?;
        let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        response.extensions_mut().insert(Names::read(&heard.unwrap_or_default()));
        Ok(response)
    }

    /// A connection to a server; and whether it leads to a proxy server, which wants whole addresses.
    async fn connect<B>(
        &self,
        request: &mut Request<B>,
        sender: Sender,
    ) -> Result<(Box<dyn Stream>, bool), Error> {
        let uri = request.uri().clone();
        let internet = match sender {
            Sender::Owner => None,
            Sender::Guest => Some(addresses_in_the_internet(&uri).await?),
        };
        let secure = uri.scheme_str() == Some("https");
        let proxy = if is_local(&uri) { None } else { self.proxies.intercept(&uri) };
        let mut tcp = self.tcp.clone();
        let stream = match &proxy {
            None => {
                // A guest's is not resolved again: the answer could be another one.
                let stream = match internet {
                    Some(addresses) => TcpStream::connect(&addresses[..]).await?,
                    None => tcp.call(uri.clone()).await?.into_inner(),
                };
                self.refuse_own(&stream)?;
                stream
            }
            Some(proxy) if secure => {
                let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
                if let Some(value) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(value.clone());
                }
                tunnel.call(uri.clone()).await?.into_inner()
            }
            Some(proxy) => {
                if let Some(value) = proxy.basic_auth() {
                    request.headers_mut().insert(header::PROXY_AUTHORIZATION, value.clone());
                }
                tcp.call(proxy.uri().clone()).await?.into_inner()
            }
        };
        if !secure {
            return Ok((Box::new(stream), proxy.is_some()));
        }
        let name = ServerName::try_from(bare(uri.host().unwrap_or_default()).to_owned())?;
        Ok((Box::new(self.tls.connect(name, stream).await?), false))
    }

    fn refuse_own(&self, stream: &TcpStream) -> Result<(), Error> {
        let (peer, from) = (stream.peer_addr()?, stream.local_addr()?.ip().to_canonical());
        let ip = peer.ip().to_canonical();
        let is_at = |own: &SocketAddr| {
            let everywhere = own.ip().is_unspecified() && (ip.is_loopback() || ip == from);
            peer.port() == own.port() && (everywhere || ip == own.ip().to_canonical())
        };
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        if own.iter().any(is_at) {
            return Err("this is the simulator itself, which no page can ask".into());
        }
        Ok(())
    }
}

/// `outgoing` as hyper takes it.
fn request(outgoing: &Outgoing) -> Result<Request<Full<Bytes>>, Error> {
    let Outgoing { method, url, headers, names, body, jar, sender } = outgoing;
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let uri: Uri = format!("{}://{host}{path}", url.scheme()).parse()?;
    let mut request = Request::new(Full::new(body.clone()));
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers.clone();
    request.headers_mut().insert(header::HOST, HeaderValue::from_str(host)?);
    request.headers_mut().entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    if let (Some(jar), false) = (jar, headers.contains_key(header::COOKIE)) {
        let jar = jar.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = jar.get_request_values(url).map(|(name, value)| format!("{name}={value}"));
        let kept: Vec<_> = kept.collect();
        if !kept.is_empty() {
            request.headers_mut().insert(header::COOKIE, kept.join("; ").parse()?);
        }
    }
    request.extensions_mut().insert(names.clone());
    request.extensions_mut().insert(*sender);
    Ok(request)
}

fn keep_cookies(outgoing: &Outgoing, headers: &HeaderMap) {
    let Some(jar) = &outgoing.jar else { return };
    let lines = headers.get_all(header::SET_COOKIE).into_iter();
    let cookies = lines.filter_map(|line| {
        RawCookie::parse(String::from_utf8_lossy(line.as_bytes()).into_owned()).ok()
    });
    let mut jar = jar.lock().unwrap_or_else(PoisonError::into_inner);
    jar.store_response_cookies(cookies, &outgoing.url);
}

/// Where a response sends its request.
fn redirection<B>(response: &Response<B>, from: &Url) -> Result<Option<Url>, Error> {
    let location = response.headers().get(header::LOCATION);
    let (301..=303 | 307 | 308, Some(location)) = (response.status().as_u16(), location) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let url = from.join(&location).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.map(Some)
        .ok_or_else(|| format!("it redirects to `{location}`, which cannot be asked").into())
}

/// Turns a request to where it was sent, as the Fetch Standard says.
fn follow(outgoing: &mut Outgoing, status: StatusCode, url: Url) {
    let is_get = outgoing.method == Method::GET || outgoing.method == Method::HEAD;
    let forgets = match status.as_u16() {
        301 | 302 => outgoing.method == Method::POST,
        303 => !is_get,
        _ => false,
    };
    if forgets {
        outgoing.method = Method::GET;
        outgoing.body = Bytes::new();
        for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE] {
            outgoing.headers.remove(name);
        }
    }
    if url.origin() != outgoing.url.origin() {
        for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
            outgoing.headers.remove(name);
        }
    }
    outgoing.url = url;
}

/// The addresses of a host, all of which have to be in the internet.
async fn addresses_in_the_internet(uri: &Uri) -> Result<Vec<SocketAddr>, Error> {
    let host = bare(uri.host().unwrap_or_default());
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    let addresses: Vec<_> = lookup_host((host, port)).await?.collect();
    if addresses.is_empty() {
        return Err("it has no address".into());
    }
    if addresses.iter().any(|address| !is_in_the_internet(address.ip())) {
        let told = "it is in the developer's network, which guests of a simulator do not reach";
        return Err(told.into());
    }
    Ok(addresses)
}

/// Whether an address is one of the internet (IANA, special-purpose address registries), and not one
/// of this machine.
fn is_in_the_internet(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let special = match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(address) => address.is_unspecified() || address.is_multicast(),
    };
    !special && !is_near(address) && !is_own(address)
}

/// Whether this is the machine itself, to which a company's proxy server does not lead.
fn is_local(uri: &Uri) -> bool {
    let host = bare(uri.host().unwrap_or_default());
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A host without the brackets of IPv6.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection for one request.
struct Spelled {
    stream: Box<dyn Stream>,
    /// How the names of the request are written.
    names: Names,
    /// The request's head as it goes out; of the same length as what hyper writes.
    head: Vec<u8>,
    /// How much of it went out.
    written: usize,
    /// What came in so far; `None` once the response's head is there.
    heard: Arc<Mutex<Option<Vec<u8>>>>,
}

impl AsyncRead for Spelled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(heard) = heard.as_mut().filter(|heard| heard.len() < 2 * LARGEST_HEAD) {
            heard.extend_from_slice(buffer.filled().get(before..).unwrap_or_default());
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Spelled {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, names, head, written, .. } = &mut *self;
        if *written == 0 {
            // hyper writes a head as a whole.
            *head = names.write(bytes);
        }
        let bytes = head.get(*written..).filter(|rest| !rest.is_empty()).unwrap_or(bytes);
        let count = ready!(Pin::new(stream).poll_write(context, bytes))?;
        *written += count;
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Sender, addresses_in_the_internet, is_in_the_internet};

    #[test]
    fn the_internet_is_neither_this_machine_nor_a_local_network() {
        for address in ["203.0.113.9", "8.8.8.8", "2606:4700::1111"] {
            assert!(is_in_the_internet(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_in_the_internet(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_in_the_internet() {
        for address in ["http://localhost:9999/", "http://127.1:80/", "https://[::1]/"] {
            let error = addresses_in_the_internet(&address.parse().unwrap()).await;
            assert!(error.is_err(), "{address}");
        }
    }

    #[test]
    fn who_is_on_this_machine_is_no_guest() {
        assert_eq!(Sender::at("127.0.0.1".parse().unwrap()), Sender::Owner);
        assert_eq!(Sender::at("::ffff:127.0.0.1".parse().unwrap()), Sender::Owner);
        assert_eq!(Sender::at("203.0.113.9".parse().unwrap()), Sender::Guest);
    }

    #[test]
    fn names_of_a_response_are_those_of_its_last_head() {
        let heard = b"HTTP/1.1 103 Early Hints\r\nLINK: a\r\n\r\nHTTP/1.1 200 OK\r\nETag: x\r\nX-request-ID: 1\r\n\r\nBODY: no";
        let names = Names::read(heard);
        assert_eq!(names.written("etag"), "ETag");
        assert_eq!(names.written("x-request-id"), "X-request-ID");
        assert_eq!((names.written("link"), names.written("body")), ("Link".into(), "Body".into()));
    }

    #[test]
    fn a_head_is_written_with_the_names_of_its_page() {
        let mut names = Names::default();
        names.insert("x-TOKEN");
        let head =
            names.write(b"POST /a:b HTTP/1.1\r\nx-token: a: b\r\nhost: h\r\n\r\nx-token: no");
        assert_eq!(head, b"POST /a:b HTTP/1.1\r\nx-TOKEN: a: b\r\nHost: h");
        assert_eq!(names.write(b"no head"), b"");
    }
}
