//! Metering: a module pays for what it executes, by a table of costs, and traps when its points are
//! used up. Compiled into the module; one without it pays nothing.
//!
//! Costs are added up over code that always runs as a whole, and paid at its end, so the points that
//! are left do not depend on the compiler. They live in two globals that are added to the module
//! and not exported.

mod operators;

use super::arena::Arena;
use super::contents::Contents;
use super::error::{Error, Result, Status};
use super::module::Module;
use super::refs::Handle;
pub use operators::OPERATORS;
use std::fmt;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};
use wasmer_api::wasmparser::{BlockType, Operator};
use wasmer_compiler::{FunctionMiddleware, MiddlewareReaderState, ModuleMiddleware};
use wasmer_types::entity::EntityRef;
use wasmer_types::{
    ExportIndex, GlobalIndex, GlobalInit, GlobalType, LocalFunctionIndex, MiddlewareError,
    ModuleInfo, Mutability, Type,
};
use wasmer_vm::{VMExtern, VMGlobalDefinition};

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
    pub(super) fn middleware(&self) -> Arc<dyn ModuleMiddleware> {
        Arc::new(Middleware { metering: self.clone(), globals: OnceLock::new() })
    }
}

/// The globals of a metered module, the last two: points that are left, and whether they were not
/// enough.
#[derive(Clone, Copy, Debug)]
struct Globals {
    points: GlobalIndex,
    exhausted: GlobalIndex,
}

impl Globals {
    fn of(info: &ModuleInfo) -> Option<Self> {
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
const EXHAUSTED: i32 = 1;
const EXHAUSTED_AND_SAID: i32 = 2;

impl Contents {
    /// Whether a guest has just run out of points. To be asked when it trapped as unreachable.
    pub fn ran_out(&mut self) -> bool {
        if !self.modules.iter().any(Module::is_metered) {
            return false;
        }
        let numbers = self.instances.numbers();
        numbers.into_iter().any(|number| match self.points_of(number) {
            Ok([_, mut exhausted]) => {
                // SAFETY: the global lives in the instance, and its type is i32.
                let value = unsafe { &mut exhausted.as_mut().val.i32 };
                let just_now = *value == EXHAUSTED;
                if just_now {
                    *value = EXHAUSTED_AND_SAID;
                }
                just_now
            }
            Err(_) => false,
        })
    }

    fn points(&mut self, instance: Handle) -> Result<[NonNull<VMGlobalDefinition>; 2]> {
        let number = self.refs.instance(instance)?;
        self.points_of(number)
    }

    fn points_of(&mut self, number: usize) -> Result<[NonNull<VMGlobalDefinition>; 2]> {
        let instance = self.instances.get(number)?;
        let globals = Globals::of(instance.module.info()).filter(|_| instance.module.is_metered());
        let Some(Globals { points, exhausted }) = globals else {
            return Err(Error::new(
                Status::Unsupported,
                "the module was compiled without metering",
            ));
        };
        let place = [points, exhausted]
            .map(|index| instance.vm.lookup_by_declaration(ExportIndex::Global(index)));
        match place {
            [VMExtern::Global(points), VMExtern::Global(exhausted)] => {
                let objects = self.objects.get();
                Ok([points.get(objects).vmglobal(), exhausted.get(objects).vmglobal()])
            }
            _ => Err(Error::new(Status::Panic, "metering: a global that is none")),
        }
    }
}

impl Arena {
    /// The points of an instance of a metered module.
    pub fn points(&self, instance: Handle) -> Result<Points> {
        self.enter()?.with(|contents| {
            let [points, exhausted] = contents.points(instance)?;
            // SAFETY: the globals live in the instance, and their types are i64 and i32.
            unsafe {
                let exhausted = exhausted.as_ref().val.i32 != 0;
                // What did not suffice is not given back.
                let remaining = if exhausted { 0 } else { points.as_ref().val.i64 as u64 };
                Ok(Points { remaining, exhausted })
            }
        })?
    }

    /// Adds to the points that are left, and forgets that they were not enough.
    pub fn add_points(&self, instance: Handle, more: u64) -> Result<()> {
        let _entered = self.enter()?;
        let left = self.points(instance)?.remaining;
        self.set_points(instance, left.saturating_add(more))
    }

    /// Sets the points that are left, and forgets that they were not enough.
    pub fn set_points(&self, instance: Handle, remaining: u64) -> Result<()> {
        self.enter()?.with(|contents| {
            let [mut points, mut exhausted] = contents.points(instance)?;
            // SAFETY: as above.
            unsafe {
                points.as_mut().val.i64 = remaining as i64;
                exhausted.as_mut().val.i32 = 0;
            }
            Ok(())
        })?
    }
}
