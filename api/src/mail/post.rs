//! Where mail goes: by SMTP, or as files in a directory.

use std::time::Duration;

use lettre::message::{Mailbox, Message};
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use persistence::RepoError;

use crate::config::{Config, SettingError, make_private};

/// Where mail goes.
#[derive(Clone)]
pub struct Post {
    /// Who sends it.
    pub from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(std::path::PathBuf),
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("{0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("{0}")]
    Message(#[from] lettre::error::Error),
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("{0}")]
    File(#[from] lettre::transport::file::Error),
    #[error("{0}")]
    Directory(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] RepoError),
}

impl Post {
    /// The way that the settings say.
    pub fn new(config: &Config) -> Result<Self, SettingError> {
        let from = config.sender()?;
        let way = match config.smtp()? {
            Some(transport) => Way::Smtp(transport.timeout(Some(Duration::from_secs(30))).build()),
            None => Way::Files(config.data_dir.join("mail")),
        };
        Ok(Self { from, way })
    }

    /// Sends a message.
    pub async fn send(&self, message: Message) -> Result<(), SendError> {
        match &self.way {
            Way::Smtp(transport) => {
                transport.send(message).await?;
            }
            Way::Files(directory) => {
                // Letters hold links that open accounts.
                make_private(directory)?;
                AsyncFileTransport::<Tokio1Executor>::new(directory)
                    .send(message)
                    .await?;
            }
        }
        Ok(())
    }
}
