//! The page in a real browser.

use serde_json::Value;

use super::{Folder, records::HOSTILE, written};
use crate::support::browser::{Browser, Scheme};

/// What stands wider than the window, is cut, is too small or too pale: one line of text each.
const LOOK: &str = r"
const problems = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) problems.push(`the page is ${root.scrollWidth} wide`);
const parse = text => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => {
  const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const behind = element => {
  for (; element; element = element.parentElement) {
    const colour = parse(getComputedStyle(element).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let texts = 0;
while (walker.nextNode()) {
  const node = walker.currentNode, element = node.parentElement;
  if (!node.data.trim() || element.closest('svg')) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const box = range.getBoundingClientRect();
  if (!box.width) continue;
  texts += 1;
  const style = getComputedStyle(element), name = node.data.slice(0, 40);
  if (parseFloat(style.fontSize) < 11) problems.push(`${name}: ${style.fontSize}`);
  if (box.left < 0 || box.right > root.clientWidth + 0.5) problems.push(`${name}: cut`);
  for (let e = element; e !== document.body; e = e.parentElement) {
    const inside = e.getBoundingClientRect();
    if (getComputedStyle(e).overflow !== 'visible' && box.right > inside.right + 1) problems.push(`${name}: hidden`);
  }
  const [one, other] = [light(parse(style.color)), light(behind(element))].sort((a, b) => b - a);
  const contrast = (one + 0.05) / (other + 0.05);
  if (contrast < 4.5) problems.push(`${name}: contrast ${contrast.toFixed(2)}`);
}
for (const cell of document.querySelectorAll('td.n, td.t, .tiles dd')) {
  const next = cell.nextElementSibling;
  const range = document.createRange();
  range.selectNodeContents(cell);
  if (next && next.getClientRects().length && range.getBoundingClientRect().right > next.getBoundingClientRect().right) problems.push('cells overlap');
}
return {problems, texts, background: getComputedStyle(document.body).backgroundColor};
";

#[tokio::test]
async fn the_page_can_be_read_at_any_width_and_in_both_schemes_and_asks_for_nothing() {
    let Some(browser) = Browser::open().await else { return };
    let folder = Folder::new();
    written(folder.of_files(), &folder.page()).await;
    let mut backgrounds = Vec::new();
    for width in [400, 700, 1_400] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            browser.show(&folder.page(), width, scheme).await;
            let look = browser.run(LOOK).await;
            assert_eq!(look["problems"], serde_json::json!([]), "{width} {scheme:?}");
            assert!(look["texts"].as_u64() > Some(200), "{look}");
            backgrounds.push(look["background"].as_str().unwrap().to_owned());
            let requests = browser.requests().await;
            assert!(requests.iter().all(|url| url.ends_with("/report.html")), "{requests:?}");
            assert_eq!(browser.console().await, [Value::Null; 0], "{width} {scheme:?}");
        }
    }
    assert_ne!(backgrounds[0], backgrounds[1], "dark is not light");
    // What is looked for would be found.
    let spoil = "document.querySelector('h1').style.cssText = \
                 'color: #444; font-size: 9px; width: 2000px; white-space: nowrap'";
    browser.run(spoil).await;
    let look = browser.run(LOOK).await["problems"].to_string();
    for found in ["wide", "9px", "contrast"] {
        assert!(look.contains(found), "{look}");
    }
}

#[tokio::test]
async fn what_an_event_holds_stays_text() {
    let Some(browser) = Browser::open().await else { return };
    let folder = Folder::new();
    let html = written(folder.of_files(), &folder.page()).await;
    assert!(!html.contains("<script") && !html.contains("<img"));
    browser.show(&folder.page(), 1_400, Scheme::Light).await;
    let text = browser.run("return document.body.textContent").await;
    let text = text.as_str().unwrap();
    for value in &HOSTILE[..5] {
        assert!(text.contains(value), "{value}");
    }
    assert!(text.contains(r"right\u{202e}left\u{0}nul\u{200b}zero"));
    let active = "return document.querySelectorAll('script, img, a, iframe, link, object, [onerror], [onmouseover]').length";
    assert_eq!(browser.run(active).await, 0);
    let title = browser.run("return document.title").await;
    assert!(title.as_str().unwrap().starts_with("CloudTrail events, "), "{title}");
    assert_eq!(browser.console().await, [Value::Null; 0]);
    // What got in all the same would not run.
    let run = "const s = document.createElement('script'); s.textContent = 'document.title = 1'; \
               document.body.append(s); return document.title";
    assert_eq!(browser.run(run).await, title);
    assert!(
        browser
            .console()
            .await
            .iter()
            .any(|line| line.to_string().contains("Content Security Policy"))
    );
}
