//! The stylesheet, the script and the icon, embedded in the binary.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// A file of ours, with an address that changes when its contents do, so that browsers may keep it for ever.
pub(crate) struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static str,
    address: LazyLock<String>,
}

/// A file's text; of a page's own style within that page alone, and no more specific for it.
macro_rules! text {
    ($file:literal) => {
        include_str!(concat!("../../assets/", $file))
    };
    ($file:literal, $page:literal) => {
        concat!(
            ":where(main[data-page=\"",
            $page,
            "\"]) {\n",
            text!($file),
            "}\n"
        )
    };
}

macro_rules! asset {
    ($name:literal, $content_type:literal, $($file:literal $(in $page:literal)?),+) => {{
        const BODY: &str = concat!($(text!($file $(, $page)?)),+);
        Asset {
            name: $name,
            content_type: $content_type,
            body: BODY,
            address: LazyLock::new(|| address($name, BODY)),
        }
    }};
}

/// How everything looks, one stylesheet of several files; later ones win, and a file `in` a page is for that page alone.
pub(crate) static STYLE: Asset = asset!(
    "observatory.css",
    "text/css; charset=utf-8",
    "style/colours.css",
    "style/ground.css",
    "style/parts.css",
    "style/navigation.css",
    "style/traces.css",
    "style/trace.css",
    "style/compare.css" in "compare",
    "style/map.css",
    "style/segments.css",
    "style/logs.css",
    "style/insights.css",
    "style/charts.css" in "query",
    "style/query.css" in "query",
    "style/home.css" in "home",
    "style/status.css" in "status"
);
/// Live pages and keys, one module of several files; all can be read without it.
pub(crate) static SCRIPT: Asset = asset!(
    "observatory.js",
    "text/javascript; charset=utf-8",
    "script/parts.js",
    "script/live.js",
    "script/asking.js",
    "script/traces.js",
    "script/trace.js",
    "script/compare.js",
    "script/segments.js",
    "script/map.js",
    "script/home.js",
    "script/status.js",
    "script/logs.js",
    "script/tail.js",
    "script/insights.js",
    "script/chart.js",
    "script/bubble.js",
    "script/query.js",
    "script/page.js"
);
/// The dome in the tab.
pub(crate) static ICON: Asset = asset!("icon.svg", "image/svg+xml", "icon.svg");

impl Asset {
    /// What is served.
    #[cfg(test)]
    pub(crate) fn body(&self) -> &'static str {
        self.body
    }

    /// Path and hash.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

fn address(name: &str, body: &str) -> String {
    let hash = body.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("/assets/{name}?v={hash:016x}")
}

/// `GET /assets/{name}`.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    match [&STYLE, &SCRIPT, &ICON]
        .into_iter()
        .find(|asset| asset.name == name)
    {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body,
        )
            .into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
    }
}
