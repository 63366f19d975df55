//! Metering: a module pays for what it executes, by a table of costs, and traps when its points are
//! used up. Compiled into the module; one without it pays nothing.
//!
//! Costs are added up over code that always runs as a whole, and paid at its end, so the points that
//! are left do not depend on the compiler. They live in two globals that are added to the module
//! and not exported.

mod operators;

use crate::runtime::base::error::{Error, Result, Status};
pub use operators::OPERATORS;
use std::fmt;
use std::sync::{Arc, OnceLock};
use wasmer_api::wasmparser::{BlockType, Operator};
use wasmer_compiler::{FunctionMiddleware, MiddlewareReaderState, ModuleMiddleware};
use wasmer_types::entity::EntityRef;
use wasmer_types::{
    GlobalIndex, GlobalInit, GlobalType, LocalFunctionIndex, MiddlewareError, ModuleInfo,
    Mutability, Type,
};

/// What a configuration says about metering.
#[derive(Clone)]
pub struct Metering {
    /// The points of an instance in the beginning.
    limit: u64,
    /// The cost of each operator, by its number.
    costs: Arc<[u32; OPERATORS]>,
    /// The cost of an operator that has no number.
    others: u32,
}

impl fmt::Debug for Metering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metering({} points)", self.limit)
    }
}

impl Metering {
    /// Operators beyond the end of `costs`, and those without a number, cost nothing.
    pub fn new(limit: u64, costs: &[u32]) -> Result<Self> {
        Self::with_others(limit, costs, 0)
    }

    /// As `new`, but what `costs` says nothing of costs 1.
    pub fn fuel(limit: u64, costs: &[u32]) -> Result<Self> {
        Self::with_others(limit, costs, 1)
    }

    fn with_others(limit: u64, costs: &[u32], others: u32) -> Result<Self> {
        let mut table = [others; OPERATORS];
        match table.get_mut(..costs.len()) {
            Some(start) => start.copy_from_slice(costs),
            None => {
                return Err(Error::new(
                    Status::InvalidArgument,
                    format!(
                        "metering: {} costs given, there are {OPERATORS} operators",
                        costs.len()
                    ),
                ));
            }
        }
        Ok(Self { limit, costs: Arc::new(table), others })
    }

    /// For one module.
    pub(crate) fn middleware(&self) -> Arc<dyn ModuleMiddleware> {
        Arc::new(Middleware { metering: self.clone(), globals: OnceLock::new() })
    }
}

/// The globals of a metered module, the last two: points that are left, and whether they were not
/// enough.
#[derive(Clone, Copy, Debug)]
pub struct Globals {
    pub points: GlobalIndex,
    pub exhausted: GlobalIndex,
}

impl Globals {
    pub fn of(info: &ModuleInfo) -> Option<Self> {
        let count = info.globals.len();
        Some(Self {
            points: GlobalIndex::new(count.checked_sub(2)?),
            exhausted: GlobalIndex::new(count - 1),
        })
    }
}

#[derive(Debug)]
struct Middleware {
    metering: Metering,
    globals: OnceLock<Globals>,
}

impl ModuleMiddleware for Middleware {
    fn transform_module_info(
        &self,
        info: &mut ModuleInfo,
    ) -> std::result::Result<(), MiddlewareError> {
        for (ty, init) in [
            (Type::I64, GlobalInit::I64Const(self.metering.limit as i64)),
            (Type::I32, GlobalInit::I32Const(0)),
        ] {
            info.globals.push(GlobalType::new(ty, Mutability::Var));
            info.global_initializers.push(init);
        }
        let unusable = |why| MiddlewareError::new("metering", why);
        let globals = Globals::of(info).ok_or_else(|| unusable("no globals"))?;
        self.globals.set(globals).map_err(|_| unusable("used for a second module"))
    }

    fn generate_function_middleware<'a>(
        &self,
        _: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        Box::new(Meter {
            costs: self.metering.costs.clone(),
            others: self.metering.others,
            globals: self.globals.get().copied(),
            due: 0,
        })
    }
}

/// Meters one function.
#[derive(Debug)]
struct Meter {
    costs: Arc<[u32; OPERATORS]>,
    others: u32,
    globals: Option<Globals>,
    /// The cost of what was read since the last payment.
    due: u64,
}

impl<'a> FunctionMiddleware<'a> for Meter {
    fn feed(
        &mut self,
        operator: Operator<'a>,
        state: &mut MiddlewareReaderState<'a>,
    ) -> std::result::Result<(), MiddlewareError> {
        let number = operators::number(&operator);
        self.due += u64::from(number.map_or(self.others, |number| self.costs[number]));
        if self.due > 0 && ends_straight_code(&operator) {
            let Some(globals) = self.globals else {
                return Err(MiddlewareError::new("metering", "no globals"));
            };
            self.pay(globals, state);
        }
        state.push_operator(operator);
        Ok(())
    }
}

impl Meter {
    /// Code that traps if too few points are left, and takes what is due.
    fn pay<'a>(&mut self, globals: Globals, state: &mut MiddlewareReaderState<'a>) {
        let points = globals.points.as_u32();
        let due = std::mem::take(&mut self.due) as i64;
        state.extend(&[
            Operator::GlobalGet { global_index: points },
            Operator::I64Const { value: due },
            Operator::I64LtU,
            Operator::If { blockty: BlockType::Empty },
            Operator::I32Const { value: EXHAUSTED },
            Operator::GlobalSet { global_index: globals.exhausted.as_u32() },
            Operator::Unreachable,
            Operator::End,
            Operator::GlobalGet { global_index: points },
            Operator::I64Const { value: due },
            Operator::I64Sub,
            Operator::GlobalSet { global_index: points },
        ]);
    }
}

/// Whether control may come to or leave from an operator in more than one way.
fn ends_straight_code(operator: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        operator,
        O::Loop { .. }
            | O::If { .. }
            | O::Else
            | O::End
            | O::Br { .. }
            | O::BrIf { .. }
            | O::BrTable { .. }
            | O::Return
            | O::Call { .. }
            | O::CallIndirect { .. }
            | O::ReturnCall { .. }
            | O::ReturnCallIndirect { .. }
            | O::Unreachable
            | O::Throw { .. }
            | O::ThrowRef
            | O::Rethrow { .. }
            | O::Catch { .. }
            | O::CatchAll
            | O::Delegate { .. }
            | O::TryTable { .. }
    )
}

/// The points of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Points {
    /// 0 if exhausted.
    pub remaining: u64,
    /// Whether a trap came because they were not enough.
    pub exhausted: bool,
}

/// Values of the second global: 0, or that the guest trapped because its points were not enough, and
/// whether the call that ended by it has said so.
pub(crate) const EXHAUSTED: i32 = 1;
pub(crate) const EXHAUSTED_AND_SAID: i32 = 2;
