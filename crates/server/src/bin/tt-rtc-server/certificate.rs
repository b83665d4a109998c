//! The certificate, and its renewal while the server runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tracing::{info, warn};
use tt_rtc_server::config::TlsConfig;
use tt_rtc_server::listen::Tls;

use crate::signals::Hangups;

/// How often the files are looked at. They are small, and a renewed certificate is valid for weeks
/// beside the old one.
const LOOK: Duration = Duration::from_secs(60);

/// The files of a certificate, and what was read from them last.
pub(crate) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    content: [Vec<u8>; 2],
    tls: Tls,
}

impl Certificate {
    /// Reads the configured certificate, if there is one.
    ///
    /// # Errors
    /// When a file cannot be read or has no certificate or no key, or when they do not belong together.
    pub(crate) fn read(config: &TlsConfig) -> Result<Option<Self>> {
        let (Some(chain), Some(key)) = (&config.certificate, &config.key) else { return Ok(None) };
        let content = content(chain, key)?;
        let tls = Tls::new(&content[0], &content[1])?;
        Ok(Some(Self { chain: chain.clone(), key: key.clone(), content, tls }))
    }

    /// What a listening socket uses, now and after each renewal.
    pub(crate) fn tls(&self) -> Tls {
        self.tls.clone()
    }

    /// Uses the certificate that is in the files now. If it is unusable, the one before stays: the files
    /// may be written at this moment.
    pub(crate) fn renew(&mut self) {
        let renewed = content(&self.chain, &self.key).and_then(|content| {
            if content == self.content {
                return Ok(false);
            }
            self.tls.replace(&content[0], &content[1])?;
            self.content = content;
            Ok(true)
        });
        match renewed {
            Ok(true) => info!("the certificate was renewed"),
            Ok(false) => {}
            Err(error) => warn!("the certificate before stays in use: {error:#}"),
        }
    }

    /// Renews the certificate whenever the files have changed, or at once at SIGHUP, until the future is
    /// dropped.
    pub(crate) async fn keep(certificate: Option<Self>, mut hangups: Hangups) {
        let Some(mut certificate) = certificate else {
            loop {
                hangups.next().await;
                info!("SIGHUP: there is no certificate to renew");
            }
        };
        loop {
            tokio::select! {
                () = hangups.next() => info!("SIGHUP: looking for a new certificate"),
                () = tokio::time::sleep(LOOK) => {}
            }
            certificate.renew();
        }
    }
}

fn content(chain: &Path, key: &Path) -> Result<[Vec<u8>; 2]> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {file:?}"));
    Ok([read(chain)?, read(key)?])
}
