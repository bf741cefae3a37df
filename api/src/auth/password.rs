//! Passwords: argon2id, off the async workers, always fewer at once than there are cores.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::access::password::Password;
use tokio::sync::Semaphore;

use crate::problem::{Kind, Problem};

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    at_once: Arc<Semaphore>,
    /// Verified when there is no account, so that an unknown address takes as long as a known one.
    decoy: Arc<str>,
}

impl Hasher {
    /// Parameters of OWASP's minimum (t=2, p=1), with the memory from the settings.
    pub fn new(memory_kib: u32) -> Result<Self, String> {
        let params = Params::new(memory_kib, 2, 1, None).map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = argon2
            .hash_password(b"decoy")
            .map_err(|error| error.to_string())?
            .to_string();
        // One core is left to everybody else, where there is one to leave.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = cores.saturating_sub(1).max(1);
        Ok(Self {
            argon2,
            at_once: Arc::new(Semaphore::new(at_once)),
            decoy: decoy.into(),
        })
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: Password) -> Result<String, Problem> {
        let argon2 = self.argon2.clone();
        self.off_thread(move || hashed(&argon2, &password))
            .await?
            .ok_or_else(|| Problem::of(Kind::Internal))
    }

    /// The PHC string of a password that somebody chose, who is known by `about`; refused at `/password` when it is too
    /// short or easily guessed.
    pub async fn choose(&self, raw: String, about: Vec<String>) -> Result<String, Problem> {
        let argon2 = self.argon2.clone();
        let chosen = self.off_thread(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            Password::new(&raw, &about).map(|password| hashed(&argon2, &password))
        });
        match chosen.await? {
            Ok(Some(hash)) => Ok(hash),
            Ok(None) => Err(Problem::of(Kind::Internal)),
            Err(rule) => Err(Problem::of(Kind::InvalidValues).at("/password", rule)),
        }
    }

    /// Whether a password is the one of a PHC string; takes as long when there is no such string.
    pub async fn verify(&self, password: Password, known: Option<String>) -> Result<bool, Problem> {
        let argon2 = self.argon2.clone();
        let decoy = Arc::clone(&self.decoy);
        self.off_thread(move || {
            let stored = known.as_deref().unwrap_or(&decoy);
            let matches =
                PasswordVerifier::<str>::verify_password(&argon2, password.as_bytes(), stored)
                    .is_ok();
            matches && known.is_some()
        })
        .await
    }

    /// Whether a PHC string was made with other parameters than today's.
    pub fn is_outdated(&self, stored: &str) -> bool {
        // $argon2id$v=19$m=19456,t=2,p=1$salt$hash
        let parameters = |text: &str| {
            text.split('$')
                .take(4)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        parameters(stored) != parameters(&self.decoy)
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = Arc::clone(&self.at_once)
            .acquire_owned()
            .await
            .map_err(|_| Problem::of(Kind::Unavailable))?;
        // The turn ends with the work, also when nobody waits for it any more.
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Problem::of(Kind::Internal))
    }
}

fn hashed(argon2: &Argon2<'_>, password: &Password) -> Option<String> {
    let hash = argon2.hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}
