//! `--lan`: others in the local network, by invitation.
//!
//! A page may use a camera only where it came by HTTPS, so there is a certificate, made for the
//! addresses of this machine; browsers warn of it once. And since a development server reads
//! a project and sends requests for its pages, it is open to those only who were shown the address
//! with the key in it: a phone scans it from the terminal and has a cookie from then on.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::secret::Secret;

/// What proves an invitation.
#[derive(Clone, Debug)]
pub(crate) struct Key(Secret);

impl Key {
    /// One that nobody can guess.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Secret::new()?))
    }

    /// What an invited browser sends from its second request on.
    pub(crate) fn cookie(&self) -> String {
        format!("tt-sim={}", self.0.text())
    }

    /// The address of the server for somebody who is invited.
    pub(crate) fn invitation(&self, address: SocketAddr) -> String {
        format!("https://{address}/phone/?key={}", self.0.text())
    }
}

/// Lets in who is on this machine or invited.
pub(crate) async fn invited(
    State(key): State<Key>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if is_own(peer.ip()) {
        return next.run(request).await;
    }
    if has_cookie(request.headers(), &key.0) {
        return next.run(request).await;
    }
    if let Some(rest) = without_key(request.uri(), &key.0) {
        let cookie = format!("{}; Path=/; Secure; HttpOnly; SameSite=Strict", key.cookie());
        let to = [(header::SET_COOKIE, cookie), (header::LOCATION, rest)];
        return (StatusCode::SEE_OTHER, to).into_response();
    }
    let told = "Scan the QR code that the simulator prints in its terminal.\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

fn has_cookie(headers: &HeaderMap, key: &Secret) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let given = cookies.flat_map(|value| value.split(';'));
    given.filter_map(|given| given.trim().strip_prefix("tt-sim=")).any(|given| key.is(given))
}

/// Path and query of an address that has the key, without it.
fn without_key(uri: &Uri, key: &Secret) -> Option<String> {
    let query = uri.query()?;
    let is_key = |pair: &str| pair.strip_prefix("key=").is_some_and(|given| key.is(given));
    let rest: Vec<_> = query.split('&').filter(|pair| !is_key(pair)).collect();
    let (path, found) = (uri.path(), rest.len() < query.split('&').count());
    let rest = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    // Two slashes would be an address of another server.
    (found && !path.starts_with("//")).then_some(rest)
}

/// A certificate for the addresses of this machine and its key, as PEM. The one that was made last
/// time is kept in `folder` and taken again, so that a browser that was told to trust it still does.
pub(crate) fn certificate(folder: Option<&Path>) -> Result<(String, String)> {
    let mut names: Vec<String> = own_addresses().iter().map(IpAddr::to_string).collect();
    names.push("localhost".to_owned());
    names.sort();
    let known = folder.map(|folder| folder.join("certificate.pem"));
    let text = known.as_ref().and_then(|known| fs::read_to_string(known).ok()).unwrap_or_default();
    let prefix = format!("{}\n", names.join(" "));
    if let Some(pem) = text.strip_prefix(&prefix)
        && let Some(at) = pem.find("-----BEGIN PRIVATE KEY-----")
    {
        let (certificate, key) = pem.split_at(at);
        return Ok((certificate.to_owned(), key.to_owned()));
    }
    let made = rcgen::generate_simple_self_signed(names).context("making a certificate")?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    // Where it cannot be kept, browsers warn each time.
    let _ = known.map(|known| keep(&known, &format!("{prefix}{certificate}{key}")));
    Ok((certificate, key))
}

/// Writes a file that other users cannot read.
fn keep(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// Whether an address is one of this machine.
pub(crate) fn is_own(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || own_addresses().contains(&address)
}

/// The addresses of this machine, the loopback one among them.
pub(crate) fn own_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own: Vec<_> = interfaces.iter().map(if_addrs::Interface::ip).collect();
    let loopback = std::net::Ipv4Addr::LOCALHOST.into();
    if !own.contains(&loopback) {
        own.push(loopback);
    }
    own
}

/// The addresses that others in the network may reach: those that were listened at.
pub(crate) fn reachable(listening: SocketAddr) -> Vec<SocketAddr> {
    let own = own_addresses();
    let outward = |address: &&IpAddr| address.is_ipv4() && !address.is_loopback();
    if listening.ip().is_unspecified() {
        let own = own.iter().filter(outward);
        return own.map(|address| SocketAddr::new(*address, listening.port())).collect();
    }
    vec![listening]
}

/// A QR code for a terminal, dark on light whatever its colours are.
pub(crate) fn qr_code(text: &str) -> Result<String> {
    let code = QrCode::new(text).context("making a QR code")?;
    let mut picture = code.render::<Dense1x2>();
    let lines = picture.dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    Ok(lines.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m\n")).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::SocketAddr;

    use axum::body::Body;
    use axum::extract::{ConnectInfo, Request};
    use axum::http::Response;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::{Key, certificate, has_cookie, invited, qr_code, without_key};
    use crate::secret::Secret;

    /// What somebody at `peer` is answered.
    async fn ask(key: &Key, peer: &str, path: &str, cookie: &str) -> Response<Body> {
        let router = Router::new().route("/phone/", get(async || "the phone"));
        let router = router.layer(middleware::from_fn_with_state(key.clone(), invited));
        let mut request = Request::builder().uri(path).header("cookie", cookie);
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().unwrap().insert(ConnectInfo(peer));
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn others_come_in_with_the_key_alone_and_have_a_cookie_from_then_on() {
        let key = Key::new().unwrap();
        let stranger = "203.0.113.9:5000";
        assert_eq!(ask(&key, "127.0.0.1:5000", "/phone/", "").await.status(), 200);
        assert_eq!(ask(&key, stranger, "/phone/", "").await.status(), 403);
        assert_eq!(ask(&key, stranger, "/phone/?key=0", "tt-sim=0").await.status(), 403);
        let here = key.invitation("192.0.2.1:8090".parse().unwrap());
        let path = here.strip_prefix("https://192.0.2.1:8090").unwrap();
        let welcome = ask(&key, stranger, path, "").await;
        assert_eq!(
            (welcome.status().as_u16(), &welcome.headers()["location"]),
            (303, &"/phone/".parse().unwrap())
        );
        let cookie = welcome.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("Secure; HttpOnly; SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap();
        assert_eq!(ask(&key, stranger, "/phone/", cookie).await.status(), 200);
    }

    #[test]
    fn the_key_is_taken_out_of_the_address() {
        let key = Secret::new().unwrap();
        let without =
            |uri: &str| without_key(&uri.replace("KEY", key.text()).parse().unwrap(), &key);
        assert_eq!(without("/phone/?key=KEY").as_deref(), Some("/phone/"));
        assert_eq!(without("/?phones=2&key=KEY&x=1").as_deref(), Some("/?phones=2&x=1"));
        assert_eq!(without("/phone/?key=KEY0"), None);
        assert_eq!(without("/phone/?keys=KEY"), None);
        assert_eq!(without("/phone/"), None);
        assert_eq!(without("http://a//evil.com/?key=KEY"), None);
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let key = Secret::new().unwrap();
        let headers = |cookie: &str| {
            let cookie = cookie.replace("KEY", key.text());
            [("cookie".parse().unwrap(), cookie.parse().unwrap())].into_iter().collect()
        };
        assert!(has_cookie(&headers("a=1; tt-sim=KEY"), &key));
        assert!(!has_cookie(&headers("tt-sim=KEYK; x-tt-sim=KEY"), &key));
    }

    #[test]
    fn a_certificate_is_kept_for_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = certificate(Some(folder.path())).unwrap();
        assert!(first.0.starts_with("-----BEGIN CERTIFICATE-----"));
        assert_eq!(certificate(Some(folder.path())).unwrap(), first);
        // One for other addresses is of no use.
        let file = folder.path().join("certificate.pem");
        let other = fs::read_to_string(&file).unwrap().replacen("127.0.0.1", "10.9.8.7", 1);
        fs::write(&file, other).unwrap();
        assert_ne!(certificate(Some(folder.path())).unwrap(), first);
    }

    #[test]
    fn a_qr_code_is_square() {
        let code = qr_code("https://192.168.1.2:8090/phone/?key=00").unwrap();
        let width = code.lines().next().unwrap().matches(['█', '▀', '▄', ' ']).count();
        assert!((width / 2).abs_diff(code.lines().count()) <= 1, "{code}");
    }
}
