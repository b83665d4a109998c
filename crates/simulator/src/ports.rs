//! Origins of phones for browsers that do not take names below `localhost` for this machine: a port
//! makes one, as a name does. They are opened once a desk in such a browser asks for them.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::client::Client;
use crate::headers;
use crate::origins::Host;
use crate::run::limits;

/// How many phones a desk has at most.
const PHONES: usize = 8;
/// How many ports are tried, from the one after the desk's.
const TRIED: u16 = 100;

/// The ports, and what opens them. Clones are the same.
#[derive(Clone)]
pub(crate) struct Ports(Arc<Inner>);

struct Inner {
    /// What is served at each of them.
    phones: Router,
    host: IpAddr,
    /// Its pages do not reach them.
    client: Client,
    open: RwLock<Vec<u16>>,
    /// Held by who opens them.
    opening: Mutex<()>,
}

impl Ports {
    pub(crate) fn new(phones: Router, host: IpAddr, client: Client) -> Self {
        let (open, opening) = (RwLock::default(), Mutex::default());
        Self(Arc::new(Inner { phones, host, client, open, opening }))
    }

    /// Those that are open, first phone first.
    pub(crate) fn open(&self) -> Vec<u16> {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens them for a desk at `desk`.
    async fn open_for(&self, desk: &Host) -> Vec<u16> {
        let _only = self.0.opening.lock().await;
        let mut open = self.open();
        let first = desk.port().saturating_add(1);
        for port in first..=first.saturating_add(TRIED) {
            if open.len() == PHONES {
                break;
            }
            let address = SocketAddr::new(self.0.host, port);
            let Ok(listener) = TcpListener::bind(address).await else { continue };
            self.0.client.add_own(address);
            let policy = headers::framed_by(Some(desk));
            let phones = self.0.phones.clone();
            let phones = phones.layer(middleware::from_fn_with_state(policy, headers::with_policy));
            let phones = phones.layer(middleware::from_fn(headers::all));
            tokio::spawn(limits(None).serve(listener, phones));
            open.push(port);
        }
        self.0.open.write().unwrap_or_else(PoisonError::into_inner).clone_from(&open);
        open
    }
}

/// The handler of `GET /ports`: opens them, and answers with their numbers.
pub(crate) async fn handle(State(ports): State<Ports>, headers: HeaderMap, uri: Uri) -> Response {
    match Host::of(&headers, &uri) {
        Some(desk) => Json(ports.open_for(&desk).await).into_response(),
        None => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}
