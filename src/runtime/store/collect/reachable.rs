//! Who reaches whom.

use super::super::contents::Contents;
use super::super::crossing::raw_extern;
use super::super::handles::{Entry, HandleTable, NOBODY};
use super::super::instances::Instance;
use std::ptr::NonNull;
use wasmer_types::entity::EntityRef;
use wasmer_types::{LocalTableIndex, Type};
use wasmer_vm::{TableElement, VMCallerCheckedAnyfunc, VMGlobal, VMTable};

/// What was met.
pub struct Met {
    pub instances: Vec<bool>,
    pub places: Vec<bool>,
    todo: Vec<Todo>,
    /// Things looked at.
    pub cost: usize,
}

enum Todo {
    Instance(u32),
    Place(u32),
}

impl Met {
    fn instance(&mut self, number: u32) {
        if let Some(met) = self.instances.get_mut(number as usize)
            && !std::mem::replace(met, true)
        {
            self.todo.push(Todo::Instance(number));
        }
    }

    fn place(&mut self, place: u32) {
        if let Some(met) = self.places.get_mut(place as usize)
            && !std::mem::replace(met, true)
        {
            self.todo.push(Todo::Place(place));
        }
    }
}

impl Contents {
    /// An entry stays while its object lives, so that a handle which the host still has is good.
    pub fn lives(&self, met: &Met, place: u32) -> bool {
        let found = self.refs.at(place);
        match &found.entry {
            _ if met.places[place as usize] => true,
            _ if found.owner != NOBODY => met.instances[found.owner as usize],
            // Code that is of no instance we know is none of ours to free.
            Entry::Func(func) => func.host.is_none(),
            _ => false,
        }
    }

    pub fn follow(&self) -> Met {
        let mut met = Met {
            instances: vec![false; self.instances.size()],
            places: vec![false; self.refs.size()],
            todo: Vec::new(),
            cost: self.instances.size() + self.refs.size(),
        };
        for (place, found) in self.refs.all() {
            if found.held > 0 {
                met.place(place);
            }
        }
        while let Some(next) = met.todo.pop() {
            match next {
                Todo::Instance(number) => {
                    if let Some(instance) = self.instances.peek(number) {
                        self.follow_instance(&mut met, instance);
                    }
                }
                Todo::Place(place) => self.follow_place(&mut met, place),
            }
        }
        met
    }

    fn follow_place(&self, met: &mut Met, place: u32) {
        let objects = self.objects.get();
        let found = self.refs.at(place);
        met.instance(found.owner);
        match &found.entry {
            Entry::Func(func) => {
                if let Some(code) = func.code {
                    self.follow_func(met, code);
                }
            }
            Entry::Table(table) => self.follow_table(met, table.vm.get(objects)),
            Entry::Global(vm) => self.follow_global(met, vm.get(objects)),
            Entry::Instance(number) => met.instance(*number as u32),
            Entry::Memory(_) | Entry::Tag(_) | Entry::Extern { .. } | Entry::Dead => {}
        }
    }

    fn follow_instance(&self, met: &mut Met, instance: &Instance) {
        let objects = self.objects.get();
        for &address in &instance.imports {
            self.follow_address(met, address);
        }
        for bound in &instance.bound {
            met.place(bound.place);
        }
        for &export in instance.exports.iter().filter(|&&export| export != 0) {
            met.place(HandleTable::place(export));
        }
        for global in &instance.made.globals {
            self.follow_global(met, global.get(objects));
        }
        for (number, table) in instance.made.tables.iter().enumerate() {
            let table = table.get(objects);
            self.follow_table(met, table);
            // wasmer keeps copies of what is in tables that cannot grow, and calls those.
            let index = LocalTableIndex::new(number);
            if let Some(offset) = instance.vm.vmoffsets().vmctx_fixed_funcref_table_anyfuncs(index)
            {
                let first = instance.vm.vmctx_ptr().cast::<u8>().wrapping_add(offset as usize);
                let first = first.cast::<VMCallerCheckedAnyfunc>();
                for element in 0..table.ty().minimum as usize {
                    // SAFETY: the copies lie in the instance, as many as the table has elements.
                    let context = unsafe { (*first.add(element)).vmctx.host_env };
                    met.instance(self.instances.at(context as usize));
                }
            }
        }
    }

    /// What is at an address of `definition_of`.
    fn follow_address(&self, met: &mut Met, address: usize) {
        match self.instances.at(address) {
            NOBODY => {
                if let Some(&place) = self.refs.by_address.get(&address) {
                    met.place(place);
                }
            }
            instance => met.instance(instance),
        }
    }

    fn follow_func(&self, met: &mut Met, func: NonNull<VMCallerCheckedAnyfunc>) {
        met.cost += 1;
        // SAFETY: of a function that is reached, so its instance is not freed.
        let context = unsafe { func.as_ref().vmctx.host_env } as usize;
        met.instance(self.instances.at(context));
    }

    fn follow_extern(&self, met: &mut Met, raw: usize) {
        met.cost += 1;
        if let Some(place) = self.refs.extern_place(raw) {
            met.place(place);
        }
    }

    fn follow_table(&self, met: &mut Met, table: &VMTable) {
        for index in 0..table.size() {
            match table.get(index) {
                Some(TableElement::FuncRef(Some(func))) => self.follow_func(met, func.0),
                Some(TableElement::ExternRef(Some(object))) => {
                    self.follow_extern(met, raw_extern(object));
                }
                _ => met.cost += usize::from(index % 16 == 0),
            }
        }
    }

    fn follow_global(&self, met: &mut Met, global: &VMGlobal) {
        // SAFETY: of a global that is reached. References are stored as pointers or numbers, 0 for null.
        let raw = unsafe { global.vmglobal().as_ref().val.funcref };
        match global.ty().ty {
            Type::FuncRef => {
                if let Some(func) = NonNull::new(raw as *mut VMCallerCheckedAnyfunc) {
                    self.follow_func(met, func);
                }
            }
            Type::ExternRef => self.follow_extern(met, raw),
            _ => {}
        }
    }
}
