//! A learner works a query out in the observatory, and a grader runs it over the stores: so both must answer alike.
//! Each module asks both the same questions, in the language of one service.

mod honeycomb;
mod insights;
mod running;
mod xray;
