//! One exchange with a STUN or TURN server: Binding (RFC 8489) or Allocate (RFC 8656), as a browser
//! does it at the beginning of a call. `stun-types` has the messages; here are the requests.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use stun_types::attribute::{
    AlternateServer, AttributeType, AttributeWrite, ErrorCode, MappedSocketAddr, Nonce,
    RawAttribute, Realm, Software, Username, XorMappedAddress, XorSocketAddr,
};
use stun_types::message::{
    BINDING, IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageClass, MessageHeader,
    MessageIntegrityCredentials, MessageWrite as _, MessageWriteExt as _, MessageWriteVec, Method,
    StunWriteError, TransactionId,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

const ALLOCATE: Method = Method::new(0x003);
const REFRESH: Method = Method::new(0x004);
const MAPPED_ADDRESS: AttributeType = AttributeType::new(0x0001);
const LIFETIME: AttributeType = AttributeType::new(0x000d);
const XOR_RELAYED_ADDRESS: AttributeType = AttributeType::new(0x0016);
const REQUESTED_TRANSPORT: AttributeType = AttributeType::new(0x0019);
/// The number of UDP in REQUESTED-TRANSPORT. Browsers ask for no other.
const UDP: [u8; 4] = [17, 0, 0, 0];

/// The first wait for an answer over UDP; each further one is twice as long (RFC 8489 6.2.1).
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The largest answer that is read, in bytes. Those of real servers have some hundred.
const LARGEST: usize = 4096;
/// How many requests an allocation may take: without credentials, with them, and with new nonces.
const MOST_REQUESTS: usize = 4;

/// A user of a TURN server.
#[derive(Clone, Copy)]
pub(super) struct Credentials<'a> {
    pub(super) username: &'a str,
    pub(super) credential: &'a str,
}

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// The address that the server sees this machine at.
    pub(super) mapped: SocketAddr,
    /// The address that others send to, from an allocation.
    pub(super) relayed: Option<SocketAddr>,
    /// From the first request to its answer.
    pub(super) round_trip: Duration,
    /// Whether the allocation was given without credentials.
    pub(super) open: bool,
    /// How the server names itself.
    pub(super) software: Option<String>,
}

/// Why there is no address.
#[derive(Debug)]
pub(super) enum Failure {
    /// Sending or receiving failed.
    Io(io::Error),
    /// The server ended the connection.
    Closed,
    /// An answer that the protocol does not allow.
    Odd(&'static str),
    /// The server asks for credentials and has got none.
    NeedsCredentials { round_trip: Duration },
    /// The server does not take the credentials.
    WrongCredentials,
    /// An error code with what the server says of it.
    Refused { code: u16, reason: String },
    /// The server sends its clients to another one.
    Elsewhere(SocketAddr),
    /// A user name that is too long for the protocol.
    TooLong,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Closed } else { Self::Io(error) }
    }
}

impl From<StunWriteError> for Failure {
    fn from(_: StunWriteError) -> Self {
        Self::TooLong
    }
}

/// A way of bytes in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// How messages reach a server.
pub(super) enum Wire {
    /// A socket that is connected to it: others are not heard.
    Udp(UdpSocket),
    /// TCP or TLS.
    Stream(Box<dyn Stream>),
}

/// A conversation with a server.
pub(super) struct Talk<'a> {
    wire: &'a mut Wire,
    /// Is set once bytes have come that are no answer.
    strange: &'a mut bool,
}

impl<'a> Talk<'a> {
    /// Sets `strange` once bytes have come that are no answer, also if the future is dropped.
    pub(super) fn new(wire: &'a mut Wire, strange: &'a mut bool) -> Self {
        Self { wire, strange }
    }

    /// Asks where the server sees this machine. It waits for an answer without end over UDP, and over
    /// a stream as long as that is open.
    pub(super) async fn binding(mut self) -> Result<Reached, Failure> {
        let request = Message::builder_request(BINDING, MessageWriteVec::new()).finish();
        let (answer, round_trip) = self.ask(&request).await?;
        let answer = parse(&answer)?;
        if answer.has_class(MessageClass::Error) {
            return Err(refusal(&answer, false));
        }
        reached(&answer, round_trip)
    }

    /// Asks for a relayed address, and gives it back.
    pub(super) async fn allocation(
        mut self,
        credentials: Option<Credentials<'_>>,
    ) -> Result<Reached, Failure> {
        let transport = [RawAttribute::new(REQUESTED_TRANSPORT, &UDP)];
        let (answer, round_trip) = self.ask(&request(ALLOCATE, &transport, None)?).await?;
        let first = parse(&answer)?;
        if !first.has_class(MessageClass::Error) {
            let mut reached = relayed(&first, round_trip)?;
            reached.open = true;
            self.give_back(None).await;
            return Ok(reached);
        }
        let mut login = login(&first, credentials, round_trip)?;
        for _ in 1..MOST_REQUESTS {
            let (answer, _) = self.ask(&request(ALLOCATE, &transport, Some(&login))?).await?;
            let answer = parse(&answer)?;
            if answer.has_class(MessageClass::Error) {
                if code(&answer) == Some(438) {
                    login.nonce = nonce(&answer)?;
                    continue;
                }
                return Err(refusal(&answer, true));
            }
            if answer.validate_integrity(&login.key).is_err() {
                return Err(Failure::Odd("an answer that is not signed with the credential"));
            }
            let reached = relayed(&answer, round_trip)?;
            self.give_back(Some(&login)).await;
            return Ok(reached);
        }
        Err(Failure::Odd("one new nonce after another"))
    }

    /// Ends the allocation. A server that does not hear of it ends it after ten minutes; until then it
    /// counts among those of the user.
    async fn give_back(&mut self, login: Option<&Login>) {
        let lifetime = [RawAttribute::new(LIFETIME, &[0; 4])];
        if let Ok(request) = request(REFRESH, &lifetime, login) {
            let _ = timeout(FIRST_WAIT, self.ask(&request)).await;
        }
    }

    /// Sends a request until an answer to it comes, and says how long it took.
    async fn ask(&mut self, request: &[u8]) -> Result<(Vec<u8>, Duration), Failure> {
        let id = Message::from_bytes(request).map_err(|_| Failure::TooLong)?.transaction_id();
        let mut wait = FIRST_WAIT;
        loop {
            let sent = Instant::now();
            self.send(request).await?;
            match self.wire {
                Wire::Stream(_) => {
                    let answer = self.answer(id).await?;
                    return Ok((answer, sent.elapsed()));
                }
                Wire::Udp(_) => {
                    if let Ok(answer) = timeout(wait, self.answer(id)).await {
                        return Ok((answer?, sent.elapsed()));
                    }
                    wait *= 2;
                }
            }
        }
    }

    async fn send(&mut self, message: &[u8]) -> Result<(), Failure> {
        match self.wire {
            Wire::Udp(socket) => {
                socket.send(message).await?;
            }
            Wire::Stream(stream) => {
                stream.write_all(message).await?;
                stream.flush().await?;
            }
        }
        Ok(())
    }

    /// The next answer to this request.
    async fn answer(&mut self, id: TransactionId) -> Result<Vec<u8>, Failure> {
        loop {
            let bytes = self.receive().await?;
            let is_answer = Message::from_bytes(&bytes)
                .is_ok_and(|message| message.is_response() && message.transaction_id() == id);
            if is_answer {
                return Ok(bytes);
            }
            *self.strange = true;
            // Over UDP, anybody can send something in the server's name.
            if matches!(self.wire, Wire::Stream(_)) {
                return Err(Failure::Odd("something that is no answer"));
            }
            // A flood leaves time for the others.
            tokio::task::yield_now().await;
        }
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Failure> {
        match self.wire {
            Wire::Udp(socket) => {
                let mut bytes = vec![0; LARGEST];
                let length = socket.recv(&mut bytes).await?;
                bytes.truncate(length);
                Ok(bytes)
            }
            Wire::Stream(stream) => {
                let mut bytes = vec![0; MessageHeader::LENGTH];
                stream.read_exact(&mut bytes).await?;
                let Ok(header) = MessageHeader::from_bytes(&bytes) else {
                    *self.strange = true;
                    return Err(Failure::Odd("something that is not STUN"));
                };
                let length = MessageHeader::LENGTH + usize::from(header.data_length());
                if length > LARGEST {
                    return Err(Failure::Odd("an answer that is too long"));
                }
                bytes.resize(length, 0);
                let rest = bytes.get_mut(MessageHeader::LENGTH..).unwrap_or_default();
                stream.read_exact(rest).await?;
                Ok(bytes)
            }
        }
    }
}

/// What signs the requests of a user.
struct Login {
    username: Username,
    realm: Realm,
    nonce: Nonce,
    key: MessageIntegrityCredentials,
}

/// What a server that has refused a request without credentials wants.
fn login(
    answer: &Message<'_>,
    credentials: Option<Credentials<'_>>,
    round_trip: Duration,
) -> Result<Login, Failure> {
    if code(answer) != Some(401) {
        return Err(refusal(answer, false));
    }
    let Some(Credentials { username, credential }) = credentials else {
        return Err(Failure::NeedsCredentials { round_trip });
    };
    let Ok(realm) = answer.attribute::<Realm>() else {
        return Err(Failure::Odd("a refusal without a realm"));
    };
    let key = LongTermKeyCredentials::new(
        username.to_owned(),
        credential.to_owned(),
        realm.realm().to_owned(),
    );
    let nonce = nonce(answer)?;
    Ok(Login { username: Username::new(username)?, realm, nonce, key: key.into() })
}

fn nonce(answer: &Message<'_>) -> Result<Nonce, Failure> {
    answer.attribute().map_err(|_| Failure::Odd("a refusal without a nonce"))
}

fn request(
    method: Method,
    attributes: &[RawAttribute<'_>],
    login: Option<&Login>,
) -> Result<Vec<u8>, StunWriteError> {
    let mut message = Message::builder_request(method, MessageWriteVec::new());
    for attribute in attributes {
        message.add_attribute(attribute)?;
    }
    if let Some(Login { username, realm, nonce, key }) = login {
        let attributes: [&dyn AttributeWrite; 3] = [username, realm, nonce];
        for attribute in attributes {
            message.add_attribute(attribute)?;
        }
        message.add_message_integrity(key, IntegrityAlgorithm::Sha1)?;
    }
    Ok(message.finish())
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, Failure> {
    Message::from_bytes(bytes).map_err(|_| Failure::Odd("something that is not STUN"))
}

fn code(answer: &Message<'_>) -> Option<u16> {
    answer.attribute::<ErrorCode>().ok().map(|error| error.code())
}

/// What an error answer means, to a request with credentials or without.
fn refusal(answer: &Message<'_>, with_credentials: bool) -> Failure {
    let Ok(error) = answer.attribute::<ErrorCode>() else {
        return Failure::Odd("a refusal without a number");
    };
    match error.code() {
        401 | 441 if with_credentials => Failure::WrongCredentials,
        300 => match answer.attribute::<AlternateServer>() {
            Ok(other) => Failure::Elsewhere(other.server()),
            Err(_) => Failure::Odd("the name of another server, without its address"),
        },
        code => Failure::Refused { code, reason: error.reason().to_owned() },
    }
}

/// The answer to a Binding request, or what is the same in other answers.
fn reached(answer: &Message<'_>, round_trip: Duration) -> Result<Reached, Failure> {
    let id = answer.transaction_id();
    let mapped = match answer.attribute::<XorMappedAddress>() {
        Ok(mapped) => Some(mapped.addr(id)),
        // Servers of before 2008.
        Err(_) => answer
            .raw_attribute(MAPPED_ADDRESS)
            .and_then(|raw| MappedSocketAddr::from_raw(&raw).ok())
            .map(|mapped| mapped.addr()),
    };
    let mapped = mapped.ok_or(Failure::Odd("an answer without an address"))?;
    let software = answer.attribute::<Software>().ok().map(|name| name.software().to_owned());
    Ok(Reached { mapped, relayed: None, round_trip, open: false, software })
}

fn relayed(answer: &Message<'_>, round_trip: Duration) -> Result<Reached, Failure> {
    let relayed = answer
        .raw_attribute(XOR_RELAYED_ADDRESS)
        .and_then(|raw| XorSocketAddr::from_raw(&raw).ok())
        .ok_or(Failure::Odd("an allocation without a relayed address"))?;
    let relayed = Some(relayed.addr(answer.transaction_id()));
    Ok(Reached { relayed, ..reached(answer, round_trip)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever bytes a server sends, they are an answer or a failure.
    #[test]
    fn no_bytes_of_a_server_are_too_odd() {
        let id = TransactionId::generate();
        let mut random = fastrand::Rng::with_seed(5389);
        let address = "[2001:db8::1]:5000".parse().unwrap();
        for turn in 0..10_000_u32 {
            let request = Message::builder_request(ALLOCATE, MessageWriteVec::new()).finish();
            let request = Message::from_bytes(&request).unwrap();
            let mut bytes = if turn % 2 == 0 {
                let mut answer = Message::builder_success(&request, MessageWriteVec::new());
                let relayed = XorSocketAddr::new(address, id);
                answer.add_attribute(&relayed.to_raw(XOR_RELAYED_ADDRESS)).unwrap();
                answer.add_attribute(&XorMappedAddress::new(address, id)).unwrap();
                answer.add_attribute(&Software::new("server").unwrap()).unwrap();
                answer.add_fingerprint().unwrap();
                answer.finish()
            } else {
                let mut answer = Message::builder_error(&request, MessageWriteVec::new());
                answer.add_attribute(&ErrorCode::new(401, "No").unwrap()).unwrap();
                answer.add_attribute(&Realm::new("here").unwrap()).unwrap();
                answer.add_attribute(&Nonce::new("once").unwrap()).unwrap();
                answer.add_attribute(&AlternateServer::new(address)).unwrap();
                answer.finish()
            };
            for _ in 0..random.usize(0..6) {
                let at = random.usize(0..bytes.len());
                bytes[at] = random.u8(..);
            }
            bytes.truncate(random.usize(0..=bytes.len() * 2));
            let Ok(answer) = parse(&bytes) else { continue };
            let _ = relayed(&answer, Duration::ZERO);
            let _ = refusal(&answer, true);
            let credentials = Credentials { username: "alice", credential: "secret" };
            if let Ok(login) = login(&answer, Some(credentials), Duration::ZERO) {
                request_with(&login);
                let _ = answer.validate_integrity(&login.key);
            }
        }
    }

    fn request_with(login: &Login) {
        let _ = request(REFRESH, &[RawAttribute::new(LIFETIME, &[0; 4])], Some(login));
    }
}
