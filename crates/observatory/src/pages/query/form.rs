//! What is asked, as a form: rows of texts for each part of the query, one more than are filled. The script completes them and adds rows.

use maud::{Markup, html};
use span_columns::{Answer, Field};

use super::{
    address::QueryView,
    faults::Fault,
    when::{EVERYTHING, PRESETS, When},
};
use crate::{model::Dataset, pages::foreign_text};

/// Fields that a browser without the script proposes.
const MOST_PROPOSED: usize = 300;
/// Characters of a name that is proposed; who wants a longer one must write it.
const MOST_NAME: usize = 200;
/// Log groups to choose from.
const MOST_GROUPS: usize = 300;

/// What can be chosen besides what is asked, and what is told of it.
pub(super) struct Form<'a> {
    pub(super) view: &'a QueryView,
    pub(super) fields: &'a [Field],
    /// Names of all log groups.
    pub(super) groups: &'a [String],
    pub(super) faults: &'a [Fault],
    /// What is not wrong but should be known, as a column that no row has.
    pub(super) hints: &'a [Hint],
}

/// What is told beside a field without being wrong.
pub(super) struct Hint {
    pub(super) field: &'static str,
    pub(super) index: usize,
    pub(super) message: String,
    /// The column that was probably meant, and the query with it.
    pub(super) meant: Option<(String, QueryView)>,
}

/// A part of the query that is a list of texts.
struct Part<'a> {
    /// The field's name in the address.
    key: &'static str,
    title: &'static str,
    /// What one text is called.
    one: &'static str,
    texts: &'a [String],
    example: &'static str,
    list: Option<&'static str>,
}

/// The data sets as the page has them.
pub(super) fn dataset_label(of: Dataset) -> &'static str {
    match of {
        Dataset::Spans => "Spans",
        Dataset::Segments => "X-Ray segments",
        Dataset::Logs => "Log events",
    }
}

/// Everything within the form; the script puts it in the place of the one before.
pub(super) fn fields(form: &Form<'_>) -> Markup {
    let view = form.view;
    html! {
        div #fields data-of=(view.of.word()) {
            div.query-top {
                fieldset.switch {
                    legend.unseen { "Data set" }
                    @for of in Dataset::ALL {
                        label { input id={ "of-" (of.word()) } type="radio" name="of" value=(of.word()) checked[of == view.of]; span { (dataset_label(of)) } }
                    }
                }
                @if view.of == Dataset::Logs { (group_choice(form)) }
                span.spring {}
                (moments(form))
            }
            @for text in &view.strange { p.oddity data-testid="strange" { "△ " (foreign_text::isolated(text, 300)) } }
            div.query-grid {
                (part(form, &Part { key: "v", title: "Visualize", one: "Calculation", texts: &view.visualise, example: "COUNT", list: Some("calculations-list") }, html! {}))
                (part(form, &Part { key: "where", title: "Where", one: "Condition", texts: &view.filters, example: where_example(view.of), list: Some("fields-list") }, combination(form)))
                (part(form, &Part { key: "by", title: "Group by", one: "Column", texts: &view.by, example: by_example(view.of), list: Some("fields-list") }, html! {}))
                (part(form, &Part { key: "order", title: "Order by", one: "Order", texts: &view.order, example: "COUNT desc", list: None }, html! {}))
                (part(form, &Part { key: "having", title: "Having", one: "Condition on groups", texts: &view.having, example: "COUNT > 10", list: None }, html! {}))
                div.query-part.numbers {
                    (number(form, "limit", "Limit", &view.limit, "100", "Groups in the table"))
                    (number(form, "step", "Step (s)", &view.step, "what fits", "Seconds of a step of the drawings"))
                }
            }
            @let proposed = || form.fields.iter().filter(|field| field.name.chars().nth(MOST_NAME).is_none());
            datalist #fields-list { @for field in proposed().take(MOST_PROPOSED) { option value=(foreign_text::in_field(&field.name)) {} } }
            datalist #calculations-list {
                option value="COUNT" {}
                @for field in proposed().filter(|field| field.is_number).take(MOST_PROPOSED / 10) {
                    @for op in ["HEATMAP", "P95", "AVG", "MAX"] { option value={ (op) "(" (foreign_text::in_field(&field.name)) ")" } {} }
                }
            }
        }
    }
}

fn where_example(of: Dataset) -> &'static str {
    match of {
        Dataset::Spans | Dataset::Segments => "service.name = backend",
        Dataset::Logs => "level in WARN, ERROR",
    }
}

fn by_example(of: Dataset) -> &'static str {
    match of {
        Dataset::Spans | Dataset::Segments => "name",
        Dataset::Logs => "@log",
    }
}

fn part(form: &Form<'_>, part: &Part<'_>, beside: Markup) -> Markup {
    let Part {
        key, title, texts, ..
    } = part;
    html! {
        fieldset.query-part data-part=(key) {
            legend { span.part-title { (title) } (beside) }
            div.query-rows {
                @for index in 0..=texts.len() { (row(form, part, index)) }
            }
        }
    }
}

fn row(form: &Form<'_>, part: &Part<'_>, index: usize) -> Markup {
    let Part { key, one, .. } = *part;
    let text = part.texts.get(index).map_or("", |text| text);
    let fault = told(form.faults, key, index);
    let hints = form
        .hints
        .iter()
        .filter(|hint| hint.field == key && hint.index == index && !text.is_empty());
    let hints: Vec<&Hint> = hints.collect();
    let note = format!("e-{key}-{index}");
    let is_told = fault.is_some() || !hints.is_empty();
    html! {
        div.query-row {
            div.query-input {
                input.code id={ (key) "-" (index) } name=(key) value=(foreign_text::in_field(text)) placeholder=[(index == 0).then_some(part.example)]
                    aria-label={ (one) " " (index + 1) } list=[part.list] autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="4000"
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[is_told.then_some(&note)];
                button.remove type="button" data-remove="" hidden aria-label={ "Remove " (one.to_lowercase()) " " (index + 1) } title="Remove" { "×" }
            }
            @if is_told {
                div id=(note) {
                    @if let Some(fault) = fault { (wrong(fault, text)) }
                    @for hint in hints { p.field-hint data-testid="field-hint" { (hinted(hint)) } }
                }
            }
        }
    }
}

/// Columns that no row has, at the fields that name them.
pub(super) fn hints(view: &QueryView, answer: &Answer) -> Vec<Hint> {
    let unknown = answer.unknown_columns.iter();
    let hints = unknown.flat_map(|unknown| {
        let hint = |(field, index)| Hint {
            field,
            index,
            message: format!("No stored row has “{}”.", unknown.name),
            meant: unknown.nearest.as_ref().map(|nearest| {
                let meant = view.with_column(&unknown.name, nearest);
                (nearest.clone(), meant)
            }),
        };
        view.naming(&unknown.name)
            .into_iter()
            .map(hint)
            .collect::<Vec<_>>()
    });
    hints.collect()
}

/// What a hint tells.
pub(super) fn hinted(hint: &Hint) -> Markup {
    html! {
        (foreign_text::isolated(&hint.message, 300))
        @if let Some((column, view)) = &hint.meant { " Did you mean " a href=(view.href()) data-query="" { (foreign_text::isolated(column, 100)) } "?" }
    }
}

/// What is wrong with a field, and the place in its text.
fn wrong(fault: &Fault, text: &str) -> Markup {
    html! {
        div.field-error role="alert" data-testid="field-error" data-field=(fault.field) {
            p { (foreign_text::isolated(&fault.message, 700)) }
            @if let Some((start, end)) = fault.place.filter(|_| !text.is_empty()) { p { (foreign_text::marked(text, start, end, "fault-place")) } }
        }
    }
}

fn told<'a>(faults: &'a [Fault], field: &str, index: usize) -> Option<&'a Fault> {
    faults
        .iter()
        .find(|fault| fault.field == field && fault.index == index)
}

fn combination(form: &Form<'_>) -> Markup {
    html! {
        label.combination {
            "match "
            select name="match" aria-label="Conditions that must hold" {
                option value="all" selected[!form.view.match_any] { "all" }
                option value="any" selected[form.view.match_any] { "any" }
            }
        }
    }
}

fn number(
    form: &Form<'_>,
    key: &'static str,
    label: &str,
    value: &str,
    usual: &str,
    title: &str,
) -> Markup {
    let fault = told(form.faults, key, 0);
    html! {
        div.field {
            label for={ "f-" (key) } title=(title) { span.part-title { (label) } }
            input id={ "f-" (key) } name=(key) value=(foreign_text::in_field(value)) placeholder=(usual) inputmode="numeric" autocomplete="off" maxlength="20"
                aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| format!("e-{key}"))];
            @if let Some(fault) = fault { div id={ "e-" (key) } { (wrong(fault, "")) } }
        }
    }
}

/// From one point in time to another; what is chosen of the presets goes along unless these are filled.
fn moments(form: &Form<'_>) -> Markup {
    let when = &form.view.when;
    let range_fault = told(form.faults, "range", 0);
    html! {
        input #f-range type="hidden" name="range" value=(foreign_text::in_field(&when.range));
        div.query-moments {
            @for (key, label, value) in [("from", "From (UTC)", &when.from), ("to", "to", &when.to)] {
                @let fault = told(form.faults, key, 0);
                div.field.moment {
                    label for={ "f-" (key) } { (label) }
                    input id={ "f-" (key) } name=(key) value=(foreign_text::in_field(value)) placeholder="2026-01-31 12:00:00" autocomplete="off" spellcheck="false" maxlength="60"
                        aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| format!("e-{key}"))];
                    @if let Some(fault) = fault { div id={ "e-" (key) } { (wrong(fault, "")) } }
                }
            }
            @if let Some(fault) = range_fault { (wrong(fault, &when.range)) }
        }
    }
}

/// Links to the presets of time.
pub(super) fn ranges(view: &QueryView) -> Markup {
    html! {
        nav.windows #ranges aria-label="Time" data-testid="ranges" {
            @for (key, label) in PRESETS {
                a.plain.small href=(view.clone().within(When::last(key)).href()) data-range=(key) aria-current=[(view.when.key() == Some(key)).then_some("true")] {
                    @if key != EVERYTHING { span.unseen { "The last " } } (label)
                }
            }
        }
    }
}

/// All log groups with a box each, folded.
fn group_choice(form: &Form<'_>) -> Markup {
    let chosen = &form.view.groups;
    let unknown = chosen.iter().filter(|name| !form.groups.contains(name));
    let known = form
        .groups
        .iter()
        .take(MOST_GROUPS)
        .map(|name| (name, true));
    let listed: Vec<(&String, bool)> = unknown.map(|name| (name, false)).chain(known).collect();
    let fault = told(form.faults, "group", 0);
    html! {
        details.menu.query-groups data-testid="groups-menu" {
            summary aria-describedby=[fault.map(|_| "e-group")] {
                @match &chosen[..] {
                    [] => "all log groups",
                    [one] => (foreign_text::isolated(one, 80)),
                    [first, rest @ ..] => { (foreign_text::isolated(first, 60)) " and " (rest.len()) " more" },
                }
            }
            div.menu-list {
                @if listed.is_empty() { p.note { "There is no log group yet." } }
                @for (name, is_known) in listed {
                    label { input type="checkbox" name="group" value=(foreign_text::in_field(name)) checked[chosen.contains(name)]; " " (foreign_text::isolated(name, 200)) @if !is_known { " " span.badge { "not there" } } }
                }
                p.note { "None chosen asks all of them." }
            }
        }
        @if let Some(fault) = fault { div #e-group { (wrong(fault, "")) } }
    }
}
