//! Listening for HTTP/1.1, with or without TLS.
//!
//! It adds to `axum::serve`: limits of time and of sockets, TLS, and the PROXY protocol.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use governor::{DefaultKeyedRateLimiter, RateLimiter};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tracing::{debug, warn};

use crate::addresses::{Addresses, ConnectionPermit, counted_address};
use crate::admission::{CLEAN_UP_EVERY, quota};
use crate::config::Network;
use crate::meter::{Meter, Metered};
use crate::proxy_protocol;

/// The pause after `accept` has failed. The usual reason is too many open files, which lasts until a
/// socket is closed.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// How often the log says that there are too many sockets.
const FULL_AGAIN: Duration = Duration::from_secs(60);

/// The options of a listening socket.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The certificate. `None` means plain HTTP.
    pub tls: Option<Tls>,
    /// The time limit of the TLS handshake, and of receiving the headers of each request.
    pub within: Duration,
    /// The time limit of a socket that does not become a WebSocket: for its TLS handshake, its requests
    /// and the responses, however slowly the client reads them. `None` means no limit.
    pub in_all: Option<Duration>,
    /// The limit of sockets of one address that are not WebSockets yet.
    pub per_address: usize,
    /// How many sockets one address may open: per second in the long run, and at once. `None` means no
    /// limit.
    pub opened_per_address: Option<(u32, u32)>,
    /// How many requests are answered over one socket. `None` means no limit.
    pub requests: Option<u32>,
    /// The limit of all sockets, WebSockets too. It should be below the limit of open files.
    pub sockets: usize,
    /// Proxies. The limits of an address do not count their sockets: they belong to many clients.
    pub proxies: Vec<Network>,
    /// Whether each socket of a proxy begins with a header of the PROXY protocol, which has the address
    /// of the client.
    pub proxy_protocol: bool,
}

impl Default for Listen {
    /// Plain HTTP for 100,000 sockets, 1,000 of one address.
    fn default() -> Self {
        Self {
            tls: None,
            within: Duration::from_secs(10),
            in_all: None,
            per_address: 1_000,
            opened_per_address: None,
            requests: None,
            sockets: 100_000,
            proxies: Vec::new(),
            proxy_protocol: false,
        }
    }
}

impl Listen {
    /// Serves a router until the future is dropped. Handlers get
    /// [`ConnectInfo<SocketAddr>`](ConnectInfo).
    pub async fn serve(self, listener: TcpListener, router: Router) {
        self.serve_until(listener, router, std::future::pending()).await;
    }

    /// Serves a router until `stop` resolves. Clients that have connected up to then are served: closing
    /// a listener would reset those that it has not accepted yet.
    pub async fn serve_until(
        self,
        listener: TcpListener,
        router: Router,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = pin!(stop);
        let mut stopped = false;
        let gate = Arc::new(Gate::new(&self));
        let sockets = Arc::new(Semaphore::new(self.sockets.min(Semaphore::MAX_PERMITS)));
        let mut told_at = None;
        loop {
            let accepted = tokio::select! {
                biased;
                accepted = listener.accept() => accepted,
                () = &mut stop, if !stopped => {
                    stopped = true;
                    continue;
                }
                () = ready(()), if stopped => return,
            };
            let (socket, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_AGAIN).await;
                    continue;
                }
            };
            let Ok(permit) = Arc::clone(&sockets).try_acquire_owned() else {
                if told_at.is_none_or(|at: Instant| at.elapsed() > FULL_AGAIN) {
                    told_at = Some(Instant::now());
                    warn!(%address, limit = self.sockets, "too many sockets: new ones are closed");
                }
                continue;
            };
            // The check of the address comes before the first read: a socket costs memory then.
            let of_address = if self.is_proxy(address) {
                None
            } else if let Some(permit) = gate.admit(address.ip()) {
                Some(permit)
            } else {
                debug!(%address, "too many sockets of one address");
                continue;
            };
            let (this, router, gate) = (self.clone(), router.clone(), Arc::clone(&gate));
            tokio::spawn(async move {
                let in_all = this.in_all.unwrap_or(Duration::MAX);
                let served = timeout(in_all, this.open(socket, address, router, permit, &gate));
                if let Err(error) = served.await.unwrap_or_else(|late| Err(late.into())) {
                    debug!(%address, error, "a socket ended");
                }
                drop(of_address);
            });
        }
    }

    fn is_proxy(&self, address: SocketAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address.ip()))
    }

    /// Serves one socket.
    async fn open(
        self,
        mut socket: TcpStream,
        mut address: SocketAddr,
        router: Router,
        permit: OwnedSemaphorePermit,
        gate: &Gate,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        // Signals are small and should not wait for more data (Nagle's algorithm).
        socket.set_nodelay(true)?;
        let mut _of_client = None;
        if self.proxy_protocol && self.is_proxy(address) {
            let header = timeout(self.within, proxy_protocol::read(&mut socket)).await??;
            if let Some(client) = header {
                let permit = gate.admit(client.ip());
                _of_client = Some(permit.ok_or("too many sockets of one address")?);
                address = client;
            }
        }
        let meter = Meter::new(permit);
        match &self.tls {
            Some(tls) => {
                let acceptor = TlsAcceptor::from(tls.config());
                let socket = timeout(self.within, acceptor.accept(socket)).await??;
                self.requests(socket, address, router, meter).await?;
            }
            None => self.requests(socket, address, router, meter).await?,
        }
        Ok(())
    }

    /// Answers the requests of one socket, up to the upgrade to WebSocket.
    async fn requests<S>(
        &self,
        socket: S,
        address: SocketAddr,
        router: Router,
        meter: Arc<Meter>,
    ) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = TowerToHyperService::new(router);
        let socket = Metered::new(socket, Arc::clone(&meter));
        let (most, count) = (self.requests, AtomicU32::new(0));
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            request.extensions_mut().insert(Arc::clone(&meter));
            let number = count.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            let is_last = most.is_some_and(|most| number >= most);
            let response = router.call(request);
            async move {
                let mut response = response.await?;
                if is_last && response.status() != StatusCode::SWITCHING_PROTOCOLS {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response)
            }
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.within)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
            .await
    }
}

/// The limits of addresses at one listening socket.
struct Gate {
    open: Arc<Addresses>,
    per_address: usize,
    opened: Option<DefaultKeyedRateLimiter<IpAddr>>,
    /// When addresses without recent sockets were dropped last.
    cleaned_at: Mutex<Instant>,
}

impl Gate {
    fn new(listen: &Listen) -> Self {
        let rate = listen.opened_per_address;
        Self {
            open: Arc::default(),
            per_address: listen.per_address,
            opened: rate.map(|(rate, burst)| RateLimiter::keyed(quota(rate, burst))),
            cleaned_at: Mutex::new(Instant::now()),
        }
    }

    /// Counts a socket of an address. Returns `None` if the address has too many, or opens too many.
    fn admit(&self, address: IpAddr) -> Option<ConnectionPermit> {
        if let Some(opened) = &self.opened {
            self.clean_up(opened);
            opened.check_key(&counted_address(address)).ok()?;
        }
        self.open.try_acquire(address, self.per_address)
    }

    fn clean_up(&self, opened: &DefaultKeyedRateLimiter<IpAddr>) {
        let mut cleaned_at = self.cleaned_at.lock().unwrap_or_else(PoisonError::into_inner);
        if cleaned_at.elapsed() > CLEAN_UP_EVERY {
            *cleaned_at = Instant::now();
            opened.retain_recent();
            opened.shrink_to_fit();
        }
    }
}

/// The certificate of a listening socket. Clones share it.
#[derive(Debug, Clone)]
pub struct Tls(Arc<RwLock<Arc<ServerConfig>>>);

impl Tls {
    /// Takes a certificate chain and a private key, both in PEM.
    ///
    /// # Errors
    /// When the PEM has no certificate or no key, or when the key does not match the certificate.
    pub fn new(certificate: &[u8], key: &[u8]) -> io::Result<Self> {
        Ok(Self(Arc::new(RwLock::new(tls_config(certificate, key)?))))
    }

    /// Uses another certificate for new connections.
    ///
    /// # Errors
    /// As those of [`Tls::new`]. Then the certificate before stays in use.
    pub fn replace(&self, certificate: &[u8], key: &[u8]) -> io::Result<()> {
        let config = tls_config(certificate, key)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn tls_config(certificate: &[u8], key: &[u8]) -> io::Result<Arc<ServerConfig>> {
    let invalid = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
    let chain = chain.map_err(|error| invalid(&format!("the certificate: {error}")))?;
    if chain.is_empty() {
        return Err(invalid(&"the certificate: no PEM section CERTIFICATE"));
    }
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|error| invalid(&format!("the private key: {error}")))?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| invalid(&error))?;
    // The upgrade to WebSocket needs HTTP/1.1 (RFC 6455 4.1).
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
