//! What an arena tells of itself and of the objects in it.

use crate::runtime::base::error::Result;
use crate::runtime::base::quota::Quota;
use crate::runtime::base::value::ExternType;
use crate::runtime::compile::engine::Engine;
use crate::runtime::store::arena::{Arena, Handle, Noun};
use crate::runtime::store::exceptions;

impl Arena {
    /// The type of an object in the arena.
    pub fn extern_type(&self, handle: Handle) -> Result<ExternType> {
        self.enter()?.with(|contents| contents.extern_type(handle))?
    }

    /// Makes an externref that carries a word of the host's.
    pub fn new_extern(&self, data: u64) -> Result<Handle> {
        self.enter()?.with(|contents| contents.new_extern(data))?
    }

    /// The word that an externref carries.
    pub fn extern_data(&self, handle: Handle) -> Result<u64> {
        self.enter()?.with(|contents| contents.refs.extern_data(handle))?
    }

    /// Gives the arena another value of a quota than its engine has. What is there already stays.
    pub fn set_quota(&self, quota: Quota, most: u64) -> Result<()> {
        self.enter()?.with(|contents| contents.budget.quotas.set_for_arena(quota, most))?
    }

    /// The value of a quota.
    pub fn quota(&self, quota: Quota) -> Result<u64> {
        self.enter()?.with(|contents| contents.budget.quotas.get(quota))
    }

    /// The engine that host functions and the like are compiled by.
    pub fn engine(&self) -> Result<Engine> {
        self.enter()?.with(|contents| contents.engine.clone())
    }

    /// Exceptions that are kept; for tests.
    pub fn exceptions(&self) -> Result<usize> {
        self.enter()?.with(|contents| exceptions::count(contents.objects.get()))
    }

    /// What a handle names.
    pub fn noun(&self, handle: Handle) -> Result<Noun> {
        self.enter()?.with(|contents| Ok(contents.refs.get(handle)?.noun()))?
    }
}
