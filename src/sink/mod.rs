//! Where documents go.
