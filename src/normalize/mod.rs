//! One field, one type.
