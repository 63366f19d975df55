//! Tags made by the host.

use super::arena::Arena;
use super::error::{Error, Result, Status};
use super::refs::Handle;
use super::value::{FuncType, Limits, ValueKind};
use wasmer_types::TagKind;
use wasmer_vm::{InternalStoreHandle, VMExtern, VMTag};

impl Arena {
    /// Makes a tag of exceptions that carry values of these kinds. It stays until the arena is freed: an
    /// exception that is on its way may name it.
    pub fn new_tag(&self, payload: &[ValueKind]) -> Result<Handle> {
        if payload.len() > FuncType::MOST {
            return Err(Error::new(
                Status::InvalidArgument,
                format!("tag: {} values, {} are the most", payload.len(), FuncType::MOST),
            ));
        }
        let signature = FuncType::new(payload, &[]).to_wasmer();
        self.enter()?.with(|contents| {
            let tag = VMTag::new(TagKind::Exception, signature);
            let vm = InternalStoreHandle::new(contents.objects.get_mut(), tag);
            contents.intern(VMExtern::Tag(vm), Limits { minimum: 0, maximum: None })
        })?
    }
}
