//! An end to answers that have none.
//!
//! The SDK keeps a whole answer in memory before it reads it, however long it is. This cuts the
//! answer's body off where it is longer than any that AWS sends.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};
use http_body_util::{LengthLimitError, Limited};

use crate::limits::AWS_ANSWER_BYTES;

/// Makes an answer an error when it goes on for longer than [`AWS_ANSWER_BYTES`].
#[derive(Debug)]
pub(super) struct Bounded;

impl Intercept for Bounded {
    fn name(&self) -> &'static str {
        "Bounded"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, AWS_ANSWER_BYTES));
        Ok(())
    }
}

/// Whether an answer was cut off.
pub(super) fn is_cut_off(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(<dyn std::error::Error>::is::<LengthLimitError>)
}
