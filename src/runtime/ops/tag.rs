//! Tags made by the host.

use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{FuncType, Limits, ValueKind};
use crate::runtime::store::arena::Arena;
use crate::runtime::store::handles::Handle;
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
