//! Draws how long questions take by the number of spans, as SVG that can be read on white and on black.

/// A question's milliseconds, for each number of spans.
pub struct Line {
    pub what: &'static str,
    pub milliseconds: Vec<f64>,
}

/// Milliseconds by number of spans, both in equal ratios, a line for each question.
pub fn drawn(sizes: &[u64], lines: &[Line]) -> String {
    const LEFT: f64 = 70.0;
    const WIDTH: f64 = 480.0;
    const HEIGHT: f64 = 320.0;
    let x = |spans: u64| LEFT + WIDTH * ((spans as f64).log10() - 4.0) / (5e6_f64.log10() - 4.0);
    let y = |time: f64| 20.0 + HEIGHT * (1.0 - (time.max(0.01).log10() + 1.0) / 5.0);
    // Told apart by eyes of every kind, on white as on black.
    let colours = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
    ];
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 840 400\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n\
         <title>How long questions take, by the number of spans</title>\n\
         <style>text{fill:#24292f}.grid{stroke:#8888884d}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>\n",
    );
    let times = [
        (0.1, "0.1 ms"),
        (1.0, "1 ms"),
        (10.0, "10 ms"),
        (100.0, "100 ms"),
        (1_000.0, "1 s"),
        (10_000.0, "10 s"),
    ];
    for (time, told) in times {
        let at = y(time);
        svg += &format!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{told}</text>\n",
            LEFT + WIDTH,
            LEFT - 8.0,
            at + 4.0
        );
    }
    for spans in sizes {
        let told = match spans {
            1_000_000.. => format!("{} M", spans / 1_000_000),
            _ => format!("{} k", spans / 1_000),
        };
        svg += &format!(
            "<text x=\"{:.1}\" y=\"362\" text-anchor=\"middle\">{told}</text>\n",
            x(*spans)
        );
    }
    svg += &format!(
        "<text x=\"{}\" y=\"386\" text-anchor=\"middle\">spans</text>\n",
        LEFT + WIDTH / 2.0
    );
    let mut ends: Vec<(f64, String)> = Vec::new();
    for (line, colour) in lines.iter().zip(colours) {
        let points: Vec<(f64, f64)> = sizes
            .iter()
            .zip(&line.milliseconds)
            .map(|(spans, milliseconds)| (x(*spans), y(*milliseconds)))
            .collect();
        let path: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        svg += &format!(
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" points=\"{}\"/>\n",
            path.join(" ")
        );
        for (x, y) in &points {
            svg += &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>\n");
        }
        if let Some((_, y)) = points.last() {
            ends.push((
                *y,
                format!("<tspan fill=\"{colour}\">●</tspan> {}", line.what),
            ));
        }
    }
    // Names stand beside the ends of their lines, none on another.
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = 0.0_f64;
    for (at, name) in ends {
        let at = at.max(free);
        free = at + 18.0;
        svg += &format!(
            "<text x=\"{}\" y=\"{:.1}\">{name}</text>\n",
            LEFT + WIDTH + 12.0,
            at + 4.0
        );
    }
    svg + "</svg>\n"
}
