//! The specification's error numbers, and how a function of WASI ends.

use crate::runtime::base::error::Error;

/// Error numbers of WASI, as callbacks give them and guests see them. Names and numbers are those of
/// the specification; its `2big` is spelled `TOOBIG`.
#[repr(u16)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errno {
    Success = 0,
    Toobig = 1,
    Acces = 2,
    Addrinuse = 3,
    Addrnotavail = 4,
    Afnosupport = 5,
    Again = 6,
    Already = 7,
    Badf = 8,
    Badmsg = 9,
    Busy = 10,
    Canceled = 11,
    Child = 12,
    Connaborted = 13,
    Connrefused = 14,
    Connreset = 15,
    Deadlk = 16,
    Destaddrreq = 17,
    Dom = 18,
    Dquot = 19,
    Exist = 20,
    Fault = 21,
    Fbig = 22,
    Hostunreach = 23,
    Idrm = 24,
    Ilseq = 25,
    Inprogress = 26,
    Intr = 27,
    Inval = 28,
    Io = 29,
    Isconn = 30,
    Isdir = 31,
    Loop = 32,
    Mfile = 33,
    Mlink = 34,
    Msgsize = 35,
    Multihop = 36,
    Nametoolong = 37,
    Netdown = 38,
    Netreset = 39,
    Netunreach = 40,
    Nfile = 41,
    Nobufs = 42,
    Nodev = 43,
    Noent = 44,
    Noexec = 45,
    Nolck = 46,
    Nolink = 47,
    Nomem = 48,
    Nomsg = 49,
    Noprotoopt = 50,
    Nospc = 51,
    Nosys = 52,
    Notconn = 53,
    Notdir = 54,
    Notempty = 55,
    Notrecoverable = 56,
    Notsock = 57,
    Notsup = 58,
    Notty = 59,
    Nxio = 60,
    Overflow = 61,
    Ownerdead = 62,
    Perm = 63,
    Pipe = 64,
    Proto = 65,
    Protonosupport = 66,
    Prototype = 67,
    Range = 68,
    Rofs = 69,
    Spipe = 70,
    Srch = 71,
    Stale = 72,
    Timedout = 73,
    Txtbsy = 74,
    Xdev = 75,
    Notcapable = 76,
}

impl Errno {
    /// The error with a number; None for a number that the specification does not have.
    pub fn from_u16(number: u16) -> Option<Self> {
        // SAFETY: the numbers from 0 to that of the last one are all there.
        (number <= Self::Notcapable as u16)
            .then(|| unsafe { std::mem::transmute::<u16, Self>(number) })
    }
}

/// Why a function of WASI did not do what it was asked for.
#[derive(Debug)]
pub enum Stop {
    /// The guest is told, and goes on.
    Errno(Errno),
    /// The guest's call ends.
    End(Error),
}

pub type Answer<T> = std::result::Result<T, Stop>;

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::End(error)
    }
}

impl From<rustix::io::Errno> for Stop {
    fn from(errno: rustix::io::Errno) -> Self {
        Self::Errno(errno.into())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Errno(rustix::io::Errno::from_io_error(&error).map_or(Errno::Io, Errno::from))
    }
}

impl From<rustix::io::Errno> for Errno {
    fn from(errno: rustix::io::Errno) -> Self {
        use rustix::io::Errno as Host;
        match errno {
            Host::TOOBIG => Self::Toobig,
            Host::ACCESS => Self::Acces,
            Host::ADDRINUSE => Self::Addrinuse,
            Host::ADDRNOTAVAIL => Self::Addrnotavail,
            Host::AFNOSUPPORT => Self::Afnosupport,
            Host::AGAIN => Self::Again,
            Host::ALREADY => Self::Already,
            Host::BADF => Self::Badf,
            Host::BADMSG => Self::Badmsg,
            Host::BUSY => Self::Busy,
            Host::CANCELED => Self::Canceled,
            Host::CHILD => Self::Child,
            Host::CONNABORTED => Self::Connaborted,
            Host::CONNREFUSED => Self::Connrefused,
            Host::CONNRESET => Self::Connreset,
            Host::DEADLK => Self::Deadlk,
            Host::DESTADDRREQ => Self::Destaddrreq,
            Host::DOM => Self::Dom,
            Host::DQUOT => Self::Dquot,
            Host::EXIST => Self::Exist,
            Host::FAULT => Self::Fault,
            Host::FBIG => Self::Fbig,
            Host::HOSTUNREACH => Self::Hostunreach,
            Host::IDRM => Self::Idrm,
            Host::ILSEQ => Self::Ilseq,
            Host::INPROGRESS => Self::Inprogress,
            Host::INTR => Self::Intr,
            Host::INVAL => Self::Inval,
            Host::IO => Self::Io,
            Host::ISCONN => Self::Isconn,
            Host::ISDIR => Self::Isdir,
            Host::LOOP => Self::Loop,
            // The process has none left, as the system has it. `Mfile` is for a guest's own limit.
            Host::MFILE => Self::Nfile,
            Host::MLINK => Self::Mlink,
            Host::MSGSIZE => Self::Msgsize,
            Host::MULTIHOP => Self::Multihop,
            Host::NAMETOOLONG => Self::Nametoolong,
            Host::NETDOWN => Self::Netdown,
            Host::NETRESET => Self::Netreset,
            Host::NETUNREACH => Self::Netunreach,
            Host::NFILE => Self::Nfile,
            Host::NOBUFS => Self::Nobufs,
            Host::NODEV => Self::Nodev,
            Host::NOENT => Self::Noent,
            Host::NOEXEC => Self::Noexec,
            Host::NOLCK => Self::Nolck,
            Host::NOLINK => Self::Nolink,
            Host::NOMEM => Self::Nomem,
            Host::NOMSG => Self::Nomsg,
            Host::NOPROTOOPT => Self::Noprotoopt,
            Host::NOSPC => Self::Nospc,
            Host::NOSYS => Self::Nosys,
            Host::NOTCONN => Self::Notconn,
            Host::NOTDIR => Self::Notdir,
            Host::NOTEMPTY => Self::Notempty,
            Host::NOTRECOVERABLE => Self::Notrecoverable,
            Host::NOTSOCK => Self::Notsock,
            Host::NOTSUP => Self::Notsup,
            Host::NOTTY => Self::Notty,
            Host::NXIO => Self::Nxio,
            Host::OVERFLOW => Self::Overflow,
            Host::OWNERDEAD => Self::Ownerdead,
            Host::PERM => Self::Perm,
            Host::PIPE => Self::Pipe,
            Host::PROTO => Self::Proto,
            Host::PROTONOSUPPORT => Self::Protonosupport,
            Host::PROTOTYPE => Self::Prototype,
            Host::RANGE => Self::Range,
            Host::ROFS => Self::Rofs,
            Host::SPIPE => Self::Spipe,
            Host::SRCH => Self::Srch,
            Host::STALE => Self::Stale,
            Host::TIMEDOUT => Self::Timedout,
            Host::TXTBSY => Self::Txtbsy,
            Host::XDEV => Self::Xdev,
            // Numbers that the specification has no name for.
            _ => Self::Io,
        }
    }
}
