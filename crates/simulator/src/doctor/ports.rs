//! Where the simulator listens, how browsers get there, and what others in the network get.

use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::net::{TcpListener, lookup_host};
use tokio::time::timeout;
use yasna::tags::TAG_UTCTIME;
use yasna::{ASN1Result, BERReader};

use super::Finding;
use super::machine::{Machine, is_writable};
use crate::server::PORTS;

const PORT: &str = "Port";
const CERTIFICATE: &str = "Certificate of --lan";
/// The name of a phone.
const PHONE: &str = "p1.sim.localhost";

/// Looks at the port, names below localhost and addresses in the local network.
pub(super) async fn look(port: u16, machine: &Machine) -> Vec<Finding> {
    let mut findings = vec![desk(port).await];
    findings.extend(loopback(port).await);
    findings.push(names(machine).await);
    findings.push(network(machine));
    findings
}

/// The port at which the desk would be.
async fn desk(port: u16) -> Finding {
    let last = port.saturating_add(PORTS);
    for candidate in port..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)).await {
            Ok(_) if candidate == port => {
                return Finding::ok(PORT, format!("{port} is free"));
            }
            Ok(_) => {
                return Finding::warning(
                    PORT,
                    format!("{port} is in use; the simulator would take {candidate}"),
                    "End what uses it, perhaps another simulator, or name one with --port.",
                );
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => {
                return Finding::error(
                    PORT,
                    format!("{candidate} cannot be used: {error}"),
                    "Name another one with --port; those below 1024 are for administrators.",
                );
            }
        }
    }
    Finding::error(PORT, format!("{port} to {last} are all in use"), "Name a free one with --port.")
}

/// A browser may take `localhost` for `::1`, where something else may listen.
async fn loopback(port: u16) -> Option<Finding> {
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Some(Finding::warning(
            PORT,
            format!(
                "another program listens at [::1]:{port}, where browsers may look for sim.localhost"
            ),
            "End it, or name another port with --port.",
        )),
        _ => None,
    }
}

/// Whether the system knows the names of phones.
async fn names(machine: &Machine) -> Finding {
    let name = "Names below localhost";
    let all_are_loopback = |addresses: Vec<SocketAddr>| {
        !addresses.is_empty() && addresses.iter().all(|address| address.ip().is_loopback())
    };
    match timeout(machine.limit, lookup_host((PHONE, 80))).await {
        Ok(Ok(addresses)) => {
            let addresses: Vec<_> = addresses.collect();
            let shown = addresses.first().map_or_else(String::new, |one| one.ip().to_string());
            if all_are_loopback(addresses) {
                Finding::ok(name, format!("{PHONE} is this machine for the system, too"))
            } else {
                Finding::warning(
                    name,
                    format!("the system's DNS says that {PHONE} is {shown}"),
                    "Browsers other than Chromium and Firefox may go there: see the DNS server's settings.",
                )
            }
        }
        Ok(Err(_)) => Finding::ok(
            name,
            format!(
                "the system does not know {PHONE}; Chromium and Firefox need no answer, in others phones have ports of their own"
            ),
        ),
        Err(_) => Finding::note(
            name,
            format!("the system's DNS does not answer for {PHONE}"),
            "Chromium and Firefox need no answer; other browsers may be slow to show phones.",
        ),
    }
}

/// Where `--lan` would be reached.
fn network(machine: &Machine) -> Finding {
    let name = "Local network";
    let outward = |address: &&IpAddr| address.is_ipv4() && !address.is_loopback();
    let own: Vec<_> = machine.addresses.iter().filter(outward).map(IpAddr::to_string).collect();
    if own.is_empty() {
        let advice = "--lan has nobody to invite: connect this machine to a network.";
        return Finding::note(name, "this machine has no IPv4 address in one", advice);
    }
    Finding::ok(name, format!("this machine is {}", own.join(", ")))
}

/// The certificate that `--lan` keeps.
pub(super) fn certificate(machine: &Machine) -> Vec<Finding> {
    let Some(folder) = &machine.data else {
        return vec![Finding::note(
            CERTIFICATE,
            "there is no home folder to keep it in",
            "Browsers warn of a new one each time; set HOME.",
        )];
    };
    let file = folder.join("certificate.pem");
    let shown = machine.shown(&file);
    let kept = match fs::read_to_string(&file) {
        Ok(text) => judge(&text, &shown, machine),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Finding::ok(CERTIFICATE, "none yet; --lan makes one")
        }
        Err(error) => Finding::warning(
            CERTIFICATE,
            format!("{shown} cannot be read: {error}"),
            "Browsers warn of a new one each time: remove the file, or correct its permissions.",
        ),
    };
    let mut findings = vec![kept];
    if !can_be_written(&file) {
        findings.push(Finding::warning(
            CERTIFICATE,
            format!("{shown} cannot be written"),
            "A new certificate is not kept, and browsers warn each time: correct the permissions of the folder.",
        ));
    }
    findings
}

fn judge(text: &str, shown: &str, machine: &Machine) -> Finding {
    let (names, pem) = text.split_once('\n').unwrap_or_default();
    let Ok(until) = valid_until(pem) else {
        let advice = "--lan makes a new one, and browsers warn of that once.";
        return Finding::note(CERTIFICATE, format!("{shown} is no certificate"), advice);
    };
    let names: Vec<_> = names.split(' ').collect();
    let mut own: Vec<_> = machine.addresses.iter().map(IpAddr::to_string).collect();
    own.push("localhost".to_owned());
    own.sort();
    let (until, date) = until;
    let found = format!("{shown}, for {}, until {date}", super::clip(&names.join(" ")));
    if until < SystemTime::now() {
        let advice = "Remove the file: --lan makes a new one.";
        return Finding::warning(CERTIFICATE, format!("{found}, which is over"), advice);
    }
    if names != own {
        let advice = "The addresses of this machine are others now: --lan makes a new one, and browsers warn of that once.";
        return Finding::note(CERTIFICATE, found, advice);
    }
    Finding::ok(CERTIFICATE, found)
}

/// The end of a certificate's validity, and its date in words: RFC 5280 4.1.2.5.
fn valid_until(pem: &str) -> anyhow::Result<(SystemTime, String)> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes())?;
    let until = yasna::parse_der(&der, |reader| {
        reader.read_sequence(|reader| {
            let until = reader.next().read_sequence(|reader| {
                // Version, serial number, algorithm and issuer.
                for _ in 0..4 {
                    reader.next().read_der()?;
                }
                let until = reader.next().read_sequence(|reader| {
                    reader.next().read_der()?;
                    instant(reader.next())
                })?;
                while reader.read_optional(|reader| reader.read_der())?.is_some() {}
                Ok(until)
            })?;
            reader.next().read_der()?;
            reader.next().read_der()?;
            Ok(until)
        })
    });
    until.context("no certificate")
}

fn instant(reader: BERReader<'_, '_>) -> ASN1Result<(SystemTime, String)> {
    let time = if reader.lookahead_tag()? == TAG_UTCTIME {
        *reader.read_utctime()?.datetime()
    } else {
        *reader.read_generalized_time()?.datetime()
    };
    Ok((time.into(), time.date().to_string()))
}

/// Whether the file, or where it is not there the folder that it would be in, can be written.
fn can_be_written(file: &Path) -> bool {
    let nearest = file.ancestors().find(|path| path.exists());
    nearest.is_some_and(|nearest| (nearest == file || nearest.is_dir()) && is_writable(nearest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Status;
    use crate::doctor::machine::made::Made;

    #[tokio::test]
    async fn a_port_in_use_is_told_with_the_one_that_would_be_taken() {
        let held = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = held.local_addr().unwrap().port();
        let busy = desk(port).await;
        if port < u16::MAX {
            assert_eq!(busy.status, Status::Warning);
            let taken = format!("{port} is in use; the simulator would take ");
            assert!(busy.found.starts_with(&taken), "{busy:?}");
        }
        drop(held);
        assert_eq!(desk(port).await, Finding::ok(PORT, format!("{port} is free")));
    }

    #[tokio::test]
    async fn another_program_at_the_other_loopback_address_is_told() {
        // A machine without IPv6 has none.
        let Ok(held) = TcpListener::bind("[::1]:0").await else { return };
        let port = held.local_addr().unwrap().port();
        let found = loopback(port).await.unwrap();
        assert!(found.found.contains(&format!("[::1]:{port}")), "{found:?}");
        drop(held);
        assert_eq!(loopback(port).await, None);
    }

    #[test]
    fn the_certificate_of_lan_is_told_with_its_names_and_its_end() {
        let mut made = Made::new();
        let of = |made: &Made| certificate(&made.machine);
        assert_eq!(of(&made), [Finding::ok(CERTIFICATE, "none yet; --lan makes one")]);
        crate::lan::certificate(made.machine.data.as_deref()).unwrap();
        made.machine.addresses = crate::lan::own_addresses();
        let [kept] = &of(&made)[..] else { panic!("{:?}", of(&made)) };
        assert_eq!(kept.status, Status::Ok, "{kept:?}");
        assert!(
            kept.found.contains("127.0.0.1") && kept.found.contains("until 4096-01-01"),
            "{kept:?}"
        );
        assert!(!kept.found.contains("PRIVATE"));
        made.machine.addresses.push("198.51.100.7".parse().unwrap());
        assert_eq!(of(&made)[0].status, Status::Note);
        made.write("data/certificate.pem", "127.0.0.1 localhost\nnonsense");
        assert!(of(&made)[0].found.ends_with("is no certificate"));
    }

    #[test]
    fn a_certificate_that_is_over_is_told() {
        let made = Made::new();
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2020, 5, 4);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        made.write("data/certificate.pem", &format!("127.0.0.1 localhost\n{pem}"));
        let found = certificate(&made.machine).remove(0);
        assert_eq!(found.status, Status::Warning);
        assert!(found.found.ends_with("until 2020-05-04, which is over"), "{found:?}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let mut made = Made::new();
        made.write("data", "a file in place of the folder");
        assert!(certificate(&made.machine).last().unwrap().found.contains("cannot be written"));
        made.machine.data = None;
        assert_eq!(certificate(&made.machine)[0].status, Status::Note);
    }
}
