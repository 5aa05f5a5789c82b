//! The bodies of answers: sent whole, or broken off in the middle as a fault demands.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};

/// A body that is sent whole, or announced whole and broken off in the middle.
pub(super) enum Sending {
    Whole(Full<Bytes>),
    Half(Half),
}

pub(super) struct Half {
    announced: u64,
    first: Option<Bytes>,
    flushed: bool,
}

impl Sending {
    pub(super) fn new(body: String, whole: bool) -> Self {
        let body = Bytes::from(body);
        if whole {
            return Self::Whole(body.into());
        }
        let announced = body.len() as u64;
        let first = body.slice(..body.len() / 2);
        Self::Half(Half { announced, first: Some(first), flushed: false })
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(whole) => {
                Pin::new(whole).poll_frame(context).map_err(|never: Infallible| match never {})
            }
            Self::Half(half) => match half.first.take() {
                Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
                // The server flushes while it waits: without a pause the half would never leave.
                None if !half.flushed => {
                    half.flushed = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            },
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => whole.size_hint(),
            Self::Half(half) => SizeHint::with_exact(half.announced),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.is_end_stream(),
            Self::Half(_) => false,
        }
    }
}
