//! An AWS that never comes to an end, as whoever sits in its place could be: the run does.

use super::assert_says;
use super::hostile_target::{
    Malice, assert_small, bomb, drip, endless_body, endless_chunk, endless_header, endless_headers,
};
use super::server::{Server, identity, json};
use crate::support::fault::Call;
use crate::support::message::Request;
use crate::support::run::{Finished, Trailhaul};
use trailhaul::limits::{MOST_BLIND_SPLITS, MOST_UNREADABLE};

async fn hostile(malice: Malice) -> Server {
    Server::start(move |r| if r.is(Call::Lookup) { malice() } else { identity() }, None).await
}

async fn read_from(aws: &Server) -> Finished {
    let load = Trailhaul::load().aws(&aws.url()).to("file:out.ndjson");
    load.args(["--json", "--regions", "us-east-1"]).run().await
}

#[tokio::test]
async fn an_answer_that_is_no_page_is_given_up_after_a_few() {
    let cases: [(Malice, &str); 2] =
        [(endless_body, "longer than any page of AWS's"), (bomb, "HTTP 200")];
    for (malice, words) in cases {
        let aws = hostile(malice).await;
        let run = read_from(&aws).await;
        assert_says(&run, 3, &["not loaded whole region=\"us-east-1\""]);
        assert!(run.json()["regions"][0]["reason"].as_str().unwrap().contains(words), "{run}");
        let calls = aws.count(|request| request.is(Call::Lookup));
        let few = MOST_UNREADABLE as usize;
        // On a busy machine the first answer is late, and there are chains of blind splits too.
        let most = few * (1 + MOST_BLIND_SPLITS as usize);
        assert!((few..=most).contains(&calls), "{calls} calls: {run}");
        assert_small(&run);
    }
}

/// It takes as long as a region that never answers is waited for: a minute, and 90 s for one call.
#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let give_up = async |malice: Malice| {
        let aws = hostile(malice).await;
        let run = read_from(&aws).await;
        assert_says(&run, 3, &["not loaded whole region=\"us-east-1\""]);
        assert!(
            run.json()["regions"][0]["reason"].as_str().unwrap().contains("no answer"),
            "{run}"
        );
        assert_small(&run);
        aws.count(|request| request.is(Call::Lookup))
    };
    let (dripped, chunk, headers, header) = tokio::join!(
        give_up(drip),
        give_up(endless_chunk),
        give_up(endless_headers),
        give_up(endless_header)
    );
    println!("{dripped} calls of a drip, {chunk}, {headers} and {header} of the others");
    assert!(dripped > 0 && [chunk, headers, header].iter().all(|calls| *calls > 2));
}

#[tokio::test]
async fn a_list_of_regions_without_an_end_is_not_read_for_ever() {
    let denied = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    let respond = move |request: &Request| {
        if request.is(Call::Lookup) {
            return json(400, denied);
        }
        if !request.is(Call::Regions) {
            return identity();
        }
        let token = fastrand::u64(..);
        json(200, &format!(r#"{{"NextToken":"{token}","Regions":[{{"RegionName":"us-east-1"}}]}}"#))
    };
    let aws = Server::start(respond, None).await;
    let run = Trailhaul::load().aws(&aws.url()).to("file:out.ndjson").run().await;
    assert_says(&run, 5, &["more than 10 pages of regions", "trying each region"]);
    assert_eq!(aws.count(|request| request.is(Call::Regions)), 10, "{run}");
}
