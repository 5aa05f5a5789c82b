//! Where an address is, by databases of `MaxMind`'s format that the user names: the fields of the
//! engines' `geoip` processor.

use std::net::IpAddr;

use maxminddb::Reader;
use serde::Deserialize;

use super::convert::Convert;

/// Databases of `MaxMind`'s format; of each fact, the first that knows it counts.
#[derive(Debug, Default)]
pub struct Geo(Vec<Reader<Vec<u8>>>);

/// A file that is no such database.
#[derive(Debug, thiserror::Error)]
#[error("is no database of MaxMind's format: {0}")]
pub struct GeoError(maxminddb::MaxMindDbError);

/// What is known of an address.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Place {
    continent: Option<String>,
    country_code: Option<String>,
    country: Option<String>,
    region_code: Option<String>,
    region: Option<String>,
    city: Option<String>,
    pub(super) location: Option<(f64, f64)>,
    pub(super) as_number: Option<u32>,
    organization: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    continent: Named,
    country: Named,
    subdivisions: Vec<Named>,
    city: Named,
    location: Location,
    autonomous_system_number: Option<u32>,
    autonomous_system_organization: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    iso_code: Option<String>,
    names: Names,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Names {
    en: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Location {
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Geo {
    /// Adds the database that these bytes are.
    pub fn add(&mut self, bytes: Vec<u8>) -> Result<(), GeoError> {
        self.0.push(Reader::from_source(bytes).map_err(GeoError)?);
        Ok(())
    }

    /// What is known of an address; nothing of what is none.
    pub(super) fn place(&self, address: &str) -> Place {
        let mut place = Place::default();
        let Ok(address) = address.parse::<IpAddr>() else { return place };
        for reader in &self.0 {
            let found = reader.lookup(address).and_then(|found| found.decode::<Record>());
            if let Ok(Some(record)) = found {
                place.add(record);
            }
        }
        place
    }
}

impl Place {
    fn add(&mut self, record: Record) {
        fn fill<T>(known: &mut Option<T>, new: Option<T>) {
            if known.is_none() {
                *known = new;
            }
        }
        let region = record.subdivisions.into_iter().next_back().unwrap_or_default();
        let code = region.iso_code.zip(record.country.iso_code.as_ref());
        fill(&mut self.region_code, code.map(|(region, country)| format!("{country}-{region}")));
        fill(&mut self.region, region.names.en);
        fill(&mut self.continent, record.continent.names.en);
        fill(&mut self.country_code, record.country.iso_code);
        fill(&mut self.country, record.country.names.en);
        fill(&mut self.city, record.city.names.en);
        fill(&mut self.location, record.location.latitude.zip(record.location.longitude));
        fill(&mut self.as_number, record.autonomous_system_number);
        fill(&mut self.organization, record.autonomous_system_organization);
    }

    /// The name that a converter asks for.
    pub(super) fn name(&self, convert: Convert) -> Option<&str> {
        match convert {
            Convert::GeoContinent => self.continent.as_deref(),
            Convert::GeoCountryCode => self.country_code.as_deref(),
            Convert::GeoCountry => self.country.as_deref(),
            Convert::GeoRegionCode => self.region_code.as_deref(),
            Convert::GeoRegion => self.region.as_deref(),
            Convert::GeoCity => self.city.as_deref(),
            Convert::AsOrganization => self.organization.as_deref(),
            _ => None,
        }
    }
}
