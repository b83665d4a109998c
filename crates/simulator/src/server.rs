//! The server: what is where, and where it listens.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, Result, bail};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::Serialize;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::guard::Callers;
use crate::guests::is_guest;
use crate::lan::Key;
use crate::origins::Host;
use crate::ports::Ports;
use crate::project::Project;
use crate::proxy::Proxy;
use crate::relay::Relays;
use crate::secret::{Secret, required};
use crate::signaling::Hub;
use crate::terminal::say;
use crate::token::Keys;
use crate::{
    Options, app, guard, headers, lan, origins, ports, proxy, relay, secret, signaling, socket,
    token,
};

/// How many ports are tried, from the one asked for.
pub(crate) const PORTS: u16 = 100;

/// What the server's parts need.
pub(crate) struct Parts {
    /// The mini-program.
    pub(crate) project: Project,
    /// For the pages' requests.
    pub(crate) proxy: Proxy,
    /// For the phones' media.
    pub(crate) relays: Relays,
    /// For their calls.
    pub(crate) hub: Hub,
    /// For the pages that are served: the code of a project reads that of its phone.
    pub(crate) desk_secret: Secret,
    pub(crate) phone_secret: Secret,
}

/// What the desk starts with, if its address says nothing else: `GET /settings.json`.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    /// The name of the folder.
    pub(crate) folder: String,
    /// Names the project among others, as the manifest does.
    pub(crate) project: String,
    /// The title of the mini-program's window, or the folder's name.
    pub(crate) app_name: String,
    pub(crate) phones: u32,
    /// `PAGE?QUERY`; empty for the first page.
    pub(crate) path: String,
    /// Where calls meet: the path or address of a hub, or `local` for the frames of one browser.
    pub(crate) signaling: String,
    /// Apps whose tokens the server can sign.
    pub(crate) apps: Vec<String>,
    /// The ports of phones that are open, see [`Ports`].
    pub(crate) ports: Vec<u16>,
}

/// What is served to this machine: the desk, and each phone at an origin of its own.
pub(crate) fn here(options: &Options, parts: &Parts, phones: Router, ports: Ports) -> Router {
    let keys = Keys::new(options.app_keys.iter().cloned().collect());
    let token = get(token::handle).with_state(keys);
    let secret = parts.desk_secret.clone();
    let own = Router::new()
        .route("/token", token)
        .route("/ports", get(ports::handle).with_state(ports.clone()))
        .route_layer(middleware::from_fn_with_state(secret.clone(), required))
        .route("/phone/", get(origins::to_phone))
        .fallback_service(
            page(options, "desk", &secret)
                .layer(middleware::from_fn_with_state(ports.clone(), headers::desk))
                .layer(middleware::from_fn(origins::at_localhost)),
        );
    let desk = site(options, parts, Some(ports), secret, own);
    let by_name = move |request: Request| {
        let host = Host::of(request.headers(), request.uri());
        let site = if host.is_some_and(|host| host.is_phone()) { &phones } else { &desk };
        site.clone().oneshot(request)
    };
    Router::new().fallback(by_name).layer(middleware::from_fn(headers::all))
}

/// What is served to others in the local network: a phone for each who is invited.
pub(crate) fn network(options: &Options, parts: &Parts, key: Key) -> Router {
    phones(options, parts)
        .layer(middleware::from_fn_with_state(key, lan::invited))
        .layer(middleware::from_fn(headers::all))
}

/// What phones get.
pub(crate) fn phones(options: &Options, parts: &Parts) -> Router {
    let secret = parts.phone_secret.clone();
    let with_secret = middleware::from_fn_with_state(secret.clone(), required);
    let requests = Router::new()
        .route("/socket", get(socket::handle).with_state(parts.proxy.clone()))
        .route("/proxy", post(proxy::handle).with_state(parts.proxy.clone()))
        .route_layer(with_secret);
    let mut own = Router::new()
        .route("/", get(async || Redirect::temporary("/phone/")))
        .nest_service("/phone", page(options, "phone", &secret))
        .merge(requests);
    for folder in ["shared", "regions", "hls", "mpegts"] {
        own = own.nest_service(&format!("/{folder}"), options.pages().below(folder));
    }
    site(options, parts, None, secret, own)
}

/// An origin: what it has of its own, and what all have.
fn site(
    options: &Options,
    parts: &Parts,
    ports: Option<Ports>,
    secret: Secret,
    own: Router,
) -> Router {
    let with_secret = middleware::from_fn_with_state(secret.clone(), required);
    let callers = if options.is_lan() { Callers::LocalNetwork } else { Callers::Loopback };
    let calls = Router::new()
        .route("/rtc", get(signaling::handle).with_state(parts.hub.clone()))
        .route_layer(with_secret.clone())
        .route_layer(middleware::from_fn_with_state(callers, guard::near_origin))
        .route("/there", get(origins::there));
    let relay = get(relay::handle).with_state(parts.relays.clone());
    let settings = (options.clone(), parts.project.clone(), ports);
    own.route("/settings.json", get(settings_json).with_state(settings))
        .route("/relay", relay.layer(with_secret))
        .nest("/app", app::routes(parts.project.clone(), secret.clone()))
        .nest_service("/pkg", options.pages().below("pkg"))
        .nest_service("/web", page(options, "web", &secret))
        .layer(middleware::from_fn(guard::same_origin))
        .merge(calls)
        .layer(middleware::from_fn(guard::known_host))
}

/// A page with this secret in it, and the files beside it.
fn page(options: &Options, folder: &'static str, secret: &Secret) -> Router {
    let file = format!("{folder}/index.html");
    let index = get(secret::page).with_state((secret.clone(), options.pages(), file));
    Router::new()
        .route("/", index.clone())
        .route("/index.html", index)
        .fallback_service(options.pages().below(folder))
}

async fn settings_json(
    State((options, project, ports)): State<(Options, Project, Option<Ports>)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> impl IntoResponse {
    let folder = project.folder().name().to_owned();
    let app_name = project.title().unwrap_or_else(|| folder.clone());
    let Options { phones, path, app_keys, .. } = options;
    let project = project.settings().project;
    // Guests have no tokens signed.
    let app_keys = if is_guest(peer) { Vec::new() } else { app_keys };
    let apps = app_keys.into_iter().map(|(app, _key)| app).collect();
    let ports = ports.map(|ports| ports.open()).unwrap_or_default();
    let signaling = "/rtc".to_owned();
    Json(Settings { folder, project, app_name, phones, path, signaling, apps, ports })
}

/// Listens at `port` or, where another program does so already, at the next one that is free.
///
/// # Errors
///
/// Where the address is not this machine's, or no port is free.
pub(crate) async fn listen(host: IpAddr, port: u16) -> Result<TcpListener> {
    for candidate in port..=port.saturating_add(PORTS) {
        match TcpListener::bind(SocketAddr::new(host, candidate)).await {
            Ok(listener) if candidate == port => return Ok(listener),
            Ok(listener) => {
                say(format_args!(
                    "Port {port} is in use, perhaps by another simulator; listening at {candidate} instead."
                ));
                return Ok(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
                bail!("{host} is not an address of this machine")
            }
            Err(error) => return Err(error).context(format!("port {candidate}")),
        }
    }
    bail!("port {port} and the {PORTS} after it are all in use")
}
