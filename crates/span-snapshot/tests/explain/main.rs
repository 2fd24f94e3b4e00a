//! The causes that are told where two trees differ; one module for each kind of tree.

mod causes;
mod logs;
mod segments;
mod spans;
