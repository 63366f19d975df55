//! What watches a compilation and ends it.

use crate::runtime::machine::ballast::Ballast;
use crate::runtime::machine::fork;
use crate::runtime::machine::interrupt::Interrupt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wasmer_types::{CompilationProgressCallback, UserAbort};

/// What a compilation looks at while it runs.
#[derive(Clone)]
pub struct Watch {
    interrupt: Option<Arc<Interrupt>>,
    pub ballast: Arc<Ballast>,
    /// Held from the last function on: then wasmer makes the code known to the unwinder, and no fork is to
    /// come in between.
    last: Arc<Mutex<Option<fork::Section>>>,
}

impl Watch {
    pub fn new(interrupt: Option<Arc<Interrupt>>, ballast: &Arc<Ballast>) -> Self {
        Self { interrupt, ballast: ballast.clone(), last: Arc::default() }
    }

    pub fn last(&self) -> MutexGuard<'_, Option<fork::Section>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What wasmer calls after each function.
    pub fn callback(&self) -> CompilationProgressCallback {
        let watch = self.clone();
        CompilationProgressCallback::new(move |progress| {
            let is_fired = |interrupt: &Arc<Interrupt>| interrupt.is_fired();
            if watch.interrupt.as_ref().is_some_and(is_fired) || watch.ballast.is_spent() {
                return Err(UserAbort::new("interrupted"));
            }
            if progress.phase_step() >= progress.phase_step_count() {
                watch.last().get_or_insert_with(fork::Section::enter);
            }
            Ok(())
        })
    }
}
