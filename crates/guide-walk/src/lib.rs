//! Follows the guides and the pages as a reader would: runs every command in its order in a fresh clone, writes the solution's places
//! where a step is written, opens every address, and compares what is shown with what is there.
//!
//! `scripts/walk` is how to run it; `tests` looks at the blocks of code, and at what can be told of commands, for which nothing has
//! to run. The rules, so that an author knows what a page may say:
//!
//! - The labs' guides come first, in their order, then README, then every other page with a block of shell. For these all steps are
//!   written, and of the others only blocks and marks are followed, not their sentences.
//! - Each `sh` block, and each `cargo …`, `curl …` or `aws …` between backticks, is run under bash at the workspace's top folder.
//!   `cargo lab check`, `cargo lab`, `cargo lab report` and `cargo test -p LAB` have to fail while a step of theirs is open;
//!   everything else has to succeed. What has a `…` in it is no command, nor is a mere `cargo test`, which is CI's.
//! - The block `cargo lab check LAB/STEP` in the step's section runs twice: it fails, the step is written, it passes.
//! - A command that tells its address and goes on is left running to the next `##` heading or the next step that is written, and
//!   is then ended by ctrl-C, with success. It is not started twice. `cargo lab up` takes the place of all that runs.
//! - Each `http://localhost:…` of a link is answered with 200; where nothing runs, `cargo lab up` of the lab is started for it.
//! - Each `text` block is a snapshot (`<!-- snapshot: NAME -->`), what the last command printed (`<!-- output -->`), a drawing
//!   (`<!-- drawing -->`), or an example of something else, with a reason (`<!-- example, REASON -->`).
//! - Other marks are listed in [`mark::Mark`]. What is skipped needs a reason, and is listed at the end; a block's is looked at by
//!   [`reason::holds`]. What a skipped block asks of the AWS CLI is asked without a service, by which its options are looked at.

pub mod blocks;
pub mod fresh;
pub mod guide;
pub mod known;
pub mod lab;
pub mod listed;
pub mod mark;
mod output;
mod page;
pub mod pages;
pub mod reason;
#[allow(dead_code, unreachable_pub, reason = "`cargo lab` uses all of it")]
#[path = "../../lab/src/regions.rs"]
mod regions;
mod scope;
mod shell;
mod terminal;
pub mod walk;
