//! `sts:GetCallerIdentity` and `account:ListRegions`: who is asking, and where there is to look.
//!
//! Pure: the account in, an answer's body or a refusal out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::account::Account;
use super::wire::Refusal;
use crate::limits::DEMO_PAGE_REGIONS_MAX;

/// The response of GetCallerIdentity, for a form-encoded request body.
pub(super) fn caller_identity(
    account: &Account,
    body: &[u8],
    request_id: &str,
) -> Result<String, Refusal> {
    let body = String::from_utf8_lossy(body);
    let asked = |pair: &str| body.split('&').any(|given| given == pair);
    if !asked("Action=GetCallerIdentity") || !asked("Version=2011-06-15") {
        let message = "Could not find that operation for that version.";
        return Err(Refusal::new("UnknownOperationException", message));
    }
    let (arn, id) = (account.caller_arn(), &account.id);
    Ok(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>\
         <Account>{id}</Account></GetCallerIdentityResult><ResponseMetadata>\
         <RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    ))
}

/// The response of ListRegions, for a JSON request body.
pub(super) fn list_regions(account: &Account, body: &[u8]) -> Result<String, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    let body: Value = serde_json::from_slice(body).map_err(|_| invalid("the body"))?;
    let wanted = body.get("RegionOptStatusContains").and_then(Value::as_array);
    let max = match body.get("MaxResults").filter(|value| !value.is_null()) {
        None => DEMO_PAGE_REGIONS_MAX,
        Some(value) => {
            let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
            let count = count.filter(|count| (1..=DEMO_PAGE_REGIONS_MAX).contains(count));
            count.ok_or_else(|| invalid("MaxResults"))?
        }
    };
    let matching: Vec<Value> = account
        .regions
        .iter()
        .filter(|region| {
            wanted.is_none_or(|wanted| {
                wanted.is_empty() || wanted.iter().any(|status| status == region.opt_status())
            })
        })
        .map(|region| json!({"RegionName": region.name(), "RegionOptStatus": region.opt_status()}))
        .collect();
    let offset = match body.get("NextToken").filter(|value| !value.is_null()) {
        None => 0,
        Some(token) => read_token(token, wanted).ok_or_else(|| invalid("NextToken"))?,
    };
    let next = offset.saturating_add(max);
    let page: Vec<&Value> = matching.iter().skip(offset).take(max).collect();
    let mut response = json!({"Regions": page});
    if let (true, Some(response)) = (next < matching.len(), response.as_object_mut()) {
        response.insert("NextToken".to_owned(), Value::String(token(next, wanted)));
    }
    Ok(response.to_string())
}

fn invalid(what: &str) -> Refusal {
    Refusal::new("ValidationException", format!("{what} is not valid"))
}

fn token(offset: usize, wanted: Option<&Vec<Value>>) -> String {
    STANDARD.encode(format!("{offset}:{}", json!(wanted)))
}

fn read_token(value: &Value, wanted: Option<&Vec<Value>>) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(value.as_str()?).ok()?).ok()?;
    let (offset, filter) = text.split_once(':')?;
    let filter: Value = serde_json::from_str(filter).ok()?;
    if filter == json!(wanted) { offset.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::account::{Region, Status};

    fn account() -> Account {
        let regions = [
            ("us-east-1", Status::Enabled),
            ("eu-west-1", Status::Denied),
            ("eu-south-2", Status::NotEnabled),
            ("me-south-1", Status::Enabled),
        ];
        Account::new(regions.iter().map(|(name, status)| Region::new(name, *status)).collect())
    }

    fn ask(body: &Value) -> Result<Value, Refusal> {
        let text = list_regions(&account(), body.to_string().as_bytes())?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    fn names(response: &Value) -> Vec<&str> {
        let regions = response["Regions"].as_array().unwrap().iter();
        regions.map(|region| region["RegionName"].as_str().unwrap()).collect()
    }

    #[test]
    fn regions_are_listed_page_by_page_under_one_filter() {
        let all = ask(&json!({})).unwrap();
        assert_eq!(names(&all), ["us-east-1", "eu-west-1", "eu-south-2", "me-south-1"]);
        assert_eq!(all.get("NextToken"), None);
        let filter = json!(["ENABLED", "ENABLED_BY_DEFAULT"]);
        let first = ask(&json!({"MaxResults": 2, "RegionOptStatusContains": filter})).unwrap();
        assert_eq!(names(&first), ["us-east-1", "eu-west-1"]);
        let token = &first["NextToken"];
        let body = json!({"MaxResults": 2, "RegionOptStatusContains": filter, "NextToken": token});
        let last = ask(&body).unwrap();
        assert_eq!((names(&last), last.get("NextToken")), (vec!["me-south-1"], None));
        assert_eq!(ask(&json!({"NextToken": token})).unwrap_err().code, "ValidationException");
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        for body in [json!({"MaxResults": 0}), json!({"MaxResults": 51}), json!({"NextToken": "x"})]
        {
            assert_eq!(ask(&body).unwrap_err().code, "ValidationException", "{body}");
        }
        assert!(list_regions(&account(), b"{").is_err());
        assert!(list_regions(&account(), b"").is_ok());
    }

    #[test]
    fn the_caller_is_named_and_other_actions_are_not_known() {
        let body = b"Action=GetCallerIdentity&Version=2011-06-15";
        let answer = caller_identity(&account(), body, "r").unwrap();
        assert!(answer.contains("<Account>111122223333</Account>"), "{answer}");
        for body in ["Action=GetUser&Version=2011-06-15", "Action=GetCallerIdentity", ""] {
            let refusal = caller_identity(&account(), body.as_bytes(), "r").unwrap_err();
            assert_eq!(refusal.code, "UnknownOperationException", "{body}");
        }
    }
}
