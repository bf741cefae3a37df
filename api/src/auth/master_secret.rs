//! The master secret: what encrypts at rest what the database must not tell, and seals what is handed out.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use persistence::RepoError;

use crate::config::Config;
use crate::problem::{Kind, Problem};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The master secret is too short to be one.
    #[error("the master secret must have at least 32 characters")]
    WeakSecret,
    /// The file of the master secret cannot be read or written.
    #[error("the master secret's file {0} cannot be used: {1}")]
    File(std::path::PathBuf, std::io::Error),
    /// A stored key was encrypted with another master secret.
    #[error("the signing keys were encrypted with another master secret")]
    OtherSecret,
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] RepoError),
    /// The cryptographic library refused.
    #[error("no key could be made")]
    Crypto,
}

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Self {
        tracing::error!(%error, "The signing keys cannot be used");
        Problem::of(Kind::Unavailable)
    }
}

/// The secret that every replica has and the database has not.
#[derive(Clone)]
pub struct MasterSecret(Arc<[u8]>);

impl MasterSecret {
    /// From the settings, or from a file that only the owner may read, which is made when there is none.
    pub fn load(config: &Config) -> Result<Self, KeysError> {
        let secret = match &config.master_secret {
            Some(secret) => secret.clone(),
            None => secret_file(&config.data_dir.join("master.key"))?,
        };
        if secret.trim().len() < 32 {
            Err(KeysError::WeakSecret)
        } else {
            Ok(Self(secret.trim().as_bytes().into()))
        }
    }

    /// Encrypts what only holders of the master secret may read (AES-256-GCM, the nonce before it).
    pub fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, KeysError> {
        let mut sealed = plain.to_vec();
        let nonce = self
            .cipher()?
            .seal_in_place_append_tag(Aad::empty(), &mut sealed)
            .map_err(|_| KeysError::Crypto)?;
        let mut with_nonce = nonce.as_ref().to_vec();
        with_nonce.append(&mut sealed);
        Ok(with_nonce)
    }

    /// Reads what was encrypted.
    pub fn decrypt(&self, with_nonce: &[u8]) -> Result<Vec<u8>, KeysError> {
        let (nonce, sealed) = with_nonce
            .split_at_checked(NONCE_LEN)
            .ok_or(KeysError::OtherSecret)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeysError::OtherSecret)?;
        let mut sealed = sealed.to_vec();
        let plain = self
            .cipher()?
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(|_| KeysError::OtherSecret)?;
        Ok(plain.to_vec())
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, KeysError> {
        let key = digest::digest(&digest::SHA256, &self.0);
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(|_| KeysError::Crypto)
    }

    /// A seal that only holders of the master secret can make (HMAC-SHA-256).
    pub fn seal(&self, bytes: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, bytes);
        let mut seal = [0; 32];
        seal.copy_from_slice(tag.as_ref());
        seal
    }
}

fn secret_file(file: &Path) -> Result<String, KeysError> {
    let unusable = |error| KeysError::File(file.to_owned(), error);
    if file.exists() {
        return std::fs::read_to_string(file).map_err(unusable);
    }
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeysError::Crypto)?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    write_secret(file, &secret).map_err(unusable)?;
    Ok(secret)
}

fn write_secret(file: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(file)?;
    written.write_all(secret.as_bytes())?;
    // What is encrypted with it is stored for good as soon as it is stored.
    written.sync_all()
}
