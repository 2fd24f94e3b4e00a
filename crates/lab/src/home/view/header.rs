//! The rows that always stand at the top: a bar for each lab, and the observatory.

use super::text::{clean, width};
use crate::home::event::Sight;
use crate::home::model::Model;
use crate::metadata::Lab;
use crate::style::Style;

/// How much is said of a lab.
#[derive(Clone, Copy)]
enum Detail {
    Bar,
    Title,
    Number,
}

/// The labs in one row, with as much of each as fits.
pub(super) fn labs(model: &Model, columns: usize, style: Style) -> String {
    let all = |others: Detail, own: Detail| {
        let labs = model.workspace.labs.iter().enumerate();
        let parts: Vec<String> = labs
            .map(|(index, lab)| {
                let here = index == model.place.lab;
                let part = lab_part(lab, &model.marks[index], if here { own } else { others });
                if here { style.bold(&part) } else { part }
            })
            .collect();
        parts.join("   ")
    };
    let ways = [
        (Detail::Bar, Detail::Bar),
        (Detail::Title, Detail::Bar),
        (Detail::Number, Detail::Bar),
        (Detail::Number, Detail::Number),
    ];
    let mut rows = ways.map(|(others, own)| all(others, own)).into_iter();
    rows.find(|row| width(row) <= columns).unwrap_or_else(|| {
        let lab = model.place.lab;
        lab_part(model.lab(), &model.marks[lab], Detail::Number)
    })
}

fn lab_part(lab: &Lab, marks: &[Option<bool>], detail: Detail) -> String {
    let count = if marks.contains(&None) {
        "?".to_owned()
    } else {
        let passed = marks.iter().filter(|mark| **mark == Some(true)).count();
        passed.to_string()
    };
    let (number, title, total) = (lab.number, &lab.title, marks.len());
    match detail {
        Detail::Bar => {
            let bar: String = marks.iter().map(cell).collect();
            format!("{number} {title} {bar} {count}/{total}")
        }
        Detail::Title => format!("{number} {title} {count}/{total}"),
        Detail::Number => format!("{number} {count}/{total}"),
    }
}

fn cell(mark: &Option<bool>) -> char {
    match mark {
        Some(true) => '▰',
        Some(false) => '▱',
        None => '·',
    }
}

/// What is known of the observatory.
pub(super) fn observatory(model: &Model, style: Style) -> Option<String> {
    let text = match &model.observatory {
        Sight::Absent => return None,
        Sight::Waiting => "observatory: begins after the first verdict".to_owned(),
        Sight::Building(status) if status.is_empty() => "observatory: building".to_owned(),
        Sight::Building(status) => {
            format!("observatory: building · {}", clean(status.trim(), false))
        }
        Sight::Starting => "observatory: starting".to_owned(),
        Sight::Running { address, joined } => {
            let whose = if *joined { " (ran already)" } else { "" };
            return Some(format!("observatory {address}{}", style.faint(whose)));
        }
        Sight::Unavailable(why) => format!("no observatory: {} (o tries again)", clean(why, false)),
    };
    Some(style.faint(&text))
}
