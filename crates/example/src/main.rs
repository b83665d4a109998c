//! What `cargo xtask web` starts: the example call, served to this machine alone or, with a hub, to
//! the network that it is in.
//!
//! It is not in xtask, which every other command would otherwise have to compile a server for.

mod lan;

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::{HeaderValue, header};
use lexopt::{Arg, Parser, ValueExt};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// How many ports are tried, from the one asked for.
const PORTS: u16 = 100;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut args = Parser::from_env();
    let mut port = 8080;
    let mut open = std::env::var_os("CI").is_none();
    let mut lan = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("port") => port = args.value()?.parse()?,
            Arg::Long("lan") => lan = true,
            Arg::Long("no-open") => open = false,
            _ => return Err(arg.unexpected().into()),
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { if lan { lan::serve(port).await } else { serve(port, open).await } })
}

async fn serve(port: u16, open: bool) -> Result<()> {
    let app = example()?;
    let listener = listen(Ipv4Addr::LOCALHOST, port).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("Ready at {url}");
    if open {
        // It takes a while to see that one program fails, and to try the next.
        thread::spawn(move || {
            if open::that_detached(url).is_err() {
                println!("Open it in a browser.");
            }
        });
    }
    axum::serve(listener, app).await?;
    Ok(())
}

fn example() -> Result<Router> {
    app(&root().join("examples/web"))
}

/// The project's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is where. Nothing is kept by the browser: the next build shows at the next reload.
fn app(page: &Path) -> Result<Router> {
    if !page.join("index.html").is_file() {
        bail!("{} has no index.html to serve", page.display());
    }
    let no_store = HeaderValue::from_static("no-store");
    Ok(Router::new()
        .nest_service("/pkg", ServeDir::new(root().join("pkg")))
        .fallback_service(ServeDir::new(page))
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, no_store)))
}

/// Listens at `port` or, where another program does so already, at the next one that is free.
async fn listen(address: Ipv4Addr, port: u16) -> Result<TcpListener> {
    for candidate in port..=port.saturating_add(PORTS) {
        match TcpListener::bind((address, candidate)).await {
            Ok(listener) if candidate == port => return Ok(listener),
            Ok(listener) => {
                println!("Port {port} is in use; listening at {candidate} instead.");
                return Ok(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).context(format!("port {candidate}")),
        }
    }
    bail!("port {port} and the {PORTS} after it are all in use")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, SocketAddr, TcpStream};

    use super::{app, listen};

    /// What the server at `address` answers to a request for exactly this path.
    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Runs `test` against the server with a page of its own.
    fn with_server(name: &str, test: impl FnOnce(SocketAddr) + Send + 'static) {
        let name = format!("tt-rtc-example-{name}-{}", std::process::id());
        let page = std::env::temp_dir().join(name);
        fs::create_dir_all(&page).unwrap();
        fs::write(page.join("index.html"), "the page").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let listener = listen(Ipv4Addr::LOCALHOST, 0).await.unwrap();
            let address = listener.local_addr().unwrap();
            let app = app(&page).unwrap();
            let server = tokio::spawn(async { axum::serve(listener, app).await });
            tokio::task::spawn_blocking(move || test(address)).await.unwrap();
            server.abort();
        });
        fs::remove_dir_all(&page).unwrap();
    }

    #[test]
    fn the_page_and_the_package_are_served_and_never_kept() {
        with_server("served", |address| {
            let page = get(address, "/");
            assert!(page.starts_with("HTTP/1.0 200"), "{page}");
            assert!(page.ends_with("the page"), "{page}");
            assert!(page.contains("cache-control: no-store"), "{page}");
            let module = get(address, "/pkg/index.js");
            assert!(module.contains("content-type: text/javascript"), "{module}");
        });
    }

    #[test]
    fn nothing_outside_of_them_is_served() {
        with_server("outside", |address| {
            for path in ["/pkg/../Cargo.toml", "/pkg/..%2fCargo.toml", "/../../Cargo.toml"] {
                let answer = get(address, path);
                assert!(answer.starts_with("HTTP/1.0 404"), "{path}: {answer}");
            }
        });
    }

    #[test]
    fn a_port_in_use_gives_way_to_the_next_one() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let taken = listen(Ipv4Addr::LOCALHOST, 0).await.unwrap();
            let port = taken.local_addr().unwrap().port();
            let next = listen(Ipv4Addr::LOCALHOST, port).await.unwrap();
            assert!(next.local_addr().unwrap().port() > port);
        });
    }
}
