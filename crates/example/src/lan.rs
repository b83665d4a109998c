//! The example call and a hub for the local network, over https.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tt_rtc_server::listen::{Listen, Tls};
use tt_rtc_server::{Config, Server};

/// Where the hub is.
const HUB: &str = "/rtc";

/// Serves both until the process ends.
pub(super) async fn serve(port: u16) -> Result<()> {
    let addresses = addresses()?;
    let listener = super::listen(Ipv4Addr::UNSPECIFIED, port).await?;
    let port = listener.local_addr()?.port();
    let names = addresses.iter().map(Ipv4Addr::to_string).chain(["localhost".to_owned()]);
    let certificate = rcgen::generate_simple_self_signed(names.collect::<Vec<_>>())
        .context("a certificate for the addresses")?;
    let (chain, key) = (certificate.cert.pem(), certificate.signing_key.serialize_pem());
    let limits = Config::default().limits;
    let listen = Listen {
        tls: Some(Tls::new(chain.as_bytes(), key.as_bytes())?),
        within: Duration::from_millis(limits.opening_ms),
        per_address: limits.connections_per_address,
        ..Listen::default()
    };
    print!("{}", invitation(&addresses, port)?);
    listen.serve(listener, app()?).await;
    Ok(())
}

fn app() -> Result<Router> {
    // Open to whoever reaches it: there is nothing to protect in an example.
    let hub = Server::new(Config::default());
    Ok(super::example()?.nest(HUB, hub.signaling()))
}

/// The addresses of this machine in its networks, first the one that it reaches the internet from.
fn addresses() -> Result<Vec<Ipv4Addr>> {
    let interfaces = if_addrs::get_if_addrs().context("the addresses of this machine")?;
    let outward = interfaces.iter().filter_map(|interface| match interface.ip() {
        IpAddr::V4(address) if !address.is_loopback() => Some(address),
        _ => None,
    });
    let mut addresses: Vec<_> = outward.collect();
    let first = outgoing();
    addresses.sort_by_key(|address| Some(*address) != first);
    if addresses.is_empty() {
        bail!("this machine is in no network");
    }
    Ok(addresses)
}

/// The address that this machine reaches the internet from, if it does: networks need not. (Nothing
/// is sent: the system is only asked where it would send from.)
fn outgoing() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // From TEST-NET-1 of RFC 5737, which is nowhere.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

/// What is printed: the address of a participant's page, as a picture too, and of the page with two
/// of them; in each network that this machine is in.
fn invitation(addresses: &[Ipv4Addr], port: u16) -> Result<String> {
    let urls = |page: &str| {
        let url = |address: &Ipv4Addr| {
            let host = format!("{address}:{port}");
            let hub = format!("{host}{HUB}").replace('/', "%2F");
            format!("https://{host}/{page}?signaling=wss%3A%2F%2F{hub}")
        };
        addresses.iter().map(url).collect::<Vec<_>>()
    };
    let (single, pair) = (urls("participant.html"), urls(""));
    let picture = QrCode::new(single.first().context("no address")?).context("a QR code")?;
    let picture = picture.render::<Dense1x2>().quiet_zone(true).build();
    Ok(format!(
        "One person, on each machine or phone:\n  {}\n{picture}\nTwo people side by side:\n  {}\n\n\
         Browsers warn of the certificate, which was made a moment ago and is nobody's. Say that \
         you want to go on.\n",
        single.join("\n  "),
        pair.join("\n  "),
    ))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::invitation;

    #[test]
    fn the_invitation_names_page_and_hub_in_each_network_and_has_a_picture() {
        let addresses = [Ipv4Addr::new(198, 51, 100, 7), Ipv4Addr::new(10, 8, 0, 1)];
        let text = invitation(&addresses, 8443).unwrap();
        for host in ["198.51.100.7:8443", "10.8.0.1:8443"] {
            for page in ["participant.html", ""] {
                let url = format!("https://{host}/{page}?signaling=wss%3A%2F%2F{host}%2Frtc\n");
                assert!(text.contains(&url), "{text}");
            }
        }
        assert!(text.contains('█'), "{text}");
    }
}
