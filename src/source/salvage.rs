//! The whole records of a text that breaks off.
//!
//! Pure. Only for files that did not parse: walks the list of a `{"Records":[…` or `[…` text and
//! gives every element that is complete.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Gives each whole record to `take`, as its text; says whether `take` wanted all of them.
pub(super) fn records(text: &[u8], take: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut wanted = true;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // The error is known already: it is why the text has to be salvaged.
    drop(Walk { take, wanted: &mut wanted }.deserialize(&mut deserializer));
    wanted
}

struct Walk<'a> {
    take: &'a mut dyn FnMut(&str) -> bool,
    wanted: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "Records" || key == "Events" {
                return map.next_value_seed(Walk { take: self.take, wanted: self.wanted });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element::<&RawValue>()? {
            if !(self.take)(record.get()) {
                *self.wanted = false;
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
