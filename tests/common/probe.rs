//! Whether the rest of the process still works after a guest did its worst.

use super::*;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A thread that traps and panics when asked, to see that it still can.
pub struct Prober(Sender<()>, Receiver<()>);

impl Prober {
    pub fn new(compiler: Compiler) -> Self {
        let (ask, asked) = channel();
        let (answer, answered) = channel();
        std::thread::spawn(move || {
            let engine = engine(compiler);
            let arena = Owned::new(&engine);
            let wat = r#"(module (func (export "f") unreachable))"#;
            let trap = export(&arena, &engine, wat, "f");
            while asked.recv().is_ok() {
                let error = call(&arena, trap, &[]).unwrap_err();
                assert_eq!(error.trap, Some(TrapKind::Unreachable));
                std::panic::catch_unwind(|| panic!("on purpose")).unwrap_err();
                if answer.send(()).is_err() {
                    break;
                }
            }
        });
        Self(ask, answered)
    }

    pub fn probe(&self, after: &str) {
        self.0.send(()).unwrap();
        let answer = self.1.recv_timeout(Duration::from_secs(60));
        assert!(answer.is_ok(), "after {after}: another thread hangs in a trap or panic");
    }
}

/// A new module on a new thread: compiled, run and dropped.
pub fn probe_module(compiler: Compiler, after: &str) {
    let (done, answer) = channel();
    std::thread::spawn(move || {
        let engine = engine(compiler);
        let arena = Owned::new(&engine);
        let wat = r#"(module (func (export "f") (result i32) i32.const 6))"#;
        let f = export(&arena, &engine, wat, "f");
        let _ = done.send(call(&arena, f, &[]).unwrap()[0]);
    });
    let answer = answer.recv_timeout(Duration::from_secs(60));
    assert_eq!(answer, Ok(6), "after {after}: another thread hangs with a new module");
}
