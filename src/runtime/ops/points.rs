//! The points of instances whose modules are metered.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::compile::metering::{EXHAUSTED, EXHAUSTED_AND_SAID, Globals, Points};
use crate::runtime::compile::module::Module;
use crate::runtime::store::arena::Arena;
use crate::runtime::store::contents::Contents;
use crate::runtime::store::handles::Handle;
use std::ptr::NonNull;
use wasmer_types::ExportIndex;
use wasmer_vm::{VMExtern, VMGlobalDefinition};

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
