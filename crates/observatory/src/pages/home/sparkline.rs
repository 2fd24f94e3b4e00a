//! A line or bars over time without axes, as tall as a line of text or two.

use maud::{Markup, html};

/// Units that a drawing is wide and high; it is stretched to the width that there is.
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;

/// A line with gaps where there is no value; from zero to the highest value.
pub(super) fn line(values: &[Option<f64>], label: &str) -> Markup {
    let scale = Scale::of(values);
    let mut path = String::new();
    let mut lone = Vec::new();
    let mut is_down = false;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else {
            is_down = false;
            continue;
        };
        let (x, y) = (scale.x(place) + scale.step / 2.0, scale.y(*value));
        let is_next = values.get(place + 1).is_some_and(Option::is_some);
        if is_down || is_next {
            let command = if is_down { 'L' } else { 'M' };
            path.push_str(&format!("{command}{x:.1} {y:.1}"));
        } else {
            lone.push((x, y));
        }
        is_down = true;
    }
    drawing(
        label,
        &html! {
            path.spark-line d=(path) {}
            @for (x, y) in lone { path.spark-line d=(format!("M{:.1} {y:.1}H{:.1}", x - 1.0, x + 1.0)) {} }
        },
    )
}

/// A bar for each value above zero.
pub(super) fn bars(values: &[Option<f64>], class: &str, label: &str) -> Markup {
    let scale = Scale::of(values);
    drawing(
        label,
        &html! {
            @for (place, value) in values.iter().enumerate() {
                @if let Some(value) = value.filter(|value| *value > 0.0) {
                    @let y = scale.y(value).min(HEIGHT - 1.5);
                    rect.(class) x=(format!("{:.1}", scale.x(place))) y=(format!("{y:.1}")) width=(format!("{:.1}", (scale.step * 0.8).max(0.5))) height=(format!("{:.1}", HEIGHT - y)) {}
                }
            }
        },
    )
}

fn drawing(label: &str, content: &Markup) -> Markup {
    html! {
        svg.spark role="img" aria-label=(label) width="100%" height=(HEIGHT) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" {
            path.spark-ground d={ "M0 " (HEIGHT - 0.5) "H" (WIDTH) } {}
            (content)
        }
    }
}

struct Scale {
    step: f64,
    highest: f64,
}

impl Scale {
    fn of(values: &[Option<f64>]) -> Self {
        let highest = values.iter().flatten().copied().fold(0.0, f64::max);
        Self {
            step: WIDTH / values.len().max(1) as f64,
            highest,
        }
    }

    fn x(&self, place: usize) -> f64 {
        place as f64 * self.step
    }

    fn y(&self, value: f64) -> f64 {
        if self.highest <= 0.0 || !self.highest.is_finite() {
            return HEIGHT - 1.0;
        }
        let share = (value / self.highest).clamp(0.0, 1.0);
        (HEIGHT - 1.0) - share * (HEIGHT - 3.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_gaps_and_a_lone_value_is_seen() {
        let drawn = line(&[Some(1.0), Some(2.0), None, Some(2.0), None], "P95").0;
        assert!(drawn.contains(r#"d="M12.0 14.5L36.0 2.0""#), "{drawn}");
        assert!(drawn.contains(r#"d="M83.0 2.0H85.0""#), "{drawn}");
        for values in [&[][..], &[None], &[Some(0.0)], &[Some(f64::INFINITY)]] {
            let drawn = line(values, "").0 + &bars(values, "", "").0;
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }

    #[test]
    fn bars_stand_on_the_ground() {
        let drawn = bars(&[Some(4.0), Some(0.0), Some(2.0)], "b", "errors").0;
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(
            drawn.contains(r#"y="2.0" width="32.0" height="26.0""#),
            "{drawn}"
        );
    }
}
