//! A client of the server under test, as somebody or as nobody.

use reqwest::Method;
use serde_json::Value;

/// Sends requests with one account's token.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub token: Option<String>,
    pub http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    pub async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(
            self.request("POST", path)
                .header("Idempotency-Key", key)
                .json(body),
        )
        .await
    }

    /// Sends a file.
    pub async fn upload(
        &self,
        path: &str,
        media_type: &str,
        file: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request("POST", path);
        let request = request.header("content-type", media_type);
        self.send(request.body(file)).await
    }

    pub async fn patch(&self, path: &str, if_match: &str, body: Value) -> Answer {
        let request = self
            .request("PATCH", path)
            .header("If-Match", if_match)
            .json(&body);
        self.send(request).await
    }

    /// A step into another state, whatever the version.
    pub async fn step(&self, record: &str, step: Value) -> Answer {
        self.step_at(record, "*", step).await
    }

    /// The same of a version.
    pub async fn step_at(&self, record: &str, if_match: &str, step: Value) -> Answer {
        let request = self
            .request("POST", &format!("{record}/transitions"))
            .header("If-Match", if_match)
            .json(&step);
        self.send(request).await
    }

    pub async fn delete(&self, path: &str, if_match: &str) -> Answer {
        self.send(self.request("DELETE", path).header("If-Match", if_match))
            .await
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    /// The body, of an answer that must have this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// A problem of this status and code, in the one shape.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, "application/problem+json"),
            "{}",
            self.text
        );
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], format!("/problems/{code}"));
        assert_eq!(
            body["instance"],
            format!("urn:uuid:{}", self.header("x-request-id"))
        );
        body
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Pointers, or parameters, and codes of a problem's errors.
    pub fn errors(&self) -> Vec<(String, String)> {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|error| {
                let places = [&error["pointer"], &error["parameter"]];
                let place = places.into_iter().find(|place| !place.is_null());
                (text(place.unwrap()), text(&error["code"]))
            })
            .collect()
    }
}
