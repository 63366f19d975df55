//! Calls into guests, out of them, and through several arenas; and the references that go along.

use crate::arenas::{Raw, adder, call, host, i32_to_i32, status, through};
use crate::guest::{self, Way};
use crate::runtime::ValueKind::*;
use crate::runtime::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[test]
fn calls_lend_slots_and_words_few_and_many() {
    let arena = Raw::new();
    let (add, _code) = adder(arena);
    assert_eq!(call(arena, add, 41).unwrap(), 42);
    let mut word = [u64::MAX];
    // SAFETY: one word. The guest wrote half of its slot.
    unsafe { arena.call_words(add, word.as_mut_ptr(), 1, 0).unwrap() };
    assert_eq!(word, [0]);
    // SAFETY: refused before anything is read.
    assert_eq!(
        unsafe { status(arena.call(add, std::ptr::null_mut(), 0, 0)) },
        Status::InvalidArgument
    );

    // More results than arguments, and more than fit on the stack; v128 takes two words.
    let many = FuncType::new(&[V128], &[[V128, I64].repeat(9), vec![I32]].concat());
    let (fill, _code) = guest::add(&arena, many, |_: &Way, slots: *mut Slot| {
        for place in 1..19 {
            // SAFETY: the type has 19 results.
            unsafe { (*slots.add(place)).0[0] = place as u64 };
        }
        Ok(())
    })
    .unwrap();
    let mut words = [0; 28];
    (words[0], words[1]) = (5, 6);
    // SAFETY: ten of one, nine of two words.
    unsafe { arena.call_words(fill, words.as_mut_ptr(), 28, 0).unwrap() };
    assert_eq!((words[..5].to_vec(), words[27]), (vec![5, 6, 1, 2, 0], 18));
    arena.delete();
}

#[test]
fn an_arena_calls_another_that_calls_it_back() {
    let (a, b) = (Raw::new(), Raw::new());
    let ty = i32_to_i32();
    let (add, _code) = adder(a);
    let inner = host(a, &ty, None, move |info, slots| {
        assert!(std::ptr::eq(info.arena, &*a));
        // A handle is made, entries move, while two calls of this arena are on the stack.
        for _ in 0..100 {
            a.new_extern(1).unwrap();
        }
        // SAFETY: one slot, in use by nobody else.
        unsafe { (*slots).0[0] = call(a, add, (*slots).0[0] as u32)?.into() };
        assert_eq!(info.call_data, 7);
        Ok(())
    });
    let (in_a, _code) = through(a, ty.clone(), inner);
    let middle = host(b, &ty, None, move |info, slots| {
        assert!(std::ptr::eq(info.arena, &*b));
        // SAFETY: as above.
        unsafe { (*slots).0[0] = (2 * call(a, in_a, (*slots).0[0] as u32)?).into() };
        Ok(())
    });
    let (in_b, _code) = through(b, ty.clone(), middle);
    let outer = host(a, &ty, None, move |_, slots| {
        // SAFETY: as above.
        unsafe { (*slots).0[0] = (call(b, in_b, (*slots).0[0] as u32)? + 100).into() };
        Ok(())
    });
    let (start, _code) = through(a, ty, outer);
    for number in 0..3 {
        assert_eq!(call(a, start, number).unwrap(), 2 * (number + 1) + 100);
    }
    a.delete();
    b.delete();
}

#[test]
fn errors_and_panics_leave_the_arena_as_it_was() {
    let arena = Raw::new();
    let fails = host(arena, &i32_to_i32(), None, |_, slots| {
        // SAFETY: one slot.
        match unsafe { (*slots).0[0] } {
            0 => Err(Error::new(Status::Host, "0".repeat(100))),
            1 => panic!("one"),
            _ => Ok(()),
        }
    });
    let (start, _code) = through(arena, i32_to_i32(), fails);
    let again = host(arena, &i32_to_i32(), None, move |info, slots| {
        // SAFETY: as above.
        let number = unsafe { (*slots).0[0] } as u32;
        assert_ne!(status(call(arena, start, number)), Status::Ok);
        assert_eq!(info.call_data, 7);
        Err(Error::new(Status::Limit, "again"))
    });
    let (nested, _code) = through(arena, i32_to_i32(), again);
    for _ in 0..2 {
        assert_eq!(status(call(arena, start, 0)), Status::Host);
        assert_eq!(status(call(arena, start, 1)), Status::Panic);
        assert_eq!(call(arena, start, 2).unwrap(), 2);
        assert_eq!(status(call(arena, nested, 0)), Status::Limit);
        assert_eq!(status(call(arena, nested, 1)), Status::Limit);
    }
    arena.delete();
}

#[test]
fn calls_nest_as_deep_as_is_allowed() {
    let arena = Raw::new();
    let own = Arc::new(AtomicUsize::new(0));
    let depth = Arc::new(AtomicUsize::new(0));
    let (start, count) = (own.clone(), depth.clone());
    let down = host(arena, &i32_to_i32(), None, move |_, _| {
        count.fetch_add(1, SeqCst);
        call(arena, start.load(SeqCst) as Handle, 0).map(drop)
    });
    let (start, _code) = through(arena, i32_to_i32(), down);
    own.store(start as usize, SeqCst);
    for _ in 0..2 {
        assert_eq!(status(call(arena, start, 0)), Status::Depth);
        assert_eq!(depth.swap(0, SeqCst), MAX_DEPTH as usize);
    }
    arena.delete();
}

#[test]
fn references_cross_both_ways() {
    let (arena, other) = (Raw::new(), Raw::new());
    let ty = FuncType::new(&[ExternRef, FuncRef], &[FuncRef, ExternRef]);
    let object = arena.new_extern(99).unwrap();
    let swap = host(arena, &ty, None, move |info, slots| {
        // SAFETY: two slots.
        let slots = unsafe { std::slice::from_raw_parts_mut(slots, 2) };
        assert_eq!(info.arena.extern_data(slots[0].0[0]).unwrap(), 99);
        slots.swap(0, 1);
        Ok(())
    });
    let (start, _code) = through(arena, ty, swap);
    let mut slots = [Slot([object, 0]), Slot([start, 0])];
    let mut pass = |first: Handle, second: Handle| {
        (slots[0].0[0], slots[1].0[0]) = (first, second);
        // SAFETY: two slots.
        unsafe { arena.call(start, slots.as_mut_ptr(), 2, 0)? };
        Ok((slots[0].0[0], slots[1].0[0]))
    };
    for _ in 0..3 {
        assert_eq!(pass(object, start).unwrap(), (start, object));
    }
    assert_eq!(pass(object, 0).unwrap(), (0, object));
    let foreign = other.new_extern(1).unwrap();
    for wrong in [foreign, start, object + 1000] {
        assert_eq!(status(pass(wrong, 0)), Status::Handle);
    }
    assert_eq!(status(pass(object, foreign)), Status::Handle);
    arena.delete();
    other.delete();
}

#[test]
fn globals_and_tables_keep_references() {
    let arena = Raw::new();
    let objects = [1, 2].map(|data| arena.new_extern(data).unwrap());
    let (start, _code) = adder(arena);
    let ty = |kind| GlobalType { kind, mutable: true };
    let global = arena.new_global(ty(ExternRef), Slot([objects[0], 0])).unwrap();
    let number = arena.new_global(ty(I32), Slot([u64::MAX, 0])).unwrap();
    let limits = Limits { minimum: 2, maximum: Some(3) };
    let table = arena.new_table(ExternRef, limits, objects[0]).unwrap();
    let funcs = arena.new_table(FuncRef, limits, start).unwrap();
    for object in [objects[1], 0, objects[0]] {
        arena.global_set(global, Slot([object, 0])).unwrap();
        assert_eq!(arena.global_get(global).unwrap().0[0], object);
        arena.table_set(table, 1, object).unwrap();
        assert_eq!(arena.table_get(table, 1).unwrap(), object);
    }
    assert_eq!(arena.global_get(number).unwrap().0, [u32::MAX.into(), 0]);
    assert_eq!(arena.table_get(funcs, 1).unwrap(), start);
    arena.table_set(funcs, 0, 0).unwrap();
    assert_eq!(arena.table_get(funcs, 0).unwrap(), 0);
    assert_eq!(arena.table_grow(funcs, 1, start).unwrap(), 2);
    assert_eq!(arena.table_get(funcs, 2).unwrap(), start);
    assert_eq!(status(arena.table_grow(funcs, 1, start)), Status::Limit);
    assert_eq!(status(arena.table_get(table, 2)), Status::OutOfBounds);
    assert_eq!(status(arena.table_set(table, 9, 0)), Status::OutOfBounds);
    arena.delete();
}
