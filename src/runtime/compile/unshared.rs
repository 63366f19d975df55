//! Waits on memories that are not shared, which are to trap. wasmer lets those go on that find another value
//! than they expect; so before a module with such waits is compiled they are rewritten to expect what is there.
//! The library call for them then gives up, and `Limited::do_wait` notes why.

use std::sync::{Arc, OnceLock};
use wasmer_api::wasmparser::{MemArg, Operator};
use wasmer_compiler::{FunctionMiddleware, MiddlewareReaderState, ModuleMiddleware};
use wasmer_types::{LocalFunctionIndex, MiddlewareError, ModuleInfo};

/// Whether an instruction waits.
pub fn is_wait(operator: &Operator<'_>) -> bool {
    matches!(operator, Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. })
}

/// Whether each memory of the module is shared, imported ones first.
#[derive(Debug, Default)]
pub struct Rewrite(Arc<OnceLock<Vec<bool>>>);

impl ModuleMiddleware for Rewrite {
    fn transform_module_info(&self, info: &mut ModuleInfo) -> Result<(), MiddlewareError> {
        let shared = info.memories.values().map(|memory| memory.shared).collect();
        let again = |_| MiddlewareError::new("waits", "used for a second module");
        self.0.set(shared).map_err(again)
    }

    fn generate_function_middleware<'a>(
        &self,
        _: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        Box::new(Waits(self.0.clone()))
    }
}

#[derive(Debug)]
struct Waits(Arc<OnceLock<Vec<bool>>>);

impl Waits {
    fn is_shared(&self, memory: u32) -> bool {
        let shared = self.0.get().and_then(|shared| shared.get(memory as usize));
        shared.copied().unwrap_or(true)
    }
}

impl<'a> FunctionMiddleware<'a> for Waits {
    fn feed(
        &mut self,
        operator: Operator<'a>,
        state: &mut MiddlewareReaderState<'a>,
    ) -> Result<(), MiddlewareError> {
        match operator {
            Operator::MemoryAtomicWait32 { memarg } if !self.is_shared(memarg.memory) => {
                let load = |memarg| Operator::I32AtomicLoad { memarg };
                let wait = |memarg| Operator::MemoryAtomicWait32 { memarg };
                state.extend(&refuse(memarg, load, wait));
            }
            Operator::MemoryAtomicWait64 { memarg } if !self.is_shared(memarg.memory) => {
                let load = |memarg| Operator::I64AtomicLoad { memarg };
                let wait = |memarg| Operator::MemoryAtomicWait64 { memarg };
                state.extend(&refuse(memarg, load, wait));
            }
            operator => state.push_operator(operator),
        }
        Ok(())
    }
}

/// Traps where the address is wrong; then there is an address 0, at which the wait expects what is there.
fn refuse<'a>(
    memarg: MemArg,
    load: impl Fn(MemArg) -> Operator<'a>,
    wait: impl Fn(MemArg) -> Operator<'a>,
) -> [Operator<'a>; 9] {
    let start = MemArg { offset: 0, ..memarg };
    [
        // The time and the expected value.
        Operator::Drop,
        Operator::Drop,
        load(memarg),
        Operator::Drop,
        Operator::I32Const { value: 0 },
        Operator::I32Const { value: 0 },
        load(start),
        Operator::I64Const { value: 0 },
        wait(start),
    ]
}
