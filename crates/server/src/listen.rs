//! Listening for HTTP/1.1, with or without TLS.
//!
//! It adds three things to `axum::serve`: a time limit for requests, a limit of sockets per address,
//! and TLS.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tracing::{debug, warn};

use crate::addresses::Addresses;

/// The pause after `accept` has failed. The usual reason is too many open files, which lasts until a
/// socket is closed.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// The options of a listening socket.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The TLS configuration. `None` means plain HTTP.
    pub tls: Option<Arc<ServerConfig>>,
    /// The time limit of the TLS handshake, and of receiving the headers of each request.
    pub within: Duration,
    /// The limit of sockets of one address that are not WebSockets yet.
    pub per_address: usize,
}

impl Listen {
    /// Serves a router until the future is dropped. Handlers get
    /// [`ConnectInfo<SocketAddr>`](ConnectInfo).
    pub async fn serve(self, listener: TcpListener, router: Router) {
        let addresses = Arc::new(Addresses::default());
        loop {
            let (socket, address) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_AGAIN).await;
                    continue;
                }
            };
            let Some(permit) = addresses.try_acquire(address.ip(), self.per_address) else {
                debug!(%address, "too many sockets of one address");
                continue;
            };
            let (this, router) = (self.clone(), router.clone());
            tokio::spawn(async move {
                if let Err(error) = this.open(socket, address, router).await {
                    debug!(%address, error, "a socket ended");
                }
                drop(permit);
            });
        }
    }

    /// Serves one socket.
    async fn open(
        self,
        socket: TcpStream,
        address: SocketAddr,
        router: Router,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        // Signals are small and should not wait for more data (Nagle's algorithm).
        socket.set_nodelay(true)?;
        match &self.tls {
            Some(config) => {
                let acceptor = TlsAcceptor::from(Arc::clone(config));
                let socket = timeout(self.within, acceptor.accept(socket)).await??;
                self.requests(socket, address, router).await?;
            }
            None => self.requests(socket, address, router).await?,
        }
        Ok(())
    }

    /// Answers the requests of one socket, up to the upgrade to WebSocket.
    async fn requests<S>(&self, socket: S, address: SocketAddr, router: Router) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            router.call(request)
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.within)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
            .await
    }
}

/// Creates the TLS configuration from a certificate chain and a private key, both in PEM.
///
/// # Errors
/// When the PEM has no certificate or no key, or when the key does not match the certificate.
pub fn tls(certificate: &[u8], key: &[u8]) -> io::Result<Arc<ServerConfig>> {
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
