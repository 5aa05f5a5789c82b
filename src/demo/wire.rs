//! What goes back over the wire: answers, and refusals in the form of each of the three protocols.
//!
//! Forms only: which refusal it is gets decided elsewhere.

use std::borrow::Cow;

use serde_json::json;

/// The protocols of the simulated services, which differ in how they say no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// CloudTrail.
    Json11,
    /// Account Management.
    RestJson,
    /// STS.
    Query,
}

/// An answer before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    /// `x-amzn-ErrorType`: where rest-json names the error.
    pub(super) error_type: Option<&'static str>,
    pub(super) body: String,
}

/// Why a call is refused: what AWS calls it, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
}

impl Protocol {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json11 => "application/x-amz-json-1.1",
            Self::RestJson => "application/json",
            Self::Query => "text/xml",
        }
    }
}

impl Refusal {
    /// A refusal with status 400, as nearly all are.
    pub(super) fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 400, code, message: message.into() }
    }

    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same refusal under the name and status that the query protocol has for it.
    fn in_query_terms(self) -> Self {
        let (code, status) = match self.code {
            "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
            "InvalidSignatureException" => ("SignatureDoesNotMatch", 403),
            "ExpiredTokenException" => ("ExpiredToken", 403),
            "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
            "IncompleteSignatureException" => ("IncompleteSignature", 400),
            "UnknownOperationException" => ("InvalidAction", 400),
            code => (code, self.status),
        };
        Self { status, code, message: self.message }
    }

    /// The answer that says so.
    pub(super) fn answer(self, protocol: Protocol, request_id: &str) -> Answer {
        match protocol {
            Protocol::Json11 => Answer {
                status: self.status,
                content_type: protocol.content_type(),
                error_type: None,
                body: json!({"__type": self.code, "message": self.message}).to_string(),
            },
            Protocol::RestJson => Answer {
                status: if self.code == "AccessDeniedException" { 403 } else { self.status },
                content_type: protocol.content_type(),
                error_type: Some(self.code),
                body: json!({"message": self.message}).to_string(),
            },
            Protocol::Query => {
                let Self { status, code, message } = self.in_query_terms();
                let (fault, message) =
                    (if status < 500 { "Sender" } else { "Receiver" }, escape_xml(&message));
                let body = format!(
                    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                     <Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message>\
                     </Error><RequestId>{request_id}</RequestId></ErrorResponse>"
                );
                Answer { status, content_type: protocol.content_type(), error_type: None, body }
            }
        }
    }
}

impl Answer {
    /// What was asked for.
    pub(super) fn ok(protocol: Protocol, body: String) -> Self {
        Self { status: 200, content_type: protocol.content_type(), error_type: None, body }
    }
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_says_no_in_its_own_form() {
        let cases = [
            (Protocol::Json11, 400, None, r#"{"__type":"ExpiredTokenException","message":"a<b"}"#),
            (Protocol::RestJson, 400, Some("ExpiredTokenException"), r#"{"message":"a<b"}"#),
            (Protocol::Query, 403, None, "<Code>ExpiredToken</Code><Message>a&lt;b</Message>"),
        ];
        for (protocol, status, error_type, body) in cases {
            let answer = Refusal::new("ExpiredTokenException", "a<b").answer(protocol, "r");
            assert_eq!((answer.status, answer.error_type), (status, error_type), "{protocol:?}");
            assert!(answer.body.contains(body), "{}", answer.body);
        }
    }
}
