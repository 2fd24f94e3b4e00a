//! Runs a plan over events that are pushed into it, and puts its results together.

use std::{ops::ControlFlow, sync::Arc};

use super::{
    Failure, MAX_BYTES, MAX_LIMIT, MAX_RECORD_BYTES, MAX_RESULT_BYTES, Results, Row as ResultRow,
    Statistics,
    collect::{self, Row, Rows, Wanted},
    discover,
    group::Groups,
    plan::{After, Gather, Own, Plan, Stats, Step},
    step::step,
    value::Value,
};
use crate::Event;

/// The account in `@log`: nobody's.
const ACCOUNT: &str = "000000000000";

/// A query that is being run. Its memory is bounded, whatever is pushed.
#[derive(Clone)]
pub struct Run {
    plan: Arc<Plan>,
    /// When it was started, in milliseconds since the Unix epoch.
    now: i64,
    gathered: Gathered,
    statistics: Statistics,
    failure: Option<Failure>,
}

#[derive(Clone)]
enum Gathered {
    Rows(Rows),
    Groups(Groups),
}

impl Gathered {
    fn add(&mut self, plan: &Plan, event: &Event<'_>, values: &[Value<'_>]) -> Result<(), Failure> {
        match (self, &plan.gather) {
            (Self::Groups(groups), Gather::Stats(stats)) => groups.add(stats, values),
            (Self::Rows(rows), gather) => match gather.wanted() {
                Some(wanted) => rows.add(wanted, event.timestamp, event.id, values),
                None => Ok(()),
            },
            (Self::Groups(_), Gather::Rows { .. }) => Ok(()),
        }
    }

    /// Whether no older event can change a row.
    fn is_full(&self, plan: &Plan) -> bool {
        match (self, plan.gather.wanted()) {
            (Self::Rows(rows), Some(wanted)) => {
                wanted.is_for_newest() && rows.len() >= wanted.limit
            }
            _ => false,
        }
    }
}

impl Run {
    pub(super) fn new(plan: Arc<Plan>, now: i64) -> Self {
        let gathered = match plan.gather {
            Gather::Rows { .. } => Gathered::Rows(Rows::default()),
            Gather::Stats(_) => Gathered::Groups(Groups::default()),
        };
        Self {
            plan,
            now,
            gathered,
            statistics: Statistics::default(),
            failure: None,
        }
    }

    /// Takes in an event.
    ///
    /// `Break` says that further events can change no row, given that events come in the order that [`super::Query::wants`] asks for.
    /// Whoever pushes on has them counted in the statistics, as the service would, and nothing else.
    pub fn push(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        #[allow(clippy::cast_precision_loss, reason = "a statistic")]
        {
            self.statistics.records_scanned += 1.0;
            self.statistics.bytes_scanned += event.message.len() as f64;
        }
        if self.failure.is_some() {
            return ControlFlow::Break(());
        }
        let plan = &*self.plan;
        let mut values = vec![Value::Absent; plan.width];
        for (own, slot) in &plan.own {
            values[*slot] = own.of(event);
        }
        match calculate(plan, event, &mut values, self.now) {
            Ok(false) => {}
            Ok(true) => {
                self.statistics.records_matched += 1.0;
                self.failure = self.gathered.add(plan, event, &values).err();
            }
            Err(failure) => self.failure = Some(failure),
        }
        if self.failure.is_some() || self.gathered.is_full(plan) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Whether the query has failed: nothing that is pushed can change that.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// What was read so far, without putting the results together.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// What comes of the events so far.
    pub fn results(&self) -> Results {
        let (rows, failure) = match self.failure.map_or_else(|| self.rows(), Err) {
            Ok(rows) => (rows, None),
            Err(failure) => (Vec::new(), Some(failure.to_string())),
        };
        Results {
            rows,
            statistics: self.statistics,
            failure,
        }
    }

    fn rows(&self) -> Result<Vec<ResultRow>, Failure> {
        let mut rows = match (&self.gathered, &self.plan.gather) {
            (Gathered::Groups(groups), Gather::Stats(stats)) => {
                of_groups(groups.rows(stats, self.now)?)
            }
            (Gathered::Rows(rows), gather) => gather
                .wanted()
                .map(|wanted| rows.finish(wanted))
                .unwrap_or_default(),
            (Gathered::Groups(_), Gather::Rows { .. }) => Vec::new(),
        };
        let mut made = 0;
        for after in &self.plan.after {
            match after {
                After::Step(one) => rows.retain_mut(|row| {
                    let stays = made <= MAX_BYTES && step(one, &mut row.values, self.now);
                    made += one.made(&row.values);
                    stays
                }),
                After::Sort(order) => collect::sort(&mut rows, order),
                After::Limit(limit) => rows.truncate(*limit),
                After::Dedup(distinct) => collect::dedup(&mut rows, distinct),
                After::Stats(stats) => rows = self.regrouped(stats, &rows)?,
            }
            if made > MAX_BYTES {
                return Err(Failure::TooLarge(MAX_BYTES));
            }
        }
        rows.truncate(MAX_LIMIT);
        let columns = &self.plan.columns;
        let mut results = Vec::with_capacity(rows.len());
        let mut bytes = 0;
        for row in &rows {
            let result = shown(row, columns);
            bytes += weight(&result);
            if bytes > MAX_RESULT_BYTES {
                return Err(Failure::TooLarge(MAX_RESULT_BYTES));
            }
            // A group of which nothing is known is no row; an event always has its `@ptr`.
            if result.id.is_some() || !result.fields.is_empty() {
                results.push(result);
            }
        }
        Ok(results)
    }

    fn regrouped(&self, stats: &Stats, rows: &[Row]) -> Result<Vec<Row>, Failure> {
        let mut groups = Groups::default();
        for row in rows {
            groups.add(stats, &row.values)?;
        }
        Ok(of_groups(groups.rows(stats, self.now)?))
    }
}

fn of_groups(rows: Vec<Vec<Value<'static>>>) -> Vec<Row> {
    let row = |values| Row {
        timestamp: 0,
        id: None,
        values,
    };
    rows.into_iter().map(row).collect()
}

fn shown(row: &Row, columns: &[(String, usize)]) -> ResultRow {
    let field = |(name, slot): &(String, usize)| {
        let value = row.values[*slot].text()?;
        Some((name.clone(), value.into_owned()))
    };
    ResultRow {
        id: row.id,
        fields: columns.iter().filter_map(field).collect(),
    }
}

/// About what a row of results takes, in bytes.
fn weight(row: &ResultRow) -> usize {
    let field =
        |(name, value): &(String, String)| size_of::<(String, String)>() + name.len() + value.len();
    row.fields.iter().map(field).sum()
}

/// Does the steps on an event's record; tells whether it stays.
fn calculate<'e>(
    plan: &Plan,
    event: &Event<'e>,
    values: &mut [Value<'e>],
    now: i64,
) -> Result<bool, Failure> {
    let mut made = 0;
    for one in &plan.steps {
        if matches!(one, Step::Discover) {
            discover::wanted(event.message, &plan.wanted, values);
        } else if !step(one, values, now) {
            return Ok(false);
        }
        made += one.made(values);
        if made > MAX_RECORD_BYTES {
            return Err(Failure::RecordTooLarge);
        }
    }
    Ok(true)
}

impl Gather {
    /// What rows are wanted, unless groups are.
    pub(super) fn wanted(&self) -> Option<Wanted<'_>> {
        match self {
            Self::Rows {
                order,
                distinct,
                limit,
                kept,
            } => Some(Wanted {
                order,
                distinct,
                limit: *limit,
                kept,
            }),
            Self::Stats(_) => None,
        }
    }
}

impl Own {
    /// What it is in this event.
    pub(super) fn of<'e>(self, event: &Event<'e>) -> Value<'e> {
        match self {
            Self::Timestamp => Value::Time(event.timestamp),
            Self::IngestionTime => Value::Time(event.ingestion_time),
            Self::Message => Value::Text(event.message.into()),
            Self::LogStream => Value::Text(event.stream.into()),
            Self::Log => Value::Text(format!("{ACCOUNT}:{}", event.group).into()),
        }
    }
}
