//! Signing keys and the tokens they sign: EdDSA, shared by all replicas through the database.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Grant, Permission};
use domain::audit::Event;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use persistence::audit::Noted;
use persistence::key::{self, StoredKey};
use persistence::{Db, Origin};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::master_secret::{KeysError, MasterSecret};
use crate::clock::new_id;
use crate::config::Config;
use crate::problem::{Kind, Problem};

/// How long an access token is valid.
pub const TOKEN_SECONDS: i64 = 600;
const TOKEN_TYPE: &str = "at+jwt";

/// For how long a key that does not sign any more verifies: as long as a token of its is valid, and clocks differ.
const KEPT: TimeDelta = TimeDelta::seconds(TOKEN_SECONDS + LEEWAY);
/// How much the clocks of two replicas may differ, in seconds.
const LEEWAY: i64 = 60;
/// After this time the keys are read again: another replica may have retired one.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(60);
/// After an id that no key has, unknown ids are not looked for again before this time: whoever makes ids up does not make
/// us read the database.
const LOOKED_FOR_EVERY: TimeDelta = TimeDelta::seconds(2);
/// The `client_id` of tokens that people sign in for (RFC 9068, section 2.2).
const OWN_CLIENT: &str = "partnerstwo";

#[derive(Clone)]
struct Pair {
    id: Uuid,
    signing: EncodingKey,
    verifying: DecodingKey,
    public: Vec<u8>,
    retired_at: Option<DateTime<Utc>>,
}

impl Pair {
    fn verifies_at(&self, now: DateTime<Utc>) -> bool {
        self.retired_at
            .is_none_or(|retired_at| now < retired_at + KEPT)
    }
}

/// The keys as they were read.
#[derive(Default)]
struct Ring {
    /// The one that signs first.
    pairs: Vec<Pair>,
    read_at: DateTime<Utc>,
    /// When an id was looked for in vain.
    missed_at: DateTime<Utc>,
}

/// Every key of the installation.
#[derive(Clone)]
pub struct Keys {
    ring: Arc<RwLock<Ring>>,
    /// What the private parts are encrypted with.
    pub master: MasterSecret,
    issuer: Arc<str>,
}

/// What a token says (RFC 9068).
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    client_id: String,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    roles: Vec<Grant>,
}

/// What a token is had for.
#[derive(Clone)]
pub struct Bearer {
    /// The account.
    pub account: Uuid,
    /// What the token hangs on: the session of a person or the secret of a service. When that ends, so does the token.
    pub hangs_on: Uuid,
    /// What a service asked for; people have all that they hold.
    pub scopes: Option<Vec<Permission>>,
}

/// A public key for others to verify tokens with (RFC 8037).
pub struct PublicKey {
    /// The `kid`.
    pub id: Uuid,
    /// The 32 bytes of the key, in base64url.
    pub x: String,
}

impl Keys {
    /// Loads the keys, or makes the first one.
    pub async fn load(db: &Db, config: &Config, now: DateTime<Utc>) -> Result<Self, KeysError> {
        let keys = Self {
            ring: Arc::default(),
            master: MasterSecret::load(config)?,
            issuer: config.public_url().into(),
        };
        if key::list(db).await?.is_empty() {
            let tx = db.begin(Origin::default(), now).await?;
            key::insert(&tx, keys.generate(now)?).await?;
            tx.commit().await?;
        }
        keys.read(db, now).await?;
        Ok(keys)
    }

    /// Makes a key that signs from now on; the others verify until the last token of theirs has expired, or, when they are
    /// not trusted any more, not at all.
    pub async fn rotate(
        &self,
        db: &Db,
        trusted: bool,
        now: DateTime<Utc>,
    ) -> Result<Uuid, KeysError> {
        let fresh = self.generate(now)?;
        let id = fresh.id;
        let tx = db.begin(Origin::default(), now).await?;
        key::insert(&tx, fresh).await?;
        key::retire_others(&tx, id).await?;
        let dead = if trusted { now - KEPT } else { now + KEPT };
        key::purge(&tx, dead).await?;
        let others = if trusted { "verify" } else { "revoked" };
        tx.note(Noted::of(Event::KeyRotated, id).with("others", others));
        tx.commit().await?;
        self.read(db, now).await?;
        Ok(id)
    }

    async fn read(&self, db: &Db, now: DateTime<Utc>) -> Result<(), KeysError> {
        let stored = key::list(db).await?;
        let pairs = stored
            .into_iter()
            .map(|key| self.open(key))
            .collect::<Result<Vec<_>, _>>()?;
        let mut ring = self.ring_mut();
        ring.pairs = pairs;
        ring.read_at = now;
        Ok(())
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The public keys with which tokens can be verified, those included that another replica has just made.
    pub async fn public(&self, db: &Db, now: DateTime<Utc>) -> Result<Vec<PublicKey>, KeysError> {
        self.read(db, now).await?;
        let ring = self.ring();
        let valid = ring.pairs.iter().filter(|pair| pair.verifies_at(now));
        let shown = |pair: &Pair| PublicKey {
            id: pair.id,
            x: URL_SAFE_NO_PAD.encode(&pair.public),
        };
        Ok(valid.map(shown).collect())
    }

    /// The key of an id. Read again when it is not known (another replica may have made it a moment ago), or when what is
    /// known is old.
    async fn find(&self, db: &Db, now: DateTime<Utc>, id: Uuid) -> Result<Pair, Problem> {
        let known = |ring: &Ring| ring.pairs.iter().find(|pair| pair.id == id).cloned();
        let (pair, age, since_miss) = {
            let ring = self.ring();
            (known(&ring), now - ring.read_at, now - ring.missed_at)
        };
        let pair = match pair {
            Some(pair) if age < FRESH_FOR => Some(pair),
            None if since_miss < LOOKED_FOR_EVERY => None,
            _ => {
                self.read(db, now).await?;
                let mut ring = self.ring_mut();
                let found = known(&ring);
                if found.is_none() {
                    ring.missed_at = now;
                }
                found
            }
        };
        pair.filter(|pair| pair.verifies_at(now))
            .ok_or_else(|| Problem::of(Kind::Unauthenticated))
    }

    fn generate(&self, now: DateTime<Utc>) -> Result<StoredKey, KeysError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
            .map_err(|_| KeysError::Crypto)?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(|_| KeysError::Crypto)?;
        Ok(StoredKey {
            id: new_id(),
            private_key: self.master.encrypt(pkcs8.as_ref())?,
            public_key: pair.public_key().as_ref().to_vec(),
            created_at: now,
            retired_at: None,
        })
    }

    fn open(&self, stored: StoredKey) -> Result<Pair, KeysError> {
        let pkcs8 = self.master.decrypt(&stored.private_key)?;
        let verifying =
            DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(&stored.public_key))
                .map_err(|_| KeysError::Crypto)?;
        Ok(Pair {
            id: stored.id,
            signing: EncodingKey::from_ed_der(&pkcs8),
            verifying,
            public: stored.public_key,
            retired_at: stored.retired_at,
        })
    }

    /// The key that signs now, whichever replica made it. Read before a transaction begins, which would hold one connection
    /// while it waits for another.
    pub async fn signer(&self, db: &Db, now: DateTime<Utc>) -> Result<Signer, Problem> {
        self.read(db, now).await?;
        let ring = self.ring();
        let pair = ring.pairs.iter().find(|pair| pair.retired_at.is_none());
        let pair = pair.cloned().ok_or_else(|| Problem::of(Kind::Internal))?;
        Ok(Signer {
            pair,
            issuer: Arc::clone(&self.issuer),
            now,
        })
    }

    /// What a token is had for. Refuses what is not ours, not of this type, not of this time.
    pub async fn verify(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        token: &str,
    ) -> Result<Bearer, Problem> {
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
        let pair = self.find(db, now, id).await?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&*self.issuer]);
        validation.set_audience(&[&*self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "nbf", "sub"]);
        // Checked below against `now`, so that a test can turn the clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = decode::<Claims>(token, &pair.verifying, &validation)
            .map_err(|_| refused())?
            .claims;
        let now = now.timestamp();
        if now >= claims.exp || now + LEEWAY < claims.nbf {
            return Err(refused());
        }
        let scopes = claims.scope.map(|scope| {
            let codes = scope.split_ascii_whitespace();
            codes.filter_map(Permission::from_code).collect()
        });
        Ok(Bearer {
            account: claims.sub,
            hangs_on: claims.sid,
            scopes,
        })
    }
}

/// A key that signs tokens.
pub struct Signer {
    pair: Pair,
    issuer: Arc<str>,
    now: DateTime<Utc>,
}

impl Signer {
    /// The token of a person in a session, or of a service, had with a secret for a scope.
    pub fn sign(
        &self,
        account: Uuid,
        hangs_on: Uuid,
        scope: Option<String>,
        roles: Vec<Grant>,
    ) -> Result<String, Problem> {
        let client_id = match scope {
            None => OWN_CLIENT.to_owned(),
            Some(_) => account.to_string(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(self.pair.id.to_string());
        let iat = self.now.timestamp();
        let claims = Claims {
            iss: self.issuer.to_string(),
            aud: self.issuer.to_string(),
            sub: account,
            client_id,
            sid: hangs_on,
            iat,
            nbf: iat,
            exp: iat + TOKEN_SECONDS,
            jti: new_id(),
            scope,
            roles,
        };
        encode(&header, &claims, &self.pair.signing).map_err(|_| Problem::of(Kind::Internal))
    }
}
