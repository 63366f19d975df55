//! The tests of streams once more, on a system that refuses what only newer ones can be asked for (reads and writes
//! that do not wait and raise no signal).
#![cfg(target_os = "linux")]

#[path = "wasi_streams.rs"]
mod streams;

/// Before any thread begins, so that all have the filter.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = refuse;

extern "C" fn refuse() {
    let step = |code: u32, jump: (u8, u8), value: u32| libc::sock_filter {
        code: code as u16,
        jt: jump.0,
        jf: jump.1,
        k: value,
    };
    let refused = libc::SECCOMP_RET_ERRNO | libc::EOPNOTSUPP as u32;
    let mut steps = [
        // The number is the first word of what a filter sees.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, (0, 0), 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, (2, 0), libc::SYS_preadv2 as u32),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, (1, 0), libc::SYS_pwritev2 as u32),
        step(libc::BPF_RET | libc::BPF_K, (0, 0), libc::SECCOMP_RET_ALLOW),
        step(libc::BPF_RET | libc::BPF_K, (0, 0), refused),
    ];
    let program = libc::sock_fprog { len: steps.len() as u16, filter: steps.as_mut_ptr() };
    // SAFETY: a filter as the system wants it, which lives as long as the call.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program);
    }
}

#[test]
fn this_system_refuses() {
    let bytes = libc::iovec { iov_base: std::ptr::null_mut(), iov_len: 0 };
    for call in [libc::SYS_preadv2, libc::SYS_pwritev2] {
        let answer = unsafe { libc::syscall(call, 0, &bytes, 0, -1, -1, 0) };
        let error = std::io::Error::last_os_error();
        // The second one is an emulator's, which has neither the calls nor filters.
        let refused = [Some(libc::EOPNOTSUPP), Some(libc::ENOSYS)];
        assert!(answer == -1 && refused.contains(&error.raw_os_error()), "{error}");
    }
}
