//! The load: so many connections, each sending its next request when the last is answered, over
//! HTTP/1.1 with keep-alive, for so long; and what it cost the server in CPU.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

pub type Request = hyper::Request<Full<Bytes>>;

/// One connection.
pub struct Link(SendRequest<Full<Bytes>>);

/// What came back.
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub body: Bytes,
}

impl Link {
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    pub async fn send(&mut self, request: Request) -> Result<Answer> {
        self.0.ready().await?;
        let answer = self.0.send_request(request).await?;
        let etag = answer
            .headers()
            .get("etag")
            .and_then(|tag| tag.to_str().ok())
            .map(str::to_owned);
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(Answer { status, etag, body })
    }
}

/// A request without a body.
pub fn get(path: &str, token: Option<&str>, etag: Option<&str>) -> Result<Request> {
    request("GET", path, token, etag, String::new())
}

pub fn post(path: &str, token: Option<&str>, body: String) -> Result<Request> {
    request("POST", path, token, None, body)
}

fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    etag: Option<&str>,
    body: String,
) -> Result<Request> {
    let mut request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost");
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(etag) = etag {
        request = request.header("if-none-match", etag);
    }
    Ok(request.body(Full::new(Bytes::from(body)))?)
}

/// How hard, how long, and what counts as done.
pub struct Plan {
    pub connections: usize,
    pub warm_up: Duration,
    pub length: Duration,
    pub expected: u16,
    /// What others do meanwhile: so many connections that send these, unmeasured.
    pub beside: Option<(usize, Make)>,
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub cpu_us: f64,
}

/// Makes the request of a number; numbers are never used twice in a run.
pub type Make = Arc<dyn Fn(u64) -> Result<Request> + Send + Sync>;

/// Warms up, then measures. Any answer but the expected one ends the run.
pub async fn measure(address: &str, plan: &Plan, make: Make, cost: &Cost) -> Result<Measured> {
    let numbers = Arc::new(AtomicU64::new(0));
    let mut others = JoinSet::new();
    if let Some((connections, make)) = &plan.beside {
        for _ in 0..*connections {
            let (mut link, make) = (Link::open(address).await?, Arc::clone(make));
            others.spawn(async move {
                loop {
                    link.send(make(0)?).await?;
                }
                #[expect(unreachable_code, reason = "says what `?` returns")]
                anyhow::Ok(())
            });
        }
    }
    run(address, plan, plan.warm_up, &make, &numbers).await?;
    let (before, started) = (cost.ticks()?, Instant::now());
    let mut times = run(address, plan, plan.length, &make, &numbers).await?;
    let (elapsed, after) = (started.elapsed().as_secs_f64(), cost.ticks()?);
    if times.is_empty() {
        bail!("nothing was answered in {elapsed:.1} s");
    }
    times.sort_unstable();
    let at =
        |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    let cpu_seconds = after.saturating_sub(before) as f64 / TICKS_PER_SECOND;
    Ok(Measured {
        per_second: times.len() as f64 / elapsed,
        p50_ms: at(50),
        p99_ms: at(99),
        cpu_us: cpu_seconds * 1e6 / times.len() as f64,
    })
}

async fn run(
    address: &str,
    plan: &Plan,
    length: Duration,
    make: &Make,
    numbers: &Arc<AtomicU64>,
) -> Result<Vec<Duration>> {
    let mut tasks = JoinSet::new();
    let expected = plan.expected;
    for _ in 0..plan.connections {
        let mut link = Link::open(address).await?;
        let (make, numbers) = (Arc::clone(make), Arc::clone(numbers));
        tasks.spawn(async move {
            let (begun, mut times) = (Instant::now(), Vec::new());
            while begun.elapsed() < length {
                let request = make(numbers.fetch_add(1, Ordering::Relaxed))?;
                let sent = Instant::now();
                let answer = link.send(request).await?;
                times.push(sent.elapsed());
                if answer.status != expected {
                    let body = String::from_utf8_lossy(&answer.body).into_owned();
                    bail!("answered {} instead of {expected}: {body}", answer.status);
                }
            }
            anyhow::Ok(times)
        });
    }
    let mut all = Vec::new();
    while let Some(times) = tasks.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// Linux counts a process's time in these, whatever the kernel's own clock (USER_HZ).
const TICKS_PER_SECOND: f64 = 100.0;

/// Whose CPU time counts: the server's process, and the database's if it has its own.
pub struct Cost {
    pub server: u32,
    pub postgres: bool,
}

impl Cost {
    /// User and system time so far.
    fn ticks(&self) -> Result<u64> {
        let mut total = stat(&self.server.to_string())?
            .context("the server has ended")?
            .ticks;
        if self.postgres {
            for entry in std::fs::read_dir("/proc")? {
                let name = entry?.file_name();
                let Some(pid) = name
                    .to_str()
                    .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
                else {
                    continue;
                };
                total += stat(pid)?
                    .filter(|process| process.name == "postgres")
                    .map_or(0, |process| process.ticks);
            }
        }
        Ok(total)
    }
}

struct Process {
    name: String,
    ticks: u64,
}

/// `/proc/<pid>/stat`; nothing for a process that has ended.
fn stat(pid: &str) -> Result<Option<Process>> {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return Ok(None);
    };
    let odd = || format!("/proc/{pid}/stat is not as Linux writes it");
    // The name stands in brackets and may hold anything, brackets too.
    let (head, rest) = text.rsplit_once(") ").with_context(odd)?;
    let (_, name) = head.split_once('(').with_context(odd)?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<u64>().ok())
            .with_context(odd)
    };
    Ok(Some(Process {
        name: name.to_owned(),
        ticks: ticks(11)? + ticks(12)?,
    }))
}
