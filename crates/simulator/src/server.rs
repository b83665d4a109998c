//! The server: what is where, and where it listens.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, Result, bail};
use axum::extract::{ConnectInfo, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::Serialize;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

use crate::guard::Callers;
use crate::guests::{is_guest, owner_only};
use crate::lan::Key;
use crate::project::Project;
use crate::proxy::Proxy;
use crate::relay::Relays;
use crate::secret::Secret;
use crate::signaling::Hub;
use crate::terminal::say;
use crate::token::Keys;
use crate::{Options, app, guard, headers, lan, proxy, relay, secret, signaling, socket, token};

/// How many ports are tried, from the one asked for.
const PORTS: u16 = 100;

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
    /// For those in the local network, if they may come.
    pub(crate) key: Option<Key>,
    /// For the pages that are served.
    pub(crate) secret: Secret,
}

/// What the desk starts with, if its address says nothing else: `GET /settings.json`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    /// The name of the folder.
    folder: String,
    /// Names the project among others, as the manifest does.
    project: String,
    /// The title of the mini-program's window, or the folder's name.
    app_name: String,
    phones: u32,
    /// `PAGE?QUERY`; empty for the first page.
    path: String,
    /// Where calls meet: the path of the hub here.
    signaling: &'static str,
    /// Apps whose tokens the server can sign.
    apps: Vec<String>,
}

/// Everything that is served.
pub(crate) fn router(options: &Options, parts: Parts) -> Router {
    let Parts { project, proxy, relays, hub, key, secret } = parts;
    let www = |folder: &str| ServeDir::new(options.www.join(folder));
    let settings = (options.clone(), project.clone());
    let keys = Keys::new(options.app_keys.iter().cloned().collect());
    // With the secret in its page.
    let page = |folder: &str| {
        let index = (secret.clone(), options.www.join(folder).join("index.html"));
        let index = get(secret::page).with_state(index);
        Router::new()
            .route("/", index.clone())
            .route("/index.html", index)
            .fallback_service(www(folder))
    };
    let desk = page("desk").layer(middleware::from_fn(headers::desk));
    let with_secret = middleware::from_fn_with_state(secret.clone(), secret::required);
    let callers = if options.lan { Callers::LocalNetwork } else { Callers::Loopback };
    let calls = Router::new()
        .route("/rtc", get(signaling::handle).with_state(hub))
        .layer(with_secret.clone())
        .layer(middleware::from_fn_with_state(callers, guard::near_origin));
    let effects = Router::new()
        .route("/socket", get(socket::handle).with_state(proxy.clone()))
        .route("/proxy", post(proxy::handle).with_state(proxy))
        .route("/relay", get(relay::handle).with_state(relays))
        .route("/token", get(token::handle).with_state(keys).layer(middleware::from_fn(owner_only)))
        .layer(with_secret);
    let router = Router::new()
        .route("/settings.json", get(settings_json).with_state(settings))
        .nest("/app", app::routes(project, secret.clone()))
        .nest_service("/pkg", ServeDir::new(&options.pkg))
        .nest_service("/phone", page("phone"))
        .nest_service("/web", page("web"))
        .nest_service("/regions", www("regions"))
        .nest_service("/shared", www("shared"))
        .merge(effects)
        .fallback_service(desk)
        .layer(middleware::from_fn(guard::same_origin))
        .merge(calls)
        .layer(middleware::from_fn(guard::known_host));
    let router = match key {
        Some(key) => router.layer(middleware::from_fn_with_state(key, lan::invited)),
        None => router,
    };
    router.layer(middleware::from_fn(headers::all))
}

async fn settings_json(
    State((options, project)): State<(Options, Project)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
) -> impl IntoResponse {
    let folder = project.folder().name().to_owned();
    let app_name = project.title().unwrap_or_else(|| folder.clone());
    let Options { phones, path, app_keys, .. } = options;
    let project = project.settings().project;
    // Guests have no tokens signed.
    let app_keys = if is_guest(peer) { Vec::new() } else { app_keys };
    let apps = app_keys.into_iter().map(|(app, _key)| app).collect();
    Json(Settings { folder, project, app_name, phones, path, signaling: "/rtc", apps })
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
