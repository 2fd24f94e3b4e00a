//! The product in a real browser: headless Chromium, driven over WebDriver.
