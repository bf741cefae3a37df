//! Signing in, and tokens that are not ours.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Grant, Role};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use persistence::Origin;
use persistence::key::{self, StoredKey};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, PASSWORD, TestApp, on_both};

on_both! {
    async fn who_signs_in_knows_itself(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let client = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let me = client.get("/api/v1/auth/me").await.ok(200);
        let role = &me["roles"][0];
        assert_eq!(role["role"], "secretariat");
        assert_eq!(role["partnership"], json!(partnership));
        assert_eq!(role["institution"], json!(null));
        let may: Vec<&str> = role["permissions"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        assert!(may.contains(&"records:write") && !may.contains(&"imports:run"), "{may:?}");
        assert_eq!(me["permissions"], json!(["public:read", "snapshots:read", "self:read", "self:write"]));
        assert_eq!(me["second_factor"], json!({ "present": false, "given": false, "needed": false }));
    }
}

on_both! {
    /// ASVS 5, 6.3.8: no answer tells whether an account exists.
    async fn unknown_disabled_and_known_accounts_are_refused_alike(app: TestApp) {
        app.account("known@test.example", &[]).await;
        let disabled = app.account("disabled@test.example", &[]).await;
        let admin = app.admin().await;
        let url = format!("/api/v1/accounts/{disabled}");
        admin.step(&url, json!({ "to": "disabled" })).await.ok(200);
        let mut bodies = Vec::new();
        for (email, password) in [
            ("known@test.example", "a wrong password"),
            ("nobody@test.example", PASSWORD),
            ("disabled@test.example", PASSWORD),
        ] {
            let mut body = app.login(email, password).await.problem(401, "bad-credentials");
            body["instance"] = json!(null);
            bodies.push(body);
        }
        app.login("a\u{0}b@test.example", "x").await.problem(401, "bad-credentials");
        assert_eq!(bodies[0], bodies[1]);
        assert_eq!(bodies[0], bodies[2]);
        assert_eq!(app.login("KNOWN@test.example", PASSWORD).await.status, 200);
    }
}

on_both! {
    async fn a_token_expires(app: TestApp) {
        let client = app.admin().await;
        client.get("/api/v1/auth/me").await.ok(200);
        app.pass(590);
        client.get("/api/v1/auth/me").await.ok(200);
        app.pass(11);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        // A bad token is refused even where none is needed: the caller believes to be signed in.
        client.get("/api/v1/institutions").await.problem(401, "unauthenticated");
    }
}

/// A key pair that the server under test knows, and the test, too.
async fn planted_key(app: &TestApp) -> (Uuid, EncodingKey, Vec<u8>) {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let id = Uuid::now_v7();
    let tx = app.db.begin(Origin::default(), app.now()).await.unwrap();
    let stored = StoredKey {
        id,
        private_key: app.state.keys.master.encrypt(pkcs8.as_ref()).unwrap(),
        public_key: public.clone(),
        // Not the newest: it does not sign.
        created_at: app.now() - chrono::TimeDelta::days(1),
        retired_at: None,
    };
    key::insert(&tx, stored).await.unwrap();
    tx.commit().await.unwrap();
    // An unknown key is looked for again after a while.
    app.pass(3);
    (id, EncodingKey::from_ed_der(pkcs8.as_ref()), public)
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).unwrap()
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

on_both! {
    /// RFC 8725: forged, altered and foreign tokens.
    async fn tokens_that_are_not_ours_are_refused(app: TestApp) {
        let client = app.admin().await;
        let token = client.token.clone().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other = app.admin().await.token.unwrap();
        let other: Vec<&str> = other.split('.').collect();
        let (kid, key, public) = planted_key(&app).await;
        let claims = part(parts[1]);
        let with = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            claims
        };
        let header = || {
            let mut header = Header::new(Algorithm::EdDSA);
            (header.typ, header.kid) = (Some("at+jwt".to_owned()), Some(kid.to_string()));
            header
        };
        let call = async |token: String| {
            let client = Client { token: Some(token), ..app.anonymous() };
            client.get("/api/v1/auth/me").await
        };
        // What is wrong below is what is said to be wrong, and not the key.
        call(signed(&header(), &claims, &key)).await.ok(200);

        let now = app.now().timestamp();
        let typed = |typ: Option<&str>| Header { typ: typ.map(str::to_owned), ..header() };
        let keyed = |kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..header() };
        let nobody = Uuid::now_v7();
        let mut hs256 = Header { alg: Algorithm::HS256, ..header() };
        hs256.typ = Some("at+jwt".to_owned());
        let none = |payload: &str| {
            let header = json!({ "typ": "at+jwt", "alg": "none", "kid": kid });
            format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(header.to_string()))
        };
        let forged = [
            ("signature stripped", format!("{}.{}.", parts[0], parts[1])),
            ("another token's claims", format!("{}.{}.{}", parts[0], other[1], parts[2])),
            ("alg none", none(parts[1])),
            ("HS256 with the public key", signed(&hs256, &claims, &EncodingKey::from_secret(&public))),
            ("no kid", signed(&keyed(None), &claims, &key)),
            ("unknown kid", signed(&keyed(Some(&nobody.to_string())), &claims, &key)),
            ("kid as a path", signed(&keyed(Some("../../../../dev/null")), &claims, &key)),
            ("kid as SQL", signed(&keyed(Some("' OR 1=1 --")), &claims, &key)),
            ("another key's kid", signed(&keyed(part(parts[0])["kid"].as_str()), &claims, &key)),
            ("typ JWT", signed(&typed(Some("JWT")), &claims, &key)),
            ("no typ", signed(&typed(None), &claims, &key)),
            ("another audience", signed(&header(), &with("aud", json!("https://elsewhere.example")), &key)),
            ("no audience", signed(&header(), &with("aud", json!(null)), &key)),
            ("another issuer", signed(&header(), &with("iss", json!("https://elsewhere.example")), &key)),
            ("expired", signed(&header(), &with("exp", json!(now - 1)), &key)),
            ("never expires", signed(&header(), &with("exp", json!(null)), &key)),
            ("not yet valid", signed(&header(), &with("nbf", json!(now + 120)), &key)),
            ("no such session", signed(&header(), &with("sid", json!(nobody)), &key)),
            ("another account's session", signed(&header(), &with("sub", json!(nobody)), &key)),
            ("a session as a secret", signed(&header(), &with("scope", json!("imports:run")), &key)),
            ("no token", "not a token".to_owned()),
            ("nothing", String::new()),
        ];
        for (what, token) in forged {
            let answer = call(token).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text);
            answer.problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
        }
    }
}

on_both! {
    /// What a token says of roles is for others; here the database says it.
    async fn a_token_does_not_make_its_holder_an_administrator(app: TestApp) {
        app.account("osoba@test.example", &[]).await;
        let token = app.sign_in("osoba@test.example").await.token.unwrap();
        let (kid, key, _) = planted_key(&app).await;
        let mut claims = part(token.split('.').nth(1).unwrap());
        claims["roles"] = json!([{ "role": "admin", "partnership": null, "institution": null }]);
        let mut header = Header::new(Algorithm::EdDSA);
        (header.typ, header.kid) = (Some("at+jwt".to_owned()), Some(kid.to_string()));
        let client = Client { token: Some(signed(&header, &claims, &key)), ..app.anonymous() };
        assert_eq!(client.get("/api/v1/auth/me").await.ok(200)["roles"], json!([]));
        client.get("/api/v1/accounts").await.problem(403, "forbidden");
    }
}

on_both! {
    /// RFC 7517, RFC 8037, RFC 9068: by another library than the one that signed.
    async fn a_token_is_verified_with_the_published_keys_alone(app: TestApp) {
        let token = app.admin().await.token.unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let (header, claims) = (part(header), part(claims));
        let jwks = app.anonymous().get("/.well-known/jwks.json").await.ok(200);
        let keys = jwks["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
        assert_eq!((&key["kty"], &key["crv"], &header["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
        let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ED25519, public).verify(signed.as_bytes(), &signature).unwrap();
        let metadata = app.anonymous().get("/.well-known/oauth-authorization-server").await.ok(200);
        assert_eq!((&claims["iss"], &claims["aud"]), (&metadata["issuer"], &metadata["issuer"]));
        for name in ["sub", "client_id", "sid", "iat", "nbf", "exp", "jti"] {
            assert!(!claims[name].is_null(), "{name}");
        }
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        assert_eq!(claims["roles"], json!([{ "role": "admin", "partnership": null, "institution": null }]));
    }
}

on_both! {
    async fn a_second_replica_verifies_the_first_ones_tokens(app: TestApp) {
        let email = "rep@test.example";
        app.account(email, &[Grant { role: Role::Admin, partnership: None, institution: None }]).await;
        let client = app.sign_in(email).await;
        let replica = app.replica().await;
        let second = Client { base: replica.base.clone(), ..client };
        second.get("/api/v1/auth/me").await.ok(200);
    }
}
