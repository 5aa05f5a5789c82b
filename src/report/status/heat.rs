//! The heat map: how much of each day is covered. Pure: the time is told.
//!
//! A day is a calendar day in UTC, today the last one and cut at now; 90 of them end today. Where they
//! do not fit side by side, a column is as many whole days as it takes, and all columns as many as
//! each other.

use jiff::tz::TimeZone;

use crate::{
    checkpoint::coverage::Coverage,
    limits::HISTORY_DAYS,
    window::{Second, Window, moment},
};

const DAY: Second = 86_400;

/// How the days are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    now: Second,
    days_a_column: i64,
}

/// How much of a column is covered. Only what is covered to the last second is [`Shade::Whole`], and
/// only what is covered nowhere is [`Shade::Nothing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shade {
    /// Not a second.
    Nothing,
    /// Less than a third.
    Little,
    /// Less than two thirds.
    Half,
    /// Not all.
    Most,
    /// Every second.
    Whole,
}

impl Shade {
    /// What stands for it; darker is more, and no two look alike without colour.
    pub fn glyph(self) -> char {
        match self {
            Self::Nothing => '.',
            Self::Little => '░',
            Self::Half => '▒',
            Self::Most => '▓',
            Self::Whole => '█',
        }
    }

    fn of(covered: u64, all: u64) -> Self {
        match (covered, all) {
            (0, _) => Self::Nothing,
            (covered, all) if covered >= all => Self::Whole,
            (covered, all) if covered * 3 < all => Self::Little,
            (covered, all) if covered * 3 < all * 2 => Self::Half,
            _ => Self::Most,
        }
    }
}

impl Scale {
    /// The finest that fits into so many columns; 90 days in one where there is hardly any room.
    pub fn fitting(now: Second, columns: usize) -> Self {
        let room = i64::try_from(columns).unwrap_or(i64::MAX);
        let fits = |days: &i64| HISTORY_DAYS % days == 0 && HISTORY_DAYS / days <= room;
        Self { now, days_a_column: (1..HISTORY_DAYS).find(fits).unwrap_or(HISTORY_DAYS) }
    }

    /// Days in a column.
    pub fn days_a_column(self) -> i64 {
        self.days_a_column
    }

    /// The time of each column, oldest first: one after the other without a gap, up to now.
    pub fn columns(self) -> impl Iterator<Item = Window> {
        let tomorrow = (self.now.div_euclid(DAY) + 1) * DAY;
        let width = self.days_a_column * DAY;
        (1..=HISTORY_DAYS / self.days_a_column).rev().filter_map(move |back| {
            let start = tomorrow - back * width;
            Window::new(start, (start + width - 1).min(self.now))
        })
    }

    /// A row.
    pub fn shades(self, covered: &Coverage) -> Vec<Shade> {
        let shade = |column: Window| Shade::of(covered.seconds_of(column), column.seconds());
        self.columns().map(shade).collect()
    }

    /// The first day, as `2026-01-31`.
    pub fn first_day(self) -> String {
        date(self.columns().next().map_or(self.now, Window::start)).to_string()
    }

    /// Today.
    pub fn today(self) -> String {
        date(self.now).to_string()
    }

    /// A line as long as a row that marks the column of each month's first day: `|Sep`.
    pub fn ruler(self) -> String {
        let mut ruler = String::new();
        let width = self.columns().count();
        for (place, column) in self.columns().enumerate() {
            let first = (column.start()..=column.end())
                .step_by(DAY.unsigned_abs().try_into().unwrap_or(usize::MAX))
                .map(date)
                .find(|day| day.day() == 1);
            let Some(first) = first else { continue };
            let mark = format!("|{}", first.strftime("%b"));
            // One that would run into its neighbour or out of the row is left out.
            if (ruler.is_empty() || ruler.len() < place) && place + mark.len() <= width {
                ruler = format!("{ruler:<place$}{mark}");
            }
        }
        format!("{ruler:<width$}")
    }
}

fn date(second: Second) -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(moment(second)).date()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Second {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn as_many_days_a_column_as_it_takes() {
        let table = [(200, 1), (90, 1), (89, 2), (45, 2), (44, 3), (20, 5), (1, 90), (0, 90)];
        for (room, days) in table {
            assert_eq!(Scale::fitting(0, room).days_a_column(), days, "{room}");
        }
    }

    #[test]
    fn a_shade_is_whole_or_nothing_only_where_it_is() {
        let table = [
            (0, 86_400, '.'),
            (1, 86_400, '░'),
            (28_800, 86_400, '▒'),
            (57_600, 86_400, '▓'),
            (86_399, 86_400, '▓'),
            (86_400, 86_400, '█'),
            (1, 1, '█'),
        ];
        for (covered, all, glyph) in table {
            assert_eq!(Shade::of(covered, all).glyph(), glyph, "{covered} of {all}");
        }
    }

    #[test]
    fn the_ruler_marks_the_first_of_each_month_and_today_is_at_the_right() {
        let now = at("2026-11-28T12:00:00Z");
        let wide = Scale::fitting(now, 90);
        assert_eq!((wide.first_day(), wide.today()), ("2026-08-31".into(), "2026-11-28".into()));
        assert_eq!(
            wide.ruler().trim_end(),
            " |Sep                          |Oct                           |Nov"
        );
        let narrow = Scale::fitting(now, 45);
        assert_eq!(narrow.ruler(), "|Sep           |Oct            |Nov          ");
        assert_eq!(narrow.first_day(), "2026-08-31");
        // Nothing beyond the row, and no mark in another.
        assert_eq!(Scale::fitting(now, 6).ruler(), "|Sep  ");
        assert_eq!(Scale::fitting(at("2026-12-01T00:00:00Z"), 45).ruler().chars().count(), 45);
    }

    #[test]
    fn today_is_measured_up_to_now() {
        let now = at("2026-11-28T12:00:00Z");
        let covered = Coverage::from(vec![Window::new(at("2026-11-28T00:00:00Z"), now).unwrap()]);
        assert_eq!(Scale::fitting(now, 90).shades(&covered).last(), Some(&Shade::Whole));
        assert_eq!(Scale::fitting(now, 45).shades(&covered).last(), Some(&Shade::Half));
    }

    proptest! {
        /// Whatever the time and the room: the columns tile 90 days up to now, fit, and have a mark a
        /// column in the ruler.
        #[test]
        fn columns_tile_the_days(now in 0_i64..4_000_000_000, room in 1_usize..200) {
            let scale = Scale::fitting(now, room);
            let columns: Vec<_> = scale.columns().collect();
            prop_assert!(columns.len() <= room);
            prop_assert_eq!(scale.ruler().chars().count(), columns.len());
            prop_assert_eq!(columns.last().unwrap().end(), now);
            prop_assert_eq!(now.div_euclid(DAY) - columns[0].start() / DAY, HISTORY_DAYS - 1);
            for pair in columns.windows(2) {
                prop_assert_eq!(pair[0].end() + 1, pair[1].start());
            }
        }

        /// A column is whole where it has no gap, and nothing where it is one.
        #[test]
        fn shades_tell_gaps(
            parts in prop::collection::vec((0_i64..100 * DAY, 0_i64..9 * DAY), 0..12),
            room in 1_usize..120,
        ) {
            let now = 100 * DAY + 12_345;
            let windows = parts.iter().filter_map(|(start, length)| Window::new(*start, start + length));
            let covered = Coverage::from(windows.collect::<Vec<_>>());
            let scale = Scale::fitting(now, room);
            for (column, shade) in scale.columns().zip(scale.shades(&covered)) {
                let gaps = covered.gaps(column);
                prop_assert_eq!(shade == Shade::Whole, gaps.is_empty());
                prop_assert_eq!(shade == Shade::Nothing, gaps == [column]);
            }
        }
    }
}
