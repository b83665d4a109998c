//! From the command line to a server that is ready, and what the terminal says on the way.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use notify::RecursiveMode;
use tokio::net::TcpListener;
use tt_miniprogram::{Change, Problem};
use tt_rtc_room::id::AppId;
use tt_rtc_server::listen::{Listen, Tls};

use crate::faults::Phones;
use crate::folder::Folder;
use crate::lan::Key;
use crate::mock::Mocks;
use crate::options::Options;
use crate::ports::Ports;
use crate::project::{Project, Refresh};
use crate::proxy::Proxy;
use crate::relay::Relays;
use crate::report::{self, plural};
use crate::secret::Secret;
use crate::server::{self, Parts};
use crate::signaling::Hub;
use crate::terminal::{say, show};
use crate::watch::watch;
use crate::{browser, lan};

/// How many problems are shown at once; the desk has them all.
const MOST_PROBLEMS: usize = 20;
/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many sockets one address may have open that carry no WebSocket: some windows' worth.
const MOST_SOCKETS: usize = 256;

/// A server that is ready to be run.
pub struct Simulator {
    here: Site,
    /// With `--lan`.
    lan: Option<Lan>,
}

/// What is served, and where.
struct Site {
    listener: TcpListener,
    router: axum::Router,
    address: SocketAddr,
}

/// What others in the local network get, and how they are invited.
struct Lan {
    site: Site,
    key: Key,
    tls: Tls,
}

/// Runs a mini-program until the process ends.
///
/// # Errors
///
/// In words for whoever typed the command.
pub async fn run(options: Options) -> Result<()> {
    let simulator = Simulator::start(&options).await?;
    let url = simulator.url();
    simulator.invite()?;
    say(format_args!("Simulator ready at {url}"));
    if options.open() {
        browser::open(&url);
    }
    simulator.serve().await;
    Ok(())
}

impl Simulator {
    /// Compiles the folder, starts to watch it, and listens.
    ///
    /// # Errors
    ///
    /// In words for whoever typed the command.
    pub async fn start(options: &Options) -> Result<Self> {
        let folder = Folder::open(&options.folder)?;
        if !options.pages().are_built() {
            bail!("the simulator's pages are not built; `cargo xtask sim` builds them");
        }
        say(format_args!("Compiling {}", folder.root().display()));
        let start = Instant::now();
        let project = Project::open(folder, options.domains.clone())?;
        let manifest = project.manifest();
        let (pages, components) = (manifest.pages.len(), manifest.components.len());
        let components = plural(components.saturating_sub(pages), "component");
        let time = start.elapsed().as_millis();
        say(format_args!("Compiled {} and {components} in {time} ms", plural(pages, "page")));
        print_problems(&manifest.problems);
        let proxy = Proxy::new()?;
        let mock = options.mock();
        if let Some(mock) = &mock {
            let count = read_mocks(mock, &proxy)?;
            say(format_args!("{} answers {}", mock.display(), plural(count, "kind of request")));
        }
        follow(&project, &proxy, mock.as_deref())?;
        let phones = Phones::default();
        let relays = Relays::new(phones.clone(), options.is_lan());
        let hub = Hub { phones, router: rooms(options)?.signaling() };
        let (desk_secret, phone_secret) = (Secret::new()?, Secret::new()?);
        let parts = Parts { project, proxy, relays, hub, desk_secret, phone_secret };
        // The desk is for this machine: with a network, too, it needs no certificate there.
        let host = if options.is_lan() { Ipv4Addr::LOCALHOST.into() } else { options.host };
        let phones = server::phones(options, &parts);
        let ports = Ports::new(phones.clone(), host, parts.proxy.client.clone());
        let router = server::here(options, &parts, phones, ports);
        let here = Site::new(host, options.port, router, &parts).await?;
        let lan = if options.is_lan() {
            Some(Lan::new(options, &parts, here.address).await?)
        } else {
            None
        };
        Ok(Self { here, lan })
    }

    /// Says how others in the local network come in, if they may.
    fn invite(&self) -> Result<()> {
        let Some(Lan { site, key, .. }) = &self.lan else { return Ok(()) };
        let addresses = lan::reachable(site.address);
        if let Some(address) = addresses.first() {
            show(&format!("{}\n", lan::qr_code(&key.invitation(*address))?));
        }
        say("On other machines and phones, each a participant of its own:");
        for address in addresses {
            say(format_args!("  {}", key.invitation(address)));
        }
        say("Their browsers will warn of the certificate, which was made here.");
        Ok(())
    }

    /// Where it is, as a browser on this machine would say.
    #[must_use]
    pub fn url(&self) -> String {
        let address = self.here.address;
        if address.is_ipv4() {
            format!("http://{address}/")
        } else {
            format!("http://localhost:{}/", address.port())
        }
    }

    /// What answers the requests of others.
    #[cfg(test)]
    pub(crate) fn network(&self) -> Option<axum::Router> {
        self.lan.as_ref().map(|lan| lan.site.router.clone())
    }

    /// What a guest's browser has.
    #[cfg(test)]
    pub(crate) fn cookie(&self) -> Option<String> {
        self.lan.as_ref().map(|lan| lan.key.cookie())
    }

    /// Answers requests until the process ends.
    pub async fn serve(self) {
        let others = async {
            if let Some(Lan { site, tls, .. }) = self.lan {
                site.serve(Some(tls)).await;
            }
        };
        tokio::join!(self.here.serve(None), others);
    }
}

impl Site {
    async fn new(host: IpAddr, port: u16, router: axum::Router, parts: &Parts) -> Result<Self> {
        let listener = server::listen(host, port).await?;
        let address = listener.local_addr()?;
        parts.proxy.client.add_own(address);
        Ok(Self { listener, router, address })
    }

    async fn serve(self, tls: Option<Tls>) {
        limits(tls).serve(self.listener, self.router).await;
    }
}

/// The limits of whoever connects, at every site.
pub(crate) fn limits(tls: Option<Tls>) -> Listen {
    Listen { tls, within: PATIENCE, per_address: MOST_SOCKETS, ..Listen::default() }
}

impl Lan {
    /// Listens at the port after the desk's.
    async fn new(options: &Options, parts: &Parts, desk: SocketAddr) -> Result<Self> {
        let (certificate, pem) = lan::certificate(options.data.as_deref())?;
        let tls = Tls::new(certificate.as_bytes(), pem.as_bytes()).context("the certificate")?;
        let key = Key::new()?;
        let router = server::network(options, parts, key.clone());
        let port = if options.port == 0 { 0 } else { desk.port().saturating_add(1) };
        Ok(Self { site: Site::new(options.host, port, router, parts).await?, key, tls })
    }
}

/// The hub of rooms, which checks the tokens of apps whose keys it has.
fn rooms(options: &Options) -> Result<tt_rtc_server::Server> {
    // The keys are for trying tokens: programs without one run beside them.
    let mut config = tt_rtc_server::Config { open: true, ..Default::default() };
    for (app, key) in &options.app_keys {
        let id = AppId::new(app).map_err(|_| anyhow!("--app-key: `{app}` is no AppId"))?;
        config.apps.insert(id, key.as_str().into());
    }
    Ok(tt_rtc_server::Server::new(config))
}

/// Compiles and reads again what changes, and says so.
fn follow(project: &Project, proxy: &Proxy, mock: Option<&Path>) -> Result<()> {
    let mut folders = vec![(project.folder().root().to_owned(), RecursiveMode::Recursive)];
    let mock = mock.map(fs::canonicalize).transpose()?;
    if let Some(parent) = mock.as_deref().and_then(Path::parent)
        && !parent.starts_with(project.folder().root())
    {
        // The folder, not the file: many editors write a new file and rename it.
        folders.push((parent.to_owned(), RecursiveMode::NonRecursive));
    }
    let (project, proxy) = (project.clone(), proxy.clone());
    watch(&folders, move |paths| {
        if let Some(mock) = mock.as_ref().filter(|mock| paths.contains(mock)) {
            match read_mocks(mock, &proxy) {
                Ok(count) => {
                    say(format_args!(
                        "Read the mock file again: {}",
                        plural(count, "kind of request")
                    ));
                }
                Err(error) => say(format_args!("The mock file stays as it was: {error:#}")),
            }
        }
        if paths.iter().any(|path| project.folder().below(path).is_some()) {
            match project.refresh() {
                Ok(Some(Refresh { change, problems, time })) => {
                    say(format_args!("Compiled in {} ms: {}", time.as_millis(), describe(&change)));
                    if problems {
                        print_problems(&project.manifest().problems);
                    }
                }
                Ok(None) => {}
                Err(error) => say(format_args!("The mini-program stays as it was: {error:#}")),
            }
        }
        true
    })
}

fn read_mocks(file: &Path, proxy: &Proxy) -> Result<usize> {
    let mocks = Mocks::read(file)?;
    let count = mocks.len();
    proxy.set_mocks(mocks);
    Ok(count)
}

fn print_problems(problems: &[Problem]) {
    for problem in problems.iter().take(MOST_PROBLEMS) {
        for line in report::describe(problem) {
            say(line);
        }
        say("");
    }
    if problems.len() > MOST_PROBLEMS {
        say(format_args!(
            "… and {} more problems; the desk shows them all.",
            problems.len() - MOST_PROBLEMS
        ));
    }
}

/// What changed, in a line.
fn describe(change: &Change) -> String {
    let kinds = [
        ("script", &change.modules),
        ("template", &change.templates),
        ("style", &change.styles),
        ("file", &change.files),
    ];
    let mut parts = Vec::new();
    for (kind, names) in kinds {
        match names.as_slice() {
            [] => {}
            [name] => parts.push(format!("{kind} {name}")),
            names => parts.push(plural(names.len(), kind)),
        }
    }
    if change.manifest {
        parts.push("settings, or which files a page has".to_owned());
    }
    if parts.is_empty() { "nothing that runs".to_owned() } else { parts.join(", ") }
}
