//! Threads of their own for questions over many rows.
//!
//! What a question frees, the memory allocator keeps for the thread that it ran on: of all threads that may block, each
//! would come to keep as much as the heaviest question takes.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    thread,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::StoreError;

/// Questions answered at once: they keep a processor busy each, and other questions are not to wait for them.
const AT_ONCE: usize = 2;

/// Threads that answer questions over many rows, started when they are needed; they end with this.
pub(crate) struct Heavy {
    turns: Arc<Semaphore>,
    idle: Arc<Idle>,
}

/// The threads that wait for a question. The last one to become idle is the next to be asked.
#[derive(Default)]
struct Idle(Mutex<Vec<mpsc::Sender<Task>>>);

/// Tells who asked.
type Answer = Box<dyn FnOnce()>;

/// What a thread is to do.
struct Task {
    question: Box<dyn FnOnce() -> Answer + Send>,
    /// For the thread to become idle with.
    own: mpsc::Sender<Task>,
    turn: OwnedSemaphorePermit,
}

impl Default for Heavy {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            idle: Arc::default(),
        }
    }
}

impl Heavy {
    /// Runs a question on one of the threads, when there is one that has nothing else to do.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::Closed)?;
        let thread = match self.idle.pop() {
            Some(thread) => thread,
            None => start(Arc::downgrade(&self.idle))?,
        };
        let (reply, answer) = oneshot::channel();
        let task = Task {
            question: Box::new(move || {
                let answer = question();
                Box::new(move || drop(reply.send(answer)))
            }),
            own: thread.clone(),
            turn,
        };
        thread.send(task).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)
    }
}

impl Idle {
    fn pop(&self) -> Option<mpsc::Sender<Task>> {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        threads.pop()
    }

    fn push(&self, thread: mpsc::Sender<Task>) {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        threads.push(thread);
    }
}

fn start(idle: Weak<Idle>) -> Result<mpsc::Sender<Task>, StoreError> {
    let (sender, tasks) = mpsc::channel::<Task>();
    thread::Builder::new()
        .name("store-questions".to_owned())
        .spawn(move || {
            while let Ok(task) = tasks.recv() {
                let answer = (task.question)();
                if let Some(idle) = idle.upgrade() {
                    idle.push(task.own);
                }
                drop(task.turn);
                // Who asks next finds this thread idle.
                answer();
            }
        })
        .map_err(|_| StoreError::Closed)?;
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_thread_answers_one_question_after_the_other() {
        let heavy = Heavy::default();
        let thread = || thread::current().id();
        let first = heavy.ask(thread).await.unwrap();
        assert_ne!(first, thread());
        for _ in 0..3 {
            assert_eq!(heavy.ask(thread).await.unwrap(), first);
        }
    }

    #[tokio::test]
    async fn a_question_that_fails_takes_no_turn_with_it() {
        let heavy = Heavy::default();
        for _ in 0..=AT_ONCE {
            let failed: Result<(), _> = heavy.ask(|| panic!("a question fails")).await;
            assert!(matches!(failed, Err(StoreError::Closed)));
        }
        assert_eq!(heavy.ask(|| 7).await.unwrap(), 7);
    }
}
