//! The way to the server: addresses, proxies, and nobody there.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use kag_llm::{ErrorKind, LanguageModel};
use kag_openai::{Endpoint, OpenAi};

use crate::{
    KEY, check, long, model, question,
    server::{Server, answer, says},
};

/// An address at which nothing listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// A forward proxy for requests in absolute form.
fn proxy() -> Server {
    Server::handling(|_, seen, stream| {
        let mut parts = seen.line.split(' ');
        let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
        let Some(rest) = target.strip_prefix("http://") else {
            return answer(405, "", "absolute form only").play(stream);
        };
        let (host, path) = rest.split_once('/').unwrap();
        let mut onward = TcpStream::connect(host).unwrap();
        write!(onward, "{method} /{path} HTTP/1.1\r\n").unwrap();
        for (name, value) in &seen.headers {
            if !name.starts_with("proxy-") {
                write!(onward, "{name}: {value}\r\n").unwrap();
            }
        }
        onward.write_all(b"\r\n").unwrap();
        onward.write_all(&seen.body).unwrap();
        std::io::copy(&mut onward, stream).unwrap();
    })
}

#[tokio::test]
async fn slashes_at_the_end_make_no_difference_and_a_query_is_kept() {
    let server = Server::start([says("ok")]);
    for base in ["/v1", "/v1/", "/v1//", "", "/", "/a/b?api-version=7&key=geheim-wort"] {
        let model = OpenAi::new(&format!("http://{}{base}", server.address), "m").unwrap();
        model.complete(&question("?")).await.unwrap();
    }
    let paths: Vec<String> = server.seen().iter().map(|seen| seen.line.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "/v1/chat/completions",
            "/v1/chat/completions",
            "/v1/chat/completions",
            "/chat/completions",
            "/chat/completions",
            "/a/b/chat/completions?api-version=7&key=geheim-wort",
        ]
    );
}

#[tokio::test]
async fn a_key_in_the_query_is_not_shown() {
    let server = Server::start([answer(401, "", "无效 geheim-wort")]);
    let base = format!("{}?key=geheim-wort", server.base);
    let model = OpenAi::new(&base, "m").unwrap();
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Unauthorised, &["无效 ***", &server.base]);
    assert!(!crate::whole(&error).contains("geheim"), "{error:?}");
    assert!(!format!("{model:?}").contains("geheim"), "{model:?}");
}

#[tokio::test]
async fn where_nothing_listens_the_error_says_so() {
    let address = nobody();
    let model = OpenAi::new(&format!("http://{address}/v1"), "m").unwrap();
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Unavailable, &["nothing listens at", &address, "is the server running?"]);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_named() {
    // A label this long is refused by the resolver without asking anybody.
    let host = format!("{}.invalid", "a".repeat(70));
    let model = OpenAi::new(&format!("http://{host}/v1"), "m").unwrap();
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Unavailable, &["cannot be resolved (DNS)", &host]);
}

#[tokio::test]
async fn a_server_without_tls_points_at_the_scheme() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let endpoint = match Endpoint::new(&base) {
        Ok(endpoint) => endpoint.with_timeouts(long()),
        Err(error) => {
            check(&error, ErrorKind::Unavailable, &["SSL_CERT_FILE"]);
            println!("skipped: this system trusts no certificates");
            return;
        }
    };
    let model = OpenAi::at(endpoint, "m");
    for named in ["does not speak TLS", "while TLS began"] {
        let error = model.complete(&question("?")).await.unwrap_err();
        check(&error, ErrorKind::Unavailable, &[named, "http://"]);
    }
}

#[tokio::test]
async fn a_server_that_takes_no_connection_is_a_time_out_of_connecting() {
    // TLS is part of connecting: a listener that never answers the greeting.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}/v1", listener.local_addr().unwrap());
    let Ok(endpoint) = Endpoint::new(&base) else {
        println!("skipped: this system trusts no certificates");
        return;
    };
    let limits = long().with_connect(Duration::from_millis(100));
    let begun = Instant::now();
    let model = OpenAi::at(endpoint.with_timeouts(limits), "m");
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Timeout, &["no connection", "connect 100ms"]);
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_proxy_is_used_with_its_password_and_passes_the_key_on() {
    let (server, proxy) = (Server::start([says("经代理")]), proxy());
    let model = model(&server).with_proxy(&format!("http://user:geheim-wort@{}", proxy.address)).unwrap();
    let reply = model.complete(&question("?")).await.unwrap();
    assert_eq!(reply.text, "经代理");
    let through = &proxy.seen()[0];
    assert_eq!(through.line, format!("POST {}/chat/completions HTTP/1.1", server.base));
    assert!(through.header("proxy-authorization").unwrap().starts_with("Basic "));
    let arrived = &server.seen()[0];
    assert_eq!(arrived.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let (server, address) = (Server::start([says("ok")]), nobody());
    let model = model(&server).with_proxy(&format!("http://user:geheim-wort@{address}")).unwrap();
    let error = model.complete(&question("?")).await.unwrap_err();
    check(&error, ErrorKind::Unavailable, &["nothing listens at", &format!("proxy = {address}")]);
    assert!(!crate::whole(&error).contains("geheim"), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn tls_goes_through_the_proxy_by_a_tunnel_and_its_refusal_is_the_proxys() {
    let proxy = Server::start([answer(407, "proxy-authenticate: Basic\r\n", "")]);
    let Ok(endpoint) = Endpoint::new("https://models.example.invalid/v1") else {
        println!("skipped: this system trusts no certificates");
        return;
    };
    let endpoint = endpoint
        .with_api_key(KEY)
        .with_timeouts(long())
        .with_proxy(&format!("http://user:geheim-wort@{}", proxy.address))
        .unwrap();
    let error = OpenAi::at(endpoint, "m").complete(&question("?")).await.unwrap_err();
    let named = format!("the proxy {} gives no connection", proxy.address);
    check(&error, ErrorKind::Unavailable, &[&named]);
    assert!(!crate::whole(&error).contains("geheim"), "{error:?}");
    let seen = &proxy.seen()[0];
    assert_eq!(seen.line, "CONNECT models.example.invalid:443 HTTP/1.1");
    assert!(seen.header("proxy-authorization").is_some());
    assert_eq!(seen.header("authorization"), None, "the key is not the proxy's");
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection() {
    let server = Server::handling(|_, _, stream| {
        let mut rest = [0];
        // The client's end of the connection.
        let read = std::io::Read::read(stream, &mut rest);
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
        std::fs::write(std::env::temp_dir().join(marker()), "closed").unwrap();
    });
    let marker = std::env::temp_dir().join(marker());
    let _ = std::fs::remove_file(&marker);
    let patient = model(&server);
    let request = question("?");
    let asking = patient.complete(&request);
    let stopped = tokio::time::timeout(Duration::from_millis(100), asking).await;
    assert!(stopped.is_err());
    let begun = Instant::now();
    while !marker.exists() && begun.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(marker.exists());
    std::fs::remove_file(marker).unwrap();
}

fn marker() -> String {
    format!("kag-openai-closed-{}", std::process::id())
}
