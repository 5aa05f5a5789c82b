//! A page: what one read from the source hands on.

use crate::{
    event::{Item, Ticket},
    window::Window,
};

/// The events of one LookupEvents answer, or of a stretch of a record file.
#[derive(Debug, Clone)]
pub struct Page {
    /// Which page of the run it is.
    pub ticket: Ticket,
    /// The chain that it belongs to; the pages of a chain come in the order of reading.
    pub chain: u32,
    /// Its events, and what was read in their place.
    pub items: Vec<Item>,
    /// The seconds that are wholly read with it; none for record files.
    pub proves: Option<Window>,
}
