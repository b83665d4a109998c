//! The listening sockets.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use listenfd::ListenFd;
use tokio::net::{TcpListener, TcpSocket};
use tracing::info;
use tt_rtc_server::Config;

/// The longest queue of sockets that have connected and are not accepted yet. The system may have a
/// lower limit.
const QUEUE: u32 = 4_096;

/// The listening sockets of a server.
pub(crate) struct Sockets {
    pub(crate) signaling: TcpListener,
    /// `None` if the routes for operators are beside the WebSocket.
    pub(crate) operations: Option<TcpListener>,
}

/// Opens the sockets. Those that the process was started with are used in place of the configured
/// addresses (systemd.socket(5), `sd_listen_fds`): the first one for signaling, the second one, if there
/// is one, for operations. Such a socket outlives the process, so nobody is refused between two.
///
/// # Errors
/// When another process listens at an address, or the system does not allow it.
pub(crate) fn open(config: &Config) -> Result<Sockets> {
    let mut passed = ListenFd::from_env();
    let signaling = match take(&mut passed, 0)? {
        Some(socket) => socket,
        None => bind(config.listen, config.reuse_port)?,
    };
    let operations = match take(&mut passed, 1)? {
        Some(socket) => Some(socket),
        None if config.operations == config.listen => None,
        None => Some(bind(config.operations, config.reuse_port)?),
    };
    Ok(Sockets { signaling, operations })
}

fn take(passed: &mut ListenFd, number: usize) -> Result<Option<TcpListener>> {
    if number >= passed.len() {
        return Ok(None);
    }
    let socket = passed.take_tcp_listener(number).context("a socket of the service manager")?;
    let Some(socket) = socket else { return Ok(None) };
    socket.set_nonblocking(true)?;
    let socket = TcpListener::from_std(socket)?;
    info!(address = %socket.local_addr()?, "a socket of the service manager");
    Ok(Some(socket))
}

fn bind(address: SocketAddr, reuse_port: bool) -> Result<TcpListener> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // Else a restart fails while connections of the process before are closing.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        #[cfg(unix)]
        socket.set_reuseport(reuse_port)?;
        socket.bind(address)?;
        socket.listen(QUEUE)
    };
    #[cfg(not(unix))]
    anyhow::ensure!(!reuse_port, "reuse-port: this system cannot do it");
    open().with_context(|| format!("cannot listen at {address}"))
}
