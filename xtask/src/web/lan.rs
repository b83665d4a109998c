//! The example call and a hub for the local network, over https.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use tt_rtc_server::listen::{self, Listen};
use tt_rtc_server::{Config, Server};

/// Where the hub is.
const HUB: &str = "/rtc";

/// Serves both until the process ends.
pub(super) async fn serve(port: u16) -> Result<()> {
    let address = local_address()?;
    let listener = super::listen(Ipv4Addr::UNSPECIFIED, port).await?;
    let host = format!("{address}:{}", listener.local_addr()?.port());
    let certificate = rcgen::generate_simple_self_signed([address.to_string(), "localhost".into()])
        .context("a certificate for the address")?;
    let (chain, key) = (certificate.cert.pem(), certificate.signing_key.serialize_pem());
    let limits = Config::default().limits;
    let listen = Listen {
        tls: Some(listen::tls(chain.as_bytes(), key.as_bytes())?),
        within: Duration::from_millis(limits.opening_ms),
        per_address: limits.connections_per_address,
    };
    print!("{}", invitation(&host)?);
    listen.serve(listener, app()?).await;
    Ok(())
}

fn app() -> Result<Router> {
    // Open to whoever reaches it: there is nothing to protect in an example.
    let hub = Server::new(Config::default());
    Ok(super::example()?.nest(HUB, hub.signaling()))
}

/// The address of this machine in its network. (Nothing is sent: the system is only asked where it
/// would send from.)
fn local_address() -> Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // From TEST-NET-1 of RFC 5737, which is nowhere.
    let outside = (Ipv4Addr::new(192, 0, 2, 1), 9);
    socket.connect(outside).context("this machine is in no network")?;
    Ok(socket.local_addr()?.ip())
}

/// What is printed: the addresses, and the one for a phone as a picture.
fn invitation(host: &str) -> Result<String> {
    let signaling = format!("wss%3A%2F%2F{host}{}", HUB.replace('/', "%2F"));
    let desk = format!("https://{host}/?signaling={signaling}");
    let phone = format!("https://{host}/participant.html?user=phone&signaling={signaling}");
    let picture = QrCode::new(&phone).context("a QR code")?;
    let picture = picture.render::<Dense1x2>().quiet_zone(true).build();
    Ok(format!(
        "Two people side by side:\n  {desk}\nOne more, on a phone:\n  {phone}\n{picture}\n\
         Browsers warn of the certificate, which was made a moment ago and is nobody's. Say that \
         you want to go on.\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::invitation;

    #[test]
    fn the_invitation_names_page_and_hub_and_has_a_picture() {
        let text = invitation("198.51.100.7:8443").unwrap();
        let phone = "https://198.51.100.7:8443/participant.html?user=phone\
                     &signaling=wss%3A%2F%2F198.51.100.7:8443%2Frtc";
        assert!(text.contains(phone), "{text}");
        assert!(text.contains('█'), "{text}");
    }
}
