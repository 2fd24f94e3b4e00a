//! Writing a query as JSON, in the form that is read: what was left out stays out.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use crate::{Calculation, Combination, Filter, Having, Order, Query, Term, Test, Value};

impl Query {
    /// The query in the form of Honeycomb's query specification; reading it again gives the same query.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        let mut put = |key: &str, value: Json| {
            if !value.is_null() && value != json!([]) {
                object.insert(key.to_owned(), value);
            }
        };
        put(
            "breakdowns",
            self.breakdowns.iter().map(ToString::to_string).collect(),
        );
        put(
            "calculations",
            self.calculations.iter().map(calculation).collect(),
        );
        put("filters", self.filters.iter().map(filter).collect());
        if self.combination == Combination::Or {
            put("filter_combination", "OR".into());
        }
        put(
            "havings",
            self.havings
                .iter()
                .map(|having| self.having(having))
                .collect(),
        );
        put(
            "orders",
            self.orders.iter().map(|order| self.order(*order)).collect(),
        );
        if self.limit != Query::DEFAULT_LIMIT {
            put("limit", self.limit.into());
        }
        put("start_time", self.time.start.into());
        put("end_time", self.time.end.into());
        put("time_range", self.time.range.into());
        put("granularity", self.granularity.into());
        Json::Object(object)
    }

    fn order(&self, order: Order) -> Json {
        let mut object = match order.by {
            Term::Breakdown(index) => {
                Map::from_iter([("column".into(), self.breakdowns[index].to_string().into())])
            }
            Term::Calculation(index) => self.named(index, "op"),
        };
        let word = if order.descending {
            "descending"
        } else {
            "ascending"
        };
        object.insert("order".into(), word.into());
        Json::Object(object)
    }

    fn having(&self, having: &Having) -> Json {
        let mut object = self.named(having.calculation, "calculate_op");
        let op = having.compare.name(having.negated);
        object.insert("op".into(), op.into());
        object.insert("value".into(), scalar(&having.value));
        Json::Object(object)
    }

    /// A calculation as Honeycomb names it, by operator and column; by its title where that would mean an earlier one.
    fn named(&self, index: usize, op: &str) -> Map<String, Json> {
        let meant = &self.calculations[index];
        let first = self
            .calculations
            .iter()
            .position(|other| other.op == meant.op && other.column == meant.column);
        if first == Some(index) {
            operation(meant, op)
        } else {
            Map::from_iter([("column".into(), meant.title.clone().into())])
        }
    }
}

impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

fn calculation(calculation: &Calculation) -> Json {
    let mut object = operation(calculation, "op");
    if calculation.title != Calculation::new(calculation.op, calculation.column.clone()).title {
        object.insert("name".into(), calculation.title.clone().into());
    }
    Json::Object(object)
}

fn operation(calculation: &Calculation, op: &str) -> Map<String, Json> {
    let mut object = Map::from_iter([(op.to_owned(), calculation.op.name().into())]);
    if let Some(column) = &calculation.column {
        let column = crate::Column::own(column).to_string();
        object.insert("column".into(), column.into());
    }
    object
}

fn filter(filter: &Filter) -> Json {
    let mut object = Map::from_iter([
        ("column".into(), filter.column.to_string().into()),
        ("op".into(), filter.op().into()),
    ]);
    let value = match &filter.test {
        Test::Compare(_, value) => scalar(value),
        Test::StartsWith(text)
        | Test::EndsWith(text)
        | Test::Contains(text)
        | Test::Matches(text) => text.as_str().into(),
        Test::In(values) => values.iter().map(scalar).collect(),
        Test::Exists => return Json::Object(object),
    };
    object.insert("value".into(), value);
    Json::Object(object)
}

fn scalar(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(value) => value.as_str().into(),
    }
}
