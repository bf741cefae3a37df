//! Signing keys and the tokens they sign: EdDSA, shared by all replicas through the database.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::access::{Actor, Grant};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use persistence::key::{self, StoredKey};
use persistence::{Db, RepoError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::Config;
use crate::problem::{Kind, Problem};
use crate::state::{AppState, new_id};

/// How long an access token is valid.
pub const TOKEN_SECONDS: i64 = 600;
const TOKEN_TYPE: &str = "at+jwt";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The master secret is too short to be one.
    #[error("the master secret must have at least 32 characters")]
    WeakSecret,
    /// The file of the master secret cannot be read or written.
    #[error("the master secret's file cannot be used: {0}")]
    File(#[from] std::io::Error),
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

#[derive(Clone)]
struct Pair {
    id: Uuid,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// Every key of the installation, the newest first: that one signs.
#[derive(Clone)]
pub struct Keys {
    pairs: Arc<RwLock<Vec<Pair>>>,
    secret: Arc<[u8]>,
    issuer: Arc<str>,
}

/// What a token says (RFC 9068).
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    roles: Vec<Grant>,
}

impl Keys {
    /// Loads the keys, or makes the first one.
    pub async fn load(db: &Db, config: &Config, now: DateTime<Utc>) -> Result<Self, KeysError> {
        let secret = master_secret(config)?;
        let keys = Self {
            pairs: Arc::default(),
            secret: secret.into(),
            issuer: config.issuer.as_str().into(),
        };
        if key::list(db).await?.is_empty() {
            let tx = db.begin(None, now).await?;
            key::insert(&tx, keys.generate()?).await?;
            tx.commit().await?;
        }
        keys.reload(db).await?;
        Ok(keys)
    }

    async fn reload(&self, db: &Db) -> Result<(), KeysError> {
        let stored = key::list(db).await?;
        let pairs = stored
            .into_iter()
            .map(|key| self.open(key))
            .collect::<Result<Vec<_>, _>>()?;
        *self
            .pairs
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner()) = pairs;
        Ok(())
    }

    fn generate(&self) -> Result<StoredKey, KeysError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
            .map_err(|_| KeysError::Crypto)?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(|_| KeysError::Crypto)?;
        let mut sealed = pkcs8.as_ref().to_vec();
        let nonce = self
            .cipher()?
            .seal_in_place_append_tag(Aad::empty(), &mut sealed)
            .map_err(|_| KeysError::Crypto)?;
        let mut private_key = nonce.as_ref().to_vec();
        private_key.append(&mut sealed);
        Ok(StoredKey {
            id: new_id(),
            private_key,
            public_key: pair.public_key().as_ref().to_vec(),
        })
    }

    fn open(&self, stored: StoredKey) -> Result<Pair, KeysError> {
        let (nonce, sealed) = stored
            .private_key
            .split_at_checked(NONCE_LEN)
            .ok_or(KeysError::OtherSecret)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeysError::OtherSecret)?;
        let mut sealed = sealed.to_vec();
        let pkcs8 = self
            .cipher()?
            .open_in_place(nonce, Aad::empty(), &mut sealed)
            .map_err(|_| KeysError::OtherSecret)?;
        let verifying =
            DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(&stored.public_key))
                .map_err(|_| KeysError::Crypto)?;
        Ok(Pair {
            id: stored.id,
            signing: EncodingKey::from_ed_der(pkcs8),
            verifying,
        })
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, KeysError> {
        let key = digest::digest(&digest::SHA256, &self.secret);
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(|_| KeysError::Crypto)
    }

    /// A seal that only holders of the master secret can make (HMAC-SHA-256).
    pub fn seal(&self, bytes: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.secret);
        let tag = hmac::sign(&key, bytes);
        let mut seal = [0; 32];
        seal.copy_from_slice(tag.as_ref());
        seal
    }

    fn find(&self, id: Option<Uuid>) -> Option<Pair> {
        let pairs = self
            .pairs
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        pairs
            .iter()
            .find(|pair| id.is_none_or(|id| pair.id == id))
            .cloned()
    }

    /// Signs an access token.
    pub fn sign(
        &self,
        account: Uuid,
        roles: Vec<Grant>,
        now: DateTime<Utc>,
    ) -> Result<String, Problem> {
        let pair = self.find(None).ok_or_else(|| Problem::of(Kind::Internal))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(pair.id.to_string());
        let iat = now.timestamp();
        let claims = Claims {
            iss: self.issuer.to_string(),
            aud: self.issuer.to_string(),
            sub: account,
            sid: new_id(),
            iat,
            nbf: iat,
            exp: iat + TOKEN_SECONDS,
            jti: new_id(),
            roles,
        };
        encode(&header, &claims, &pair.signing).map_err(|_| Problem::of(Kind::Internal))
    }

    /// Who a token stands for. Refuses what is not ours, not of this type, not of this time.
    pub async fn verify(&self, state: &AppState, token: &str) -> Result<Actor, Problem> {
        let refused = || Problem::of(Kind::Unauthenticated);
        let header = decode_header(token).map_err(|_| refused())?;
        // RFC 8725: the type is checked by hand, the library does not; the algorithm is pinned below.
        if header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(refused());
        }
        let id: Uuid = header
            .kid
            .as_deref()
            .and_then(|kid| kid.parse().ok())
            .ok_or_else(refused)?;
        let pair = match self.find(Some(id)) {
            Some(pair) => pair,
            // Another replica may have made it meanwhile.
            None => {
                self.reload(&state.db)
                    .await
                    .map_err(|_| Problem::of(Kind::Unavailable))?;
                self.find(Some(id)).ok_or_else(refused)?
            }
        };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&*self.issuer]);
        validation.set_audience(&[&*self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "nbf", "sub"]);
        // Checked below against the state's clock, so that a test can turn it.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Claims>(token, &pair.verifying, &validation)
            .map_err(|_| refused())?
            .claims;
        let now = state.clock.now().timestamp();
        if now >= claims.exp || now + 60 < claims.nbf {
            return Err(refused());
        }
        Ok(Actor {
            account: Some(claims.sub),
            grants: claims.roles,
        })
    }
}

/// The master secret: from the settings, or from a file that only the owner may read.
fn master_secret(config: &Config) -> Result<Vec<u8>, KeysError> {
    let secret = match &config.master_secret {
        Some(secret) => secret.clone(),
        None => secret_file(&config.data_dir.join("master.key"))?,
    };
    if secret.trim().len() < 32 {
        Err(KeysError::WeakSecret)
    } else {
        Ok(secret.trim().as_bytes().to_vec())
    }
}

fn secret_file(file: &Path) -> Result<String, KeysError> {
    if file.exists() {
        return Ok(std::fs::read_to_string(file)?);
    }
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeysError::Crypto)?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(secret.as_bytes())?;
    Ok(secret)
}
