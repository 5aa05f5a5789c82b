//! The page of `trailhaul report`: one HTML file that needs nothing else. Pure.
//!
//! Values of events are hostile. The template escapes each by itself, they stand as text alone and never in
//! a link or a style, and the page's policy lets a browser load nothing and run nothing, whatever got in.

mod coverage;
mod heat;
mod tables;
mod text;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::{
    figures::{
        Figures,
        coverage::Covered,
        table::{Login, Table},
    },
    window::{Second, Window},
};
use tables::{as_number, logins_that};
use text::{count, minute, number, second, shown};

const STYLE: &str = include_str!("page/style.css");

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What was counted.
    pub figures: &'a Figures,
    /// What state files say is loaded; none where there is none.
    pub covered: &'a [Covered],
    /// Where it comes from.
    pub about: &'a About,
}

/// Where a page comes from.
#[derive(Debug, Clone)]
pub struct About {
    /// What it is about, such as `index cloudtrail-* at http://localhost:9200`.
    pub subject: String,
    /// Whether that is an index.
    pub is_index: bool,
    /// The first second that was asked for, if one was.
    pub since: Option<Second>,
    /// The last one.
    pub until: Option<Second>,
    /// When the page was made.
    pub made: Timestamp,
    /// What may be missing, as sentences.
    pub notes: Vec<String>,
}

impl Page<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
        );
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    title { "CloudTrail events, " (self.days()) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (self.head())
                    main {
                        (self.in_short())
                        (heat::section(self.figures))
                        (tables::all(self.figures))
                        (coverage::section(self.covered, self.about.is_index))
                        (self.left_out())
                    }
                    footer {
                        p {
                            "Made " (second(self.about.made)) " by trailhaul " (env!("CARGO_PKG_VERSION"))
                            " from " bdi { (shown(&self.about.subject)) } ". All times are UTC."
                        }
                    }
                }
            }
        };
        page.into_string()
    }

    fn days(&self) -> String {
        let edges = |period: Window| (text::day(period.start()), text::day(period.end()));
        match self.figures.period.map(edges) {
            None => "none".to_owned(),
            Some((first, last)) if first == last => first,
            Some((first, last)) => format!("{first} to {last}"),
        }
    }

    fn head(&self) -> Markup {
        let accounts = self.figures.table(Table::Accounts);
        let shown_accounts = accounts.top(crate::limits::REPORT_ROWS);
        html! {
            header {
                h1 { "CloudTrail events" }
                dl {
                    dt { @if accounts.len() == 1 { "Account" } @else { "Accounts" } }
                    dd {
                        @if accounts.is_empty() { "not said" }
                        @for (at, (key, _)) in shown_accounts.iter().enumerate() {
                            @if at > 0 { ", " }
                            @for id in key.iter() { bdi { (shown(id)) } }
                        }
                        @if accounts.len() > shown_accounts.len() {
                            " and " (number(as_number(accounts.len() - shown_accounts.len()))) " more"
                        }
                    }
                    dt { "Period" }
                    dd {
                        @if let Some(period) = self.figures.period {
                            (minute(period.start())) " to " (minute(period.end())) " UTC"
                        }
                        (self.asked())
                    }
                }
            }
        }
    }

    fn asked(&self) -> Markup {
        html! {
            @match (self.about.since, self.about.until) {
                (None, None) => {}
                (Some(since), None) => span.details { "asked for: since " (minute(since)) }
                (None, Some(until)) => span.details { "asked for: until " (minute(until)) }
                (Some(since), Some(until)) => span.details {
                    "asked for: " (minute(since)) " to " (minute(until))
                }
            }
        }
    }

    /// The numbers that one looks for first.
    fn in_short(&self) -> Markup {
        let figures = self.figures;
        let denied = figures.table(Table::Denied).total();
        let root = figures.table(Table::Root).total();
        let (no_mfa, failed) =
            (logins_that(figures, Login::NoMfa), logins_that(figures, Login::Failed));
        let names = |many: bool, length| {
            let more = if many { "> " } else { "" };
            format!("{more}{}", number(as_number(length)))
        };
        let (regions, principals) = (figures.heat.regions(), figures.table(Table::Principals));
        let tiles = [
            ("Events", number(figures.events), false),
            ("Regions", names(regions.short_by() > 0, regions.len()), false),
            ("Principals", names(principals.short_by() > 0, principals.len()), false),
            ("Denied calls", number(denied), denied > 0),
            ("Logins without MFA", number(no_mfa), no_mfa > 0),
            ("Failed logins", number(failed), failed > 0),
            ("Events of root", number(root), root > 0),
        ];
        html! {
            dl.tiles aria-label="In short" {
                @for (name, value, stands_out) in tiles {
                    div { dt { (name) } dd class=[stands_out.then_some("alert")] { (value) } }
                }
            }
        }
    }

    /// What was met and is not counted.
    fn left_out(&self) -> Markup {
        let aside = self.figures.aside;
        let mut lines = self.about.notes.clone();
        if aside.copies > 0 {
            lines.push(format!(
                "{} of an event that was there before: an event counts once.",
                count(aside.copies, "copy", "copies")
            ));
        }
        if aside.copies_unknown {
            lines.push(
                "There were too many events to tell all copies: some may count twice.".to_owned(),
            );
        }
        if aside.strays > 0 {
            let records = count(aside.strays, "record that is", "records that are");
            lines.push(format!("{records} no event."));
        }
        if aside.flows > 0 {
            lines.push(count(aside.flows, "line of VPC flow logs.", "lines of VPC flow logs."));
        }
        if aside.others > 0 {
            let others = count(aside.others, "document that is", "documents that are");
            lines.push(format!("{others} none of CloudTrail's in this layout."));
        }
        html! {
            @if !lines.is_empty() {
                section aria-labelledby="aside" {
                    h2 id="aside" { "Left out" }
                    ul { @for line in lines { li { (shown(&line)) } } }
                }
            }
        }
    }
}
