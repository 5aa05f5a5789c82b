//! TLS: what is not verified is not talked to, unless one says so; and a secret without TLS is told.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::server::{Server, good};
use super::{PASSWORD, assert_says, load};
use crate::support::{run::Trailhaul, until};

/// A certificate for a name, signed with its own key, and a server's end of TLS with it.
pub(super) fn certificate(folder: &Path, name: &str) -> TlsAcceptor {
    let openssl = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=trailhaul test", "-addext"])
        .arg(format!("subjectAltName=DNS:{name}"))
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()))
}

fn as_joe(to: &str) -> Trailhaul {
    load(to).args(["--user", "joe"]).env("TRAILHAUL_PASSWORD", PASSWORD)
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(good, Some(certificate(folder.path(), "localhost"))).await;
    let url = format!("https://{}", server.host().replace("127.0.0.1", "localhost"));
    let run = as_joe(&url).run().await;
    assert_says(&run, 6, &["authority that is not trusted", "--ca-cert FILE"]);
    assert_eq!(server.count(|_| true), 0, "no request, no credentials");

    let trusted = || as_joe(&url).arg("--ca-cert").arg(folder.path().join("cert.pem"));
    for run in [trusted(), as_joe(&url).arg("--insecure")] {
        let run = run.run().await;
        assert_eq!((run.code, run.total("created")), (Some(0), 1), "{run}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(good, Some(certificate(folder.path(), "es.example"))).await;
    let url = format!("https://{}", server.host());
    let cert = folder.path().join("cert.pem");
    let run = as_joe(&url).arg("--ca-cert").arg(&cert).run().await;
    assert_says(&run, 6, &["its certificate is not valid for it", "check the host in the URL"]);
    assert_eq!(server.count(|_| true), 0);
    let run = as_joe(&url).arg("--insecure").run().await;
    assert_eq!((run.code, run.total("created")), (Some(0), 1), "{run}");
    assert!(run.stderr.contains("WARN --insecure"), "{run}");
}

/// `--insecure` is about the target.
#[tokio::test]
async fn aws_is_verified_whatever_is_said_of_the_target() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Server::start(good, Some(certificate(folder.path(), "localhost"))).await;
    let target = Server::start(good, None).await;
    let load = Trailhaul::load().aws(&format!("https://{}", aws.host())).to(&target.url());
    let load = load.args(["--insecure", "--regions", "us-east-1", "--ca-cert"]);
    let running = load.arg(folder.path().join("cert.pem")).spawn();
    until(|| running.stderr().contains("STS does not answer")).await;
    running.interrupt();
    let run = running.wait().await;
    assert!(run.stderr.contains("invalid peer certificate"), "{run}");
    assert_eq!(aws.count(|_| true), 0);
}

#[tokio::test]
async fn a_secret_over_plain_http_to_another_host_is_warned_of() {
    let words = "carries the password or key unencrypted";
    // Port 80 of the other host is this server, by way of a proxy.
    let server = Server::start(good, None).await;
    let through = |run: Trailhaul| run.env("HTTP_PROXY", server.url());
    let run = through(as_joe("http://es.example")).run().await;
    assert_says(&run, 0, &[words]);
    let run = through(load("http://es.example")).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert!(!run.stderr.contains(words), "{run}");

    let server = Server::start(good, None).await;
    let run = as_joe(&server.url()).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert!(!run.stderr.contains(words), "{run}");
}
