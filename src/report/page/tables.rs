//! The tables of a page: what was seen most, with how often and when last.

use maud::{Markup, html};

use super::text::{count, minute, number, percent, shown};
use crate::{
    figures::{
        Figures,
        table::{Key, Login, Table},
        tally::{Seen, Tally},
    },
    limits::REPORT_ROWS,
};

/// How a table is shown.
struct Look {
    table: Table,
    id: &'static str,
    heading: &'static str,
    about: &'static str,
    /// What its rows are, one and many.
    rows: (&'static str, &'static str),
    /// What is said where it has none.
    none: &'static str,
}

const LOOKS: [Look; 6] = [
    Look {
        table: Table::Principals,
        id: "principals",
        heading: "Principals",
        about: "Who called. Sessions count for the role that they are of.",
        rows: ("principal", "principals"),
        none: "No event says who called.",
    },
    Look {
        table: Table::Services,
        id: "services",
        heading: "Services",
        about: "Which services were called.",
        rows: ("service", "services"),
        none: "No event says which service was called.",
    },
    Look {
        table: Table::Errors,
        id: "errors",
        heading: "Errors",
        about: "The error codes of calls that failed.",
        rows: ("error code", "error codes"),
        none: "No call failed.",
    },
    Look {
        table: Table::Denied,
        id: "denied",
        heading: "Denied calls",
        about: "Who was denied what: error codes such as AccessDenied and UnauthorizedOperation.",
        rows: ("kind of denied call", "kinds of denied calls"),
        none: "No call was denied.",
    },
    Look {
        table: Table::Addresses,
        id: "addresses",
        heading: "Source addresses",
        about: "Where calls came from. Where AWS called for somebody, it is the service's name.",
        rows: ("address", "addresses"),
        none: "No event says where a call came from.",
    },
    Look {
        table: Table::Root,
        id: "root",
        heading: "Root use",
        about: "What the root users of the accounts did, and from where.",
        rows: ("kind of use", "kinds of use"),
        none: "No root user was used.",
    },
];

/// The sections of all tables, in the order in which a page has them.
pub(super) fn all(figures: &Figures) -> Markup {
    html! {
        @for look in &LOOKS {
            (section(look, figures))
            @if look.table == Table::Denied { (logins(figures)) }
        }
    }
}

fn section(look: &Look, figures: &Figures) -> Markup {
    let tally = figures.table(look.table);
    let rows = tally.top(REPORT_ROWS);
    let most = rows.first().map_or(0, |(_, seen)| seen.count);
    html! {
        section aria-labelledby=(look.id) {
            h2 id=(look.id) { (look.heading) }
            p.about { (look.about) }
            @if rows.is_empty() { p.none { (look.none) } } @else {
                table.seen {
                    thead { tr {
                        th scope="col" { (capital(look.rows.0)) }
                        th.n scope="col" { "Events" }
                        th.n scope="col" { "Share" }
                        th.t scope="col" { "Last, UTC" }
                    } }
                    tbody { @for (key, seen) in &rows { (row(key, *seen, most, figures.events)) } }
                }
                (of_all(rows.len(), tally, look.rows))
            }
        }
    }
}

fn row(key: &Key, seen: Seen, most: u64, all: u64) -> Markup {
    let (name, details) = key.split_first().map_or(("", key.as_slice()), |(n, d)| (n.as_str(), d));
    html! {
        tr {
            td.name {
                bdi { (shown(name)) }
                @if !details.is_empty() {
                    span.details {
                        @for (at, detail) in details.iter().filter(|text| !text.is_empty()).enumerate() {
                            @if at > 0 { " · " }
                            bdi { (shown(detail)) }
                        }
                    }
                }
                (bar(seen.count, most))
            }
            td.n { (number(seen.count)) }
            td.n { (percent(seen.count, all)) }
            td.t { (minute(seen.last)) }
        }
    }
}

/// A bar of the length of a count beside the largest.
fn bar(part: u64, most: u64) -> Markup {
    let thousandths = u128::from(part) * 1_000 / u128::from(most.max(1));
    html! {
        svg.bar viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(thousandths.max(2)) height="1" {}
        }
    }
}

/// How many of how many a table shows.
fn of_all<K: Ord>(rows: usize, tally: &Tally<K>, (one, many): (&str, &str)) -> Markup {
    let (all, rows) = (as_number(tally.len()), as_number(rows));
    html! {
        p.of {
            @if all > rows { (number(rows)) " of " (more(tally)) (count(all, one, many)) ", those with most events." }
            @else if all == 1 { "The only " (one) "." }
            @else { "All " (count(all, one, many)) "." }
            @if tally.short_by() > 0 {
                " There were more than can be counted at once: rare ones are left out, and a count can be too low by "
                (number(tally.short_by())) "."
            }
        }
    }
}

/// What stands before the number of names where some were let go.
fn more<K: Ord>(tally: &Tally<K>) -> &'static str {
    if tally.short_by() > 0 { "more than " } else { "" }
}

/// Sign-ins to the console: a row for who signed in, a column for how it went.
fn logins(figures: &Figures) -> Markup {
    let tally = figures.table(Table::Logins);
    let mut people: Tally<&str> = Tally::default();
    for (key, seen) in tally.iter() {
        people.add(key.first().map(String::as_str).unwrap_or_default(), seen);
    }
    let of = |who: &str, how: Login| {
        let is_it = |key: &Key| key.iter().map(String::as_str).eq([who, how.name()]);
        tally.iter().find(|(key, _)| is_it(key)).map_or(0, |(_, seen)| seen.count)
    };
    let rows = people.top(REPORT_ROWS);
    html! {
        section aria-labelledby="logins" {
            h2 id="logins" { "Console logins" }
            p.about {
                "Who signed in to the console, with and without MFA. AWS does not see the MFA of an identity provider: its people count as without."
            }
            @if rows.is_empty() { p.none { "Nobody signed in." } } @else {
                table.logins {
                    thead { tr {
                        th scope="col" { "Principal" }
                        th.n scope="col" { "With MFA" }
                        th.n scope="col" { "Without" }
                        th.n scope="col" { "Not said" }
                        th.n scope="col" { "Failed" }
                        th.t scope="col" { "Last, UTC" }
                    } }
                    tbody { @for (who, seen) in &rows { tr {
                        td.name { bdi { (shown(who)) } }
                        @for how in Login::ALL { (cell(of(who, how), how)) }
                        td.t { (minute(seen.last)) }
                    } } }
                }
                (of_all(rows.len(), &people, ("principal", "principals")))
            }
        }
    }
}

/// What deserves a look stands out.
fn cell(count: u64, how: Login) -> Markup {
    let stands_out = matches!(how, Login::NoMfa | Login::Failed);
    let class = match count {
        0 => "n zero",
        _ if stands_out => "n alert",
        _ => "n",
    };
    html! { td class=(class) { (number(count)) } }
}

/// How many sign-ins went this way.
pub(super) fn logins_that(figures: &Figures, how: Login) -> u64 {
    let tally = figures.table(Table::Logins);
    let is_it = |key: &Key| key.get(1).map(String::as_str) == Some(how.name());
    tally.iter().filter(|(key, _)| is_it(key)).map(|(_, seen)| seen.count).sum()
}

pub(super) fn as_number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
