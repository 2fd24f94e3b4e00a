//! Honeycomb's query specification over spans: calculations, filters, breakdowns, orders.
