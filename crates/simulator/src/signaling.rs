//! `/rtc`: the hub of rooms, and the way of each phone to it.
//!
//! A phone connects as `/rtc?phone=ID`, the name it has at `/relay`. Its connection then goes
//! through a tunnel that the desk can cut and slow down: bytes in, bytes out, whatever WebSocket
//! and the hub make of them. Everyone else is let through to the hub as they are.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex, split};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tower::ServiceExt;

use crate::faults::{Phone, Phones};

/// How many bytes may wait at the hub's end of a tunnel.
const BUFFER: usize = 64 << 10;
/// How many pieces may be under way in one direction; a hub's messages are small and few.
const MOST_PIECES: usize = 1024;

/// The hub, and the phones whose ways to it can be cut.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) phones: Phones,
    /// Its WebSocket is at `/`.
    pub(crate) router: Router,
}

#[derive(Deserialize)]
pub(crate) struct Who {
    phone: Option<String>,
}

/// The handler of `GET /rtc`.
pub(crate) async fn handle(
    State(hub): State<Hub>,
    Query(Who { phone }): Query<Who>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Response {
    *request.uri_mut() = Uri::from_static("/");
    let Some(id) = phone else {
        return hub.router.oneshot(request).await.into_response();
    };
    // One that is not known yet would escape its faults; it tries again.
    let Some(phone) = hub.phones.find(&id).filter(|phone| !phone.faults().signaling) else {
        return unreachable();
    };
    tunnel(hub.router, phone, peer, request).await.unwrap_or_else(|_| unreachable())
}

fn unreachable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The phone has no way to the hub.\n").into_response()
}

/// Asks the hub at the other end of a pipe in memory, and then carries what follows.
async fn tunnel(
    router: Router,
    phone: Arc<Phone>,
    peer: SocketAddr,
    mut request: Request,
) -> hyper::Result<Response> {
    let (near, far) = duplex(BUFFER);
    let router = router.layer(axum::Extension(ConnectInfo(peer)));
    let hub = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(far), TowerToHyperService::new(router));
    tokio::spawn(hub.with_upgrades());
    let (mut asker, asking) = hyper::client::conn::http1::handshake(TokioIo::new(near)).await?;
    tokio::spawn(asking.with_upgrades());
    let from_phone = on(&mut request);
    let mut answer = asker.send_request(request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let from_hub = on(&mut answer);
        tokio::spawn(carry(from_phone, from_hub, phone));
    }
    Ok(answer.map(Body::new))
}

/// Carries bytes both ways until one side ends or the phone is cut off.
async fn carry(from_phone: OnUpgrade, from_hub: OnUpgrade, phone: Arc<Phone>) {
    let (Ok(near), Ok(far)) = tokio::join!(from_phone, from_hub) else { return };
    let (near_in, near_out) = split(TokioIo::new(near));
    let (far_in, far_out) = split(TokioIo::new(far));
    let mut faults = phone.watch();
    let cut = faults.wait_for(|faults| faults.signaling);
    tokio::select! {
        _ = one_way(near_in, far_out, &phone) => {}
        _ = one_way(far_in, near_out, &phone) => {}
        // A phone whose page is gone is cut off no more; its socket ends by itself.
        Ok(_) = cut => {}
    }
}

/// Carries bytes one way, each piece as late as the phone's network makes it.
async fn one_way(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    phone: &Phone,
) -> io::Result<()> {
    let (sender, mut pieces) = mpsc::channel::<(Instant, Vec<u8>)>(MOST_PIECES);
    let read = async {
        loop {
            let mut piece = Vec::with_capacity(4096);
            if from.read_buf(&mut piece).await? == 0 {
                return io::Result::Ok(());
            }
            let due = Instant::now() + phone.faults().delay();
            // A full way makes the sender wait, as TCP does.
            let _ = sender.send((due, piece)).await;
        }
    };
    let write = async {
        while let Some((due, piece)) = pieces.recv().await {
            sleep_until(due).await;
            to.write_all(&piece).await?;
        }
        io::Result::Ok(())
    };
    tokio::select! {
        ended = read => ended?,
        ended = write => return ended,
    }
    // What was read before the end still arrives.
    pieces.close();
    while let Some((due, piece)) = pieces.recv().await {
        sleep_until(due).await;
        to.write_all(&piece).await?;
    }
    to.shutdown().await
}
