//! A redirect: neither credentials nor documents go where it leads, and the run says where that is.

use super::server::{Answer, Server, good, head, identity, is_bulk};
use super::{PASSWORD, assert_says, load};
use crate::support::aws::{one_region, simulate};
use crate::support::fault::Call;
use crate::support::message::Request;
use crate::support::run::Trailhaul;

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

fn redirect(status: u16, to: &str, path: &str) -> Answer {
    let location = format!("location: http://joe:hidden@{to}{path}?token=hidden\r\n");
    Answer::Bytes(head(status, &format!("{location}content-length: 0\r\n"), ""))
}

/// Every way to authenticate.
fn ways(to: &str) -> Vec<Trailhaul> {
    let basic = load(to).args(["--user", "joe"]).env("TRAILHAUL_PASSWORD", PASSWORD);
    let api_key = load(to).env("TRAILHAUL_API_KEY", format!("id:{PASSWORD}"));
    let sigv4 = load(to).args(["--auth", "sigv4", "--sigv4-region", "eu-west-1"]);
    vec![basic, api_key, sigv4]
}

#[tokio::test]
async fn nothing_goes_where_a_target_redirects_to() {
    type Where = fn(&Request) -> bool;
    let places: [(&str, Where); 3] = [
        ("/", |request| request.is(Call::Probe)),
        ("/_index_template/x", |request| !request.is(Call::Probe) && !is_bulk(request)),
        ("/_bulk", is_bulk),
    ];
    for (number, status) in STATUSES.into_iter().enumerate() {
        let (path, at) = places[number % places.len()];
        for (path, at) in [(path, at), places[2]] {
            let other = Server::start(good, None).await;
            let to = other.host();
            let respond = move |request: &Request| {
                if at(request) { redirect(status, &to, path) } else { good(request) }
            };
            let target = Server::start(respond, None).await;
            for run in ways(&target.url()) {
                let run = run.run().await;
                let said = format!("it redirects to http://{}{path},", other.host());
                assert_says(&run, 6, &[&said, "neither credentials nor documents"]);
                assert!(!run.stderr.contains("hidden") && !run.stderr.contains(PASSWORD), "{run}");
            }
            assert!(target.count(at) >= 3, "{status} {path}: each run met the redirect");
            assert_eq!(other.count(|_| true), 0, "{status} {path}");
        }
    }
}

#[tokio::test]
async fn nothing_goes_where_aws_redirects_to() {
    let other = Server::start(good, None).await;
    let to = other.host();
    let respond = move |request: &Request| {
        if request.is(Call::Lookup) { redirect(307, &to, "/") } else { identity() }
    };
    let aws = Server::start(respond, None).await;
    let load = Trailhaul::load().aws(&aws.url()).to("file:out.ndjson");
    let run = load.args(["--regions", "us-east-1"]).run().await;
    assert_says(&run, 3, &["us-east-1", "HTTP 307"]);
    assert!(aws.count(|request| request.is(Call::Lookup)) > 0);
    assert_eq!(other.count(|_| true), 0);
}

/// What redirects is no reason to leave out a target that a redirect is not about.
#[tokio::test]
async fn a_target_without_a_redirect_takes_all() {
    let aws = simulate(one_region(5)).await;
    let target = Server::start(good, None).await;
    let run = Trailhaul::load().aws(aws.endpoint()).to(&target.url()).arg("--json").run().await;
    assert_eq!((run.code, run.total("created")), (Some(0), 5), "{run}");
}
