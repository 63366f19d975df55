//! What a function costs to compile, estimated from its code in one pass before a compiler sees it.
//!
//! One unit is what a simple instruction costs Cranelift: one to five microseconds, and some hundred
//! bytes of memory. A function of few bytes is expensive by the values that it passes at calls and
//! branches (each is moved), by locals that are set in blocks with many exits (each exit passes them),
//! by locals that are used in many loops (each loop's header has a parameter for them, and the more
//! such parameters a local has, the longer each takes), by locals that live through many blocks, and by
//! the targets of `br_table`. Singlepass only pays for the first and the last of these.
//!
//! Locals are looked up in all loops and blocks around them, so each look costs a unit, too, and there
//! are no more looks once a function costs more than it may: reading takes time by its size and by what it
//! may cost.

use super::unshared;
use crate::runtime::base::value::FuncType;
use wasmer_api::wasmparser::{
    BinaryReaderError, BlockType, FunctionBody, Operator, TryTable, ValType,
};

/// Units for a value that is passed at a call or a branch, or is a parameter or result of a block.
pub(crate) const VALUE: u64 = 8;
/// Units for a local that is set in a block, at its end and at each branch out of it.
const SET_LOCAL: u64 = 1;
/// Declared locals, for one unit.
const LOCALS_PER_UNIT: u64 = 8;
/// Blocks that a local lives through, for one unit.
const BLOCKS_PER_UNIT: u64 = 8;

/// Units for a local that is used in a loop, of which it is the `number`th.
fn loop_local(number: u64) -> u64 {
    1 + number.min(512) / 2 + number / 64
}

/// What is learnt of a function's code.
#[derive(Clone, Copy, Default, Debug)]
pub struct Body {
    /// What it costs Cranelift, in units.
    pub cost: u64,
    /// What it costs a compiler that goes through the code once.
    pub simple: u64,
    /// The most results that blocks around one instruction have together.
    pub block_results: usize,
    /// The most targets of a `br_table`.
    pub branch_targets: u32,
    /// Whether vectors occur.
    pub vectors: bool,
    /// Whether it waits on a memory.
    pub waits: bool,
}

/// What a module declares that code refers to by number.
pub trait Module {
    fn ty(&self, index: u32) -> Option<&FuncType>;
    fn function(&self, index: u32) -> Option<&FuncType>;
    fn tag(&self, index: u32) -> Option<&FuncType>;
}

/// A block, loop, if or function that is open.
struct Frame {
    /// Values that a branch to it passes.
    branch: u64,
    /// Parameters and results.
    values: usize,
    is_loop: bool,
    /// Never used twice, and grows from outside in.
    serial: u32,
    /// Locals that are set in it so far.
    sets: u64,
}

/// A local, as far as it was used.
#[derive(Clone, Copy, Default)]
struct Local {
    /// Number of the block of its first and of its last use, plus 1; 0 for none.
    first: u32,
    last: u32,
    /// The serial of the innermost loop that was open at its last use.
    counted: u32,
    /// Loops that it is used in.
    loops: u64,
    /// The same for the innermost block that was open when it was set last.
    set_in: u32,
}

struct Reader<'m, M> {
    module: &'m M,
    body: Body,
    /// Beyond so many units the function is refused, and looking any closer is a waste.
    most: u64,
    frames: Vec<Frame>,
    results: usize,
    locals: Vec<Local>,
    /// The serials of the loops that are open.
    loops: Vec<u32>,
    serial: u32,
    blocks: u32,
}

/// Parameters and results of a function.
pub(crate) fn values(ty: Option<&FuncType>) -> u64 {
    ty.map_or(0, |ty| (ty.params.len() + ty.results.len()) as u64)
}

impl<M: Module> Reader<'_, M> {
    /// Parameters and results of a block.
    fn shape(&self, ty: BlockType) -> (usize, usize) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => {
                self.module.ty(index).map_or((0, 0), |ty| (ty.params.len(), ty.results.len()))
            }
        }
    }

    fn open(&mut self, ty: BlockType, is_loop: bool) {
        let (params, results) = self.shape(ty);
        let branch = if is_loop { params } else { results } as u64;
        self.blocks += 1;
        self.pass((params + results) as u64);
        self.serial += 1;
        let serial = self.serial;
        self.frames.push(Frame { branch, values: params + results, is_loop, serial, sets: 0 });
        self.results += params + results;
        self.body.block_results = self.body.block_results.max(self.results);
        if is_loop {
            self.loops.push(serial);
        }
    }

    fn close(&mut self) {
        self.blocks += 1;
        let Some(frame) = self.frames.pop() else { return };
        self.results -= frame.values;
        if frame.is_loop {
            self.loops.pop();
        }
    }

    /// What only compilers that look at the whole function pay.
    fn add(&mut self, units: u64) {
        self.body.cost = self.body.cost.saturating_add(units);
    }

    /// What each compiler pays.
    fn add_simple(&mut self, units: u64) {
        self.add(units);
        self.body.simple = self.body.simple.saturating_add(units);
    }

    fn pass(&mut self, values: u64) {
        self.add_simple(values * VALUE);
    }

    fn branch(&mut self, depth: u32) {
        self.blocks += 1;
        let frame = (self.frames.len()).checked_sub(depth as usize + 1);
        if let Some(frame) = frame.and_then(|number| self.frames.get(number)) {
            let (values, sets) = (frame.branch, frame.sets);
            self.pass(values);
            self.add(sets.saturating_mul(SET_LOCAL));
        }
    }

    fn local(&mut self, index: u32) {
        if self.body.cost > self.most {
            return;
        }
        let block = self.blocks + 1;
        let Some(local) = self.locals.get_mut(index as usize) else { return };
        local.first = if local.first == 0 { block } else { local.first };
        local.last = block;
        // Loops have growing serials from outside in. Those after the one that counted the local last
        // do not know it yet.
        let mut units = 0;
        for _ in self.loops.iter().rev().take_while(|&&serial| serial > local.counted) {
            local.loops += 1;
            units += loop_local(local.loops);
        }
        local.counted = self.loops.last().copied().unwrap_or(local.counted);
        self.add(units);
    }

    fn set_local(&mut self, index: u32) {
        self.local(index);
        if self.body.cost > self.most {
            return;
        }
        let Some(local) = self.locals.get_mut(index as usize) else { return };
        let mut units = 0;
        for open in self.frames.iter_mut().rev().take_while(|open| open.serial > local.set_in) {
            open.sets += 1;
            units += SET_LOCAL;
        }
        local.set_in = self.frames.last().map_or(local.set_in, |open| open.serial);
        self.add(units);
    }

    fn operator(&mut self, operator: &Operator<'_>) -> Result<(), BinaryReaderError> {
        self.add_simple(1);
        match *operator {
            Operator::Block { blockty }
            | Operator::If { blockty }
            | Operator::TryTable { try_table: TryTable { ty: blockty, .. } } => {
                self.open(blockty, false);
            }
            Operator::Loop { blockty } => self.open(blockty, true),
            Operator::Else => self.branch(0),
            Operator::End => self.close(),
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                self.branch(relative_depth);
            }
            Operator::BrTable { ref targets } => {
                self.body.branch_targets = self.body.branch_targets.max(targets.len());
                self.add_simple(u64::from(targets.len()));
                self.branch(targets.default());
                for target in targets.targets() {
                    self.branch(target?);
                }
            }
            Operator::Return => {
                let values = self.frames.first().map_or(0, |frame| frame.branch);
                self.pass(values);
            }
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                self.pass(values(self.module.function(function_index)));
            }
            Operator::CallIndirect { type_index, .. }
            | Operator::ReturnCallIndirect { type_index, .. } => {
                self.pass(values(self.module.ty(type_index)));
            }
            Operator::Throw { tag_index } => self.pass(values(self.module.tag(tag_index))),
            Operator::LocalGet { local_index } => self.local(local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                self.set_local(local_index);
            }
            _ => {
                self.body.waits |= unshared::is_wait(operator);
                self.body.vectors |= is_vector(operator);
            }
        }
        Ok(())
    }
}

macro_rules! proposal_of_operators {
    ($(@$proposal:ident $operator:ident $({ $($argument:ident: $type:ty),* })?
        => $visit:ident ($($annotation:tt)*))*) => {
        fn is_vector(operator: &Operator<'_>) -> bool {
            let proposal = match operator {
                $(Operator::$operator $({ $($argument: _),* })? => stringify!($proposal),)*
                _ => "",
            };
            matches!(proposal, "simd" | "relaxed_simd")
        }
    };
}
wasmer_api::wasmparser::for_each_operator!(proposal_of_operators);

/// Reads the code of a valid function. What costs more than `most` is said to cost more, not how much.
pub fn read<M: Module>(
    module: &M,
    ty: Option<&FuncType>,
    code: &FunctionBody<'_>,
    most: u64,
) -> Result<Body, BinaryReaderError> {
    let (params, results) = ty.map_or((0, 0), |ty| (ty.params.len(), ty.results.len()));
    let mut reader = Reader {
        module,
        body: Body::default(),
        most,
        frames: vec![Frame {
            branch: results as u64,
            values: 0,
            is_loop: false,
            serial: 0,
            sets: 0,
        }],
        results: 0,
        locals: vec![Local::default(); params],
        loops: Vec::new(),
        serial: 0,
        blocks: 0,
    };
    reader.pass((params + results) as u64);
    for local in code.get_locals_reader()? {
        let (count, ty) = local?;
        reader.body.vectors |= ty == ValType::V128;
        let count = reader.locals.len() + count as usize;
        reader.locals.resize(count, Local::default());
    }
    let locals = reader.locals.len() as u64;
    reader.add_simple(locals / LOCALS_PER_UNIT);
    for operator in code.get_operators_reader()? {
        reader.operator(&operator?)?;
    }
    let lived = reader.locals.iter().map(|local| u64::from(local.last - local.first)).sum::<u64>();
    reader.add(lived / BLOCKS_PER_UNIT);
    Ok(reader.body)
}
