//! The stylesheet's colours: text can be read, marks can be told from their ground, a heatmap's scale is even. Its rules:
//! a page's own are for that page, and each class is used.

use std::{collections::BTreeSet, fs, path::Path};

use super::{assets, colours::ServiceColours};

/// Red, green and blue of `#rrggbb`, linear, up to 1.
fn light(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let byte = u8::from_str_radix(&colour[at..at + 2], 16).expect("hex");
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// Relative luminance and contrast as WCAG 2 defines them.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let [r, g, b] = light(colour);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The variables of the light theme and of the dark one.
fn themes() -> [&'static str; 2] {
    let mut blocks = assets::STYLE.body().split(":root {").skip(1);
    let themes = [(); 2].map(|()| {
        let block = blocks.next().expect("a theme");
        block.split('}').next().expect("a block")
    });
    assert_eq!(blocks.next(), None);
    themes
}

/// `#rrggbb`.
fn colour<'a>(theme: &'a str, name: &str) -> &'a str {
    let rest = theme.split(&format!("--{name}: ")).nth(1);
    &rest.unwrap_or_else(|| panic!("{name}"))[..7]
}

#[test]
fn a_heatmaps_scale_goes_one_way_in_even_steps() {
    // OKLab's lightness, which is the eye's: https://bottosson.github.io/posts/oklab/.
    let lightness = |colour: &str| {
        let [r, g, b] = light(colour);
        let l = 0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b;
        let m = 0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b;
        let s = 0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b;
        0.210_454_255_3 * l.cbrt() + 0.793_617_785 * m.cbrt() - 0.004_072_046_8 * s.cbrt()
    };
    // What is dark beside dark is harder to see than what is light beside light.
    for (theme, (direction, wanted)) in themes().into_iter().zip([(-1.0, 1.3), (1.0, 1.55)]) {
        let scale: Vec<&str> = (0..8).map(|at| colour(theme, &format!("h{at}"))).collect();
        for pair in scale.windows(2) {
            let step = direction * (lightness(pair[1]) - lightness(pair[0]));
            assert!((0.08..0.10).contains(&step), "{pair:?}: {step:.3}");
        }
        let least = contrast(scale[0], colour(theme, "panel"));
        assert!(least >= wanted, "few is no nothing: {least:.2}");
    }
}

#[test]
fn colours_can_be_told_from_their_ground_in_light_and_dark() {
    for theme in themes() {
        let colour = |name: &str| colour(theme, name);
        for ground in ["bg", "panel", "raised", "accent-soft"] {
            for text in ["ink", "soft", "accent", "error", "warn"] {
                let found = contrast(colour(text), colour(ground));
                assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
            }
        }
        assert!(contrast(colour("accent-ink"), colour("accent")) >= 4.5);
        assert!(contrast(colour("ink"), colour("error-soft")) >= 4.5);
        for ground in ["panel", "raised", "accent-soft"] {
            let found = contrast(colour("throttle"), colour(ground));
            assert!(found >= 4.5, "throttle on {ground}: {found:.2}");
        }
        let found = contrast(colour("edge"), colour("panel"));
        assert!(found >= 3.0, "a field's edge: {found:.2}");
        for share in ["ok", "amber", "throttle", "fault"] {
            let found = contrast(colour(share), colour("panel"));
            assert!(found >= 3.0, "{share}: {found:.2}");
        }
        for slot in 0..ServiceColours::LEN {
            let found = contrast(colour(&format!("c{slot}")), colour("panel"));
            assert!(found >= 3.0, "c{slot}: {found:.2}");
        }
    }
}

#[test]
fn each_file_of_style_is_in_the_stylesheet() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/style");
    for entry in fs::read_dir(folder).expect("a folder") {
        let file = entry.expect("an entry").path();
        let text = fs::read_to_string(&file).expect("text");
        assert!(assets::STYLE.body().contains(&text), "{}", file.display());
    }
}

/// Text without comments.
fn uncommented(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once("*/"));
    rest.fold(first, |all, (_, after)| all + after)
}

#[test]
fn a_pages_own_style_is_for_that_page_alone() {
    for (file, page) in [
        ("compare", "compare"),
        ("charts", "query"),
        ("query", "query"),
        ("home", "home"),
        ("status", "status"),
    ] {
        let path = format!("{}/assets/style/{file}.css", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).expect("text");
        let scoped = format!(":where(main[data-page=\"{page}\"]) {{\n{text}}}\n");
        assert!(assets::STYLE.body().contains(&scoped), "{file}");
        let rules = uncommented(&text);
        assert_eq!(
            rules.matches('{').count(),
            rules.matches('}').count(),
            "{file}: a brace too many would end the page's part"
        );
        // What is outside of the page's `main` would be looked for inside of it.
        let words =
            rules.split(|letter: char| !letter.is_ascii_alphanumeric() && !"@:-".contains(letter));
        for word in words {
            let is_outside = [":root", "html", "body", "main", "@keyframes"].contains(&word);
            assert!(!is_outside, "{file}: {word}");
        }
        assert!(!rules.contains(".scripted ."), "{file}");
    }
}

/// Adds the words of all files below a folder that are neither style nor tests.
fn add_words(folder: &Path, words: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            add_words(&path, words);
        } else if !name.contains("tests") {
            let text = fs::read_to_string(&path).expect("text");
            let of_name = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            let found = text.split(|letter| !of_name(letter));
            words.extend(found.map(str::to_owned));
        }
    }
}

#[test]
fn each_class_of_the_stylesheet_is_one_that_pages_and_scripts_speak_of() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words = BTreeSet::new();
    add_words(&crate_folder.join("src/pages"), &mut words);
    add_words(&crate_folder.join("assets/script"), &mut words);
    // Put together of a word and what is counted or named.
    let is_made = |class: &str| {
        let stem = class.trim_end_matches(|letter: char| letter.is_ascii_digit());
        stem.len() < class.len() && ["i", "c", "heat-"].contains(&stem) || class.starts_with("lv-")
    };
    let style = uncommented(assets::STYLE.body());
    let selectors = style.split('{').map(|part| part.rsplit('}').next());
    let unused: BTreeSet<&str> = selectors
        .flatten()
        .flat_map(|selector| selector.split('.').skip(1))
        .filter_map(|class| {
            class
                .split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter))
                .next()
        })
        .filter(|class| class.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter(|class| !is_made(class) && !words.contains(*class))
        .collect();
    assert_eq!(unused, BTreeSet::new());
}
