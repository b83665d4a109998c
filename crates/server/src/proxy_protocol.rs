//! The PROXY protocol: a header in front of the data of a socket, in which a proxy says who the client
//! is (HAProxy, "The PROXY protocol", versions 1 and 2).

use std::io;
use std::net::SocketAddr;

use ppp::{HeaderResult, PartialResult as _, v1, v2};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What both versions have at least: the signature of version 2 is this long, and so is the shortest
/// beginning of version 1 that matters.
const LEAST: usize = 12;
/// The fixed part of a header of version 2, in bytes.
const FIXED: usize = 16;
/// The longest header of version 1, in bytes, with its line break.
const MAX_TEXT: usize = 107;
/// The longest header of version 2 that is taken, in bytes. Addresses have 216 at most; the rest is
/// additional information, such as the certificate of the client.
const MAX_BINARY: usize = 4_096;

/// Reads the header of a socket, and nothing behind it. Returns the address of the client, or `None` if
/// the proxy speaks for itself, as in its health checks.
///
/// # Errors
/// When there is no header, or none that can be understood.
pub(crate) async fn read(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let mut header = vec![0; LEAST];
    socket.read_exact(&mut header).await?;
    if header == v2::PROTOCOL_PREFIX {
        header.resize(FIXED, 0);
        socket.read_exact(header.get_mut(LEAST..).unwrap_or_default()).await?;
        let length = match header.last_chunk() {
            Some(length) => usize::from(u16::from_be_bytes(*length)),
            None => 0,
        };
        if FIXED + length > MAX_BINARY {
            return Err(invalid("the header is too long"));
        }
        header.resize(FIXED + length, 0);
        socket.read_exact(header.get_mut(FIXED..).unwrap_or_default()).await?;
    } else {
        while !header.ends_with(b"\n") && header.len() < MAX_TEXT {
            header.push(socket.read_u8().await?);
        }
    }
    let result = HeaderResult::parse(&header);
    if result.is_incomplete() {
        return Err(invalid("the header does not end"));
    }
    match result {
        HeaderResult::V1(Ok(header)) => Ok(match header.addresses {
            v1::Addresses::Tcp4(it) => Some((it.source_address, it.source_port).into()),
            v1::Addresses::Tcp6(it) => Some((it.source_address, it.source_port).into()),
            v1::Addresses::Unknown => None,
        }),
        HeaderResult::V2(Ok(header)) if header.command == v2::Command::Local => Ok(None),
        HeaderResult::V2(Ok(header)) => Ok(match header.addresses {
            v2::Addresses::IPv4(it) => Some((it.source_address, it.source_port).into()),
            v2::Addresses::IPv6(it) => Some((it.source_address, it.source_port).into()),
            v2::Addresses::Unspecified | v2::Addresses::Unix(_) => None,
        }),
        HeaderResult::V1(Err(error)) => Err(invalid(error)),
        HeaderResult::V2(Err(error)) => Err(invalid(error)),
    }
}

fn invalid(why: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("PROXY protocol: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result for these bytes and the rest that was not read.
    async fn read_from(bytes: &[u8]) -> (io::Result<Option<SocketAddr>>, Vec<u8>) {
        let mut rest = bytes;
        let result = read(&mut rest).await;
        (result, rest.to_vec())
    }

    fn binary(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [&b"\r\n\r\n\0\r\nQUIT\n"[..], &[command, family], &length, addresses].concat()
    }

    #[tokio::test]
    async fn the_client_of_both_versions_is_read_and_nothing_behind_the_header() {
        let v6 = [[0; 15].as_slice(), &[1], &[0; 15], &[2], &[0x12, 0x34, 0, 80]].concat();
        let with_more =
            [&[192, 0, 2, 9, 10, 0, 0, 1, 0x12, 0x34, 0, 80][..], &[4, 0, 1, 7]].concat();
        let cases: [(Vec<u8>, Option<&str>); 7] = [
            (b"PROXY TCP4 192.0.2.9 10.0.0.1 4660 80\r\n".to_vec(), Some("192.0.2.9:4660")),
            (b"PROXY TCP6 2001:db8::1 ::1 4660 80\r\n".to_vec(), Some("[2001:db8::1]:4660")),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (binary(0x21, 0x11, &with_more), Some("192.0.2.9:4660")),
            (binary(0x21, 0x21, &v6), Some("[::1]:4660")),
            (binary(0x20, 0x00, &[]), None),
            (binary(0x21, 0x00, &[]), None),
        ];
        for (header, client) in cases {
            let (result, rest) = read_from(&[&header[..], b"GET / HTTP/1.1"].concat()).await;
            assert_eq!(result.unwrap(), client.map(|text| text.parse().unwrap()), "{header:?}");
            assert_eq!(rest, b"GET / HTTP/1.1");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_an_error_and_little_of_it_is_read() {
        let endless = [b"PROXY TCP4 ".to_vec(), vec![b'1'; 10_000]].concat();
        for bytes in [
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            b"PROXY TCP4 a b c d\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.9".to_vec(),
            endless,
            binary(0x21, 0x11, &[1, 2, 3]),
            binary(0x31, 0x11, &[0; 12]),
            binary(0x21, 0x11, &[0; 60_000]),
            b"".to_vec(),
        ] {
            let (result, rest) = read_from(&bytes).await;
            assert!(result.is_err(), "{bytes:?}");
            assert!(bytes.len() - rest.len() <= MAX_BINARY);
        }
    }
}
