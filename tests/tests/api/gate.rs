//! What holds for every request, whatever it asks for.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TestApp, on_both};

/// A body, and the place and rule of its fault where it has one.
type Case = (&'static [u8], Option<(&'static str, &'static str)>);

on_both! {
    async fn wrong_paths_methods_and_media_types_are_problems(app: TestApp) {
        let anonymous = app.anonymous();
        anonymous.get("/nowhere").await.problem(404, "not-found");
        anonymous.get("/api/v1/institutions/Nie%20Slug").await.problem(404, "not-found");
        let put = anonymous.send(anonymous.request("PUT", "/api/v1/institutions")).await;
        put.problem(405, "method-not-allowed");
        assert_eq!(put.header("allow"), "GET, POST, HEAD, OPTIONS");
        let admin = app.admin().await;
        let text = admin.request("POST", "/api/v1/institutions").header("content-type", "text/plain").body("{}");
        admin.send(text).await.problem(415, "unsupported-media-type");
        let gzip = admin.request("POST", "/api/v1/institutions").header("content-encoding", "gzip").body("x");
        admin.send(gzip).await.problem(415, "unsupported-media-type");
    }
}

on_both! {
    async fn what_is_not_json_is_refused_with_its_place(app: TestApp) {
        let admin = app.admin().await;
        let cases: [Case; 13] = [
            (b"{\"name\": ", None),
            (b"{\"name\":\"a\",\"kind\":\"pup\"} x", None),
            (b"\xef\xbb\xbf{}", None),
            (b"", None),
            (b"[]", Some(("", "type"))),
            (b"null", Some(("", "type"))),
            // What is missing is told when all else can be read.
            (b"{\"kind\":1}", Some(("/kind", "type"))),
            (b"{\"address\":{\"town\":\"x\",\"town\":\"y\"}}", Some(("/address/town", "duplicate"))),
            (b"{\"name\":1,\"kind\":\"pup\"}", Some(("/name", "type"))),
            (b"{\"name\":\"a\",\"kind\":\"pup\",\"is_admin\":true}", Some(("/is_admin", "unknown_field"))),
            (b"{\"name\":\"a\",\"name\":\"b\",\"kind\":\"pup\"}", Some(("/name", "duplicate"))),
            (b"{\"name\":\"a\",\"kind\":\"pup\",\"address\":{\"city\":\"x\"}}", Some(("/address/city", "unknown_field"))),
            (b"{\"name\":\"\\ud800\",\"kind\":\"pup\"}", None),
        ];
        for (body, expected) in cases {
            let request = admin.request("POST", "/api/v1/institutions").header("content-type", "application/json");
            let answer = admin.send(request.body(body.to_vec())).await;
            answer.problem(400, "malformed-request");
            let found = answer.errors();
            let expected: Vec<_> = expected.into_iter().map(|(at, code)| (at.to_owned(), code.to_owned())).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(body));
        }
    }
}

on_both! {
    async fn too_large_a_body_is_refused(app: TestApp) {
        let admin = app.admin().await;
        let body = format!("{{\"name\":\"{}\"}}", "x".repeat(3 * 1024 * 1024));
        let request = admin.request("POST", "/api/v1/institutions").header("content-type", "application/json");
        admin.send(request.body(body)).await.problem(413, "too-large");
    }
}

on_both! {
    async fn head_answers_like_get_without_a_body(app: TestApp) {
        let anonymous = app.anonymous();
        let got = anonymous.get("/api/v1/vocabularies/sectors").await;
        let head = anonymous.send(anonymous.request("HEAD", "/api/v1/vocabularies/sectors")).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_eq!(head.header("content-length"), got.text.len().to_string());
    }
}

on_both! {
    async fn every_answer_carries_the_security_headers(app: TestApp) {
        for path in ["/api/v1/institutions", "/nowhere", "/docs/", "/health/live"] {
            let answer = app.anonymous().get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
            assert_eq!(answer.header("server"), "", "{path}");
        }
    }
}

on_both! {
    async fn only_listed_origins_may_call(app: TestApp) {
        let anonymous = app.anonymous();
        for (origin, allowed) in [("https://frontend.example", true), ("https://evil.example", false), ("null", false)] {
            let request = anonymous.request("GET", "/api/v1/institutions").header("origin", origin);
            let answer = anonymous.send(request).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("access-control-allow-origin"), if allowed { origin } else { "" });
        }
    }
}

on_both! {
    async fn problems_speak_the_callers_language(app: TestApp) {
        let anonymous = app.anonymous();
        for (accepted, title) in [
            ("", "Nie ma takiego zasobu"),
            ("en", "No such resource"),
            ("de, en;q=0.5, pl;q=0.4", "No such resource"),
            ("en;q=0.1, pl-PL", "Nie ma takiego zasobu"),
            ("fr", "Nie ma takiego zasobu"),
        ] {
            let request = anonymous.request("GET", "/nowhere").header("accept-language", accepted);
            assert_eq!(anonymous.send(request).await.problem(404, "not-found")["title"], title, "{accepted}");
        }
    }
}

on_both! {
    async fn the_documentation_page_works_offline(app: TestApp) {
        let page = app.anonymous().get("/docs/").await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("https://"), "a script from elsewhere");
        assert!(page.header("content-security-policy").contains("script-src 'self';"));
        for loaded in page.text.split('"').filter(|text| text.ends_with(".js") || text.ends_with(".css") || text.ends_with(".png")) {
            assert_eq!(app.anonymous().get(&format!("/docs/{loaded}")).await.status, 200, "{loaded}");
        }
        // People sign in on the page: there is no grant of OAuth for passwords.
        assert!(app.anonymous().get("/docs/page.js").await.text.contains("/api/v1/auth/login"));
        app.anonymous().get("/openapi.json").await.ok(200);
    }
}

on_both! {
    /// A client that would speak HTTP/2 sends its next request on a connection that is still open.
    async fn who_offers_another_protocol_is_told_that_the_connection_closes(app: TestApp) {
        let mut connection = TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap();
        let offer = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n\r\n";
        connection.write_all(offer.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
}

on_both! {
    async fn health(app: TestApp) {
        for path in ["/health/live", "/health/ready"] {
            assert_eq!(app.anonymous().get(path).await.ok(200)["status"], "ok");
        }
    }
}

on_both! {
    async fn only_the_documentation_is_not_of_the_document(app: TestApp) {
        let anonymous = app.anonymous();
        assert!(anonymous.get("/docs").await.text.contains("swagger"), "it leads to /docs/");
        for path in ["/docsx", "/docs/nie-ma"] {
            anonymous.get(path).await.problem(404, "not-found");
        }
        // A probe is answered whatever token it carries.
        let stale = anonymous.request("GET", "/health/live").bearer_auth("old");
        assert_eq!(anonymous.send(stale).await.status, 200);
        let stale = anonymous.request("GET", "/api/v1/institutions").bearer_auth("old");
        anonymous.send(stale).await.problem(401, "unauthenticated");
    }
}
