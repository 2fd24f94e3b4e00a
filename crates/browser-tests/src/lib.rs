//! The product in a real browser: headless Chromium, driven over WebDriver.
//! What lives here is the way to the browser and to the product's programs; what is expected of the pages is in `tests/`.
//!
//! The package is no default member: `cargo test` neither needs nor runs it.
//! `scripts/browser` installs Chromium and its driver on Debian, then `cargo test -p browser-tests` runs the tests.
//! With the same means `cargo run --package browser-tests --bin guide-images` makes the pictures in `docs/images`.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let browser = browser_tests::Browser::start()?;
//! browser.goto("http://127.0.0.1:4318/traces")?;
//! browser.find("[data-testid=trace-row] a")?.click()?;
//! assert_eq!(browser.console_errors()?, [""; 0]);
//! # Ok(())
//! # }
//! ```

mod accessibility;
mod browser;
mod driver;
mod element;
mod pointer;
mod product;
mod program;
pub mod sample;
mod visit;
mod waiting;
mod wire;

pub use accessibility::Failure;
pub use browser::{Browser, Scheme, key};
pub use element::Element;
pub use pointer::Point;
pub use product::{Observatory, Product};
pub use program::{Program, build_in, command};
pub use visit::Visit;

use std::time::Duration;

/// How long anything that a page or a program is asked for may take; a machine under load needs some of it.
const PATIENCE: Duration = Duration::from_secs(30);
