//! `NextToken`: a place in a chain of pages, sealed to the request that it belongs to.
//!
//! A token says after which event to go on, not how many to skip, so events that arrive meanwhile
//! shift nothing. It is stateless: the seal proves that this simulation gave it out, for this
//! region and for the same parameters.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::query::Query;
use super::record::Position;
use super::wire::Refusal;

/// Gives out tokens and takes them back.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    salt: String,
}

impl Seal {
    /// Tokens of one salt are invalid under another.
    pub(super) fn new(salt: impl Into<String>) -> Self {
        Self { salt: salt.into() }
    }

    /// The token for what comes after `position`. The nonce makes no two tokens alike, which is
    /// how AWS's look; a client may tell progress by it.
    pub(super) fn close(
        &self,
        region: &str,
        query: &Query,
        position: Position,
        nonce: u64,
    ) -> String {
        let (second, order) = position;
        let plain = format!("{second}:{order}:{nonce}");
        STANDARD.encode(format!("{plain}:{}", self.digest(region, query, &plain)))
    }

    /// The position that a token stands for.
    pub(super) fn open(
        &self,
        region: &str,
        query: &Query,
        token: &str,
    ) -> Result<Position, Refusal> {
        self.try_open(region, query, token).ok_or_else(invalid)
    }

    fn try_open(&self, region: &str, query: &Query, token: &str) -> Option<Position> {
        let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        let (plain, digest) = text.rsplit_once(':')?;
        if digest != self.digest(region, query, plain) {
            return None;
        }
        let mut parts = plain.split(':');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }

    fn digest(&self, region: &str, query: &Query, plain: &str) -> String {
        let parameters = Query { token: None, ..query.clone() };
        let text = format!("{}|{region}|{parameters:?}|{plain}", self.salt);
        hex(&Sha256::digest(text))
    }
}

/// The refusal of a token that is not valid here, or not any more.
pub(super) fn invalid() -> Refusal {
    let message = "The NextToken is not valid, or was used in a request with other parameters.";
    Refusal::new("InvalidNextTokenException", message)
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn query(body: &serde_json::Value) -> Query {
        Query::read(body.to_string().as_bytes(), 1_000).unwrap()
    }

    #[test]
    fn a_token_is_bound_to_region_parameters_and_giver() {
        let seal = Seal::new("salt");
        let asked = query(&json!({"StartTime": 5, "EndTime": 900}));
        let token = seal.close("eu-west-1", &asked, (7, 3), 1);
        assert_eq!(seal.open("eu-west-1", &asked, &token), Ok((7, 3)));
        // The token itself is no parameter.
        let followed = Query { token: Some(token.clone()), ..asked.clone() };
        assert_eq!(seal.open("eu-west-1", &followed, &token), Ok((7, 3)));
        let others = [
            json!({"StartTime": 6, "EndTime": 900}),
            json!({"StartTime": 5, "EndTime": 901}),
            json!({"StartTime": 5}),
            json!({"StartTime": 5, "EndTime": 900, "MaxResults": 49}),
            json!({"StartTime": 5, "EndTime": 900, "EventCategory": "insight"}),
            json!({"StartTime": 5, "EndTime": 900, "LookupAttributes":
                [{"AttributeKey": "EventName", "AttributeValue": "x"}]}),
        ];
        for other in others {
            assert_eq!(seal.open("eu-west-1", &query(&other), &token), Err(invalid()), "{other}");
        }
        assert_eq!(seal.open("us-east-1", &asked, &token), Err(invalid()));
        assert_eq!(Seal::new("other").open("eu-west-1", &asked, &token), Err(invalid()));
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let (seal, asked) = (Seal::new("salt"), query(&json!({})));
        assert_ne!(seal.close("r", &asked, (7, 3), 1), seal.close("r", &asked, (7, 3), 2));
    }

    proptest! {
        #[test]
        fn anything_else_is_refused(token in ".{0,80}") {
            let (seal, asked) = (Seal::new("salt"), query(&json!({})));
            prop_assert_eq!(seal.open("r", &asked, &token), Err(invalid()));
        }

        #[test]
        fn a_token_opens_to_its_position(second: i64, order: u64, nonce: u64) {
            let (seal, asked) = (Seal::new("salt"), query(&json!({})));
            let token = seal.close("r", &asked, (second, order), nonce);
            prop_assert_eq!(seal.open("r", &asked, &token), Ok((second, order)));
        }
    }
}
