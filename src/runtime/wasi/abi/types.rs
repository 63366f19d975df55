//! Numbers and layouts of the specification. `wasi_unstable` has layouts of its own where a
//! `Version` is asked for.

use super::errno::{Answer, Errno};

/// A snapshot of the specification. Numbers are part of the ABI of this library.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// The module imports nothing of WASI's.
    None = 0,
    /// `wasi_unstable`, the snapshot before preview 1.
    Unstable = 1,
    /// `wasi_snapshot_preview1`.
    Preview1 = 2,
}

impl Version {
    pub fn of_namespace(name: &str) -> Option<Self> {
        match name {
            "wasi_unstable" => Some(Self::Unstable),
            "wasi_snapshot_preview1" => Some(Self::Preview1),
            _ => None,
        }
    }

    pub fn namespace(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Unstable => Some("wasi_unstable"),
            Self::Preview1 => Some("wasi_snapshot_preview1"),
        }
    }
}

/// Kinds of files. Numbers are those of the specification.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileType {
    Unknown = 0,
    BlockDevice = 1,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
    SocketDgram = 5,
    SocketStream = 6,
    SymbolicLink = 7,
}

impl FileType {
    pub fn from_u8(number: u8) -> Self {
        match number {
            1 => Self::BlockDevice,
            2 => Self::CharacterDevice,
            3 => Self::Directory,
            4 => Self::RegularFile,
            5 => Self::SocketDgram,
            6 => Self::SocketStream,
            7 => Self::SymbolicLink,
            _ => Self::Unknown,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FdFlags(pub u16);

/// cbindgen:ignore
impl FdFlags {
    pub const APPEND: u16 = 1;
    pub const DSYNC: u16 = 2;
    pub const NONBLOCK: u16 = 4;
    pub const RSYNC: u16 = 8;
    pub const SYNC: u16 = 16;

    pub fn from_u32(bits: u32) -> Answer<Self> {
        if bits > 31 { Err(Errno::Inval.into()) } else { Ok(Self(bits as u16)) }
    }

    pub fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }
}

/// `oflags` of `path_open`.
#[derive(Clone, Copy)]
pub struct OpenFlags(pub u16);

/// cbindgen:ignore
impl OpenFlags {
    pub const CREAT: u16 = 1;
    pub const DIRECTORY: u16 = 2;
    pub const EXCL: u16 = 4;
    pub const TRUNC: u16 = 8;

    pub fn from_u32(bits: u32) -> Answer<Self> {
        if bits > 15 { Err(Errno::Inval.into()) } else { Ok(Self(bits as u16)) }
    }

    pub fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advice {
    Normal,
    Sequential,
    Random,
    WillNeed,
    DontNeed,
    NoReuse,
}

impl Advice {
    pub fn from_u32(number: u32) -> Answer<Self> {
        Ok(match number {
            0 => Self::Normal,
            1 => Self::Sequential,
            2 => Self::Random,
            3 => Self::WillNeed,
            4 => Self::DontNeed,
            5 => Self::NoReuse,
            _ => return Err(Errno::Inval.into()),
        })
    }
}

/// A time to set: nanoseconds since 1970, or that of the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Time {
    Keep,
    Now,
    At(u64),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    pub access: Time,
    pub modification: Time,
}

impl Times {
    pub fn from_flags(access: u64, modification: u64, flags: u32) -> Answer<Self> {
        let time = |set: u32, now: u32, at: u64| match (flags & set != 0, flags & now != 0) {
            (true, true) => Err(Errno::Inval),
            (true, false) => Ok(Time::At(at)),
            (false, true) => Ok(Time::Now),
            (false, false) => Ok(Time::Keep),
        };
        if flags > 15 {
            return Err(Errno::Inval.into());
        }
        Ok(Self { access: time(1, 2, access)?, modification: time(4, 8, modification)? })
    }
}

/// What is known of a file. Times are nanoseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stat {
    pub device: u64,
    pub inode: u64,
    pub file_type: FileType,
    pub links: u64,
    pub size: u64,
    pub accessed: u64,
    pub modified: u64,
    pub changed: u64,
}

impl Stat {
    /// Of something that has no more to say of itself.
    pub fn of_type(file_type: FileType) -> Self {
        Self {
            device: 0,
            inode: 0,
            file_type,
            links: 1,
            size: 0,
            accessed: 0,
            modified: 0,
            changed: 0,
        }
    }

    /// As the guest reads it.
    pub fn encode(&self, version: Version) -> ([u8; 64], usize) {
        let mut bytes = [0; 64];
        let mut put =
            |at: usize, value: u64| bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        put(0, self.device);
        put(8, self.inode);
        let tail = [self.size, self.accessed, self.modified, self.changed];
        if version == Version::Unstable {
            // The number of links has 32 bits, right after the type.
            put(16, u64::from(self.file_type as u8) | self.links.min(u32::MAX.into()) << 32);
            tail.iter().enumerate().for_each(|(number, value)| put(24 + number * 8, *value));
            (bytes, 56)
        } else {
            put(16, u64::from(self.file_type as u8));
            put(24, self.links);
            tail.iter().enumerate().for_each(|(number, value)| put(32 + number * 8, *value));
            (bytes, 64)
        }
    }
}

/// Rights of descriptors.
///
/// cbindgen:ignore
pub mod rights {
    pub const FD_DATASYNC: u64 = 1;
    pub const FD_READ: u64 = 1 << 1;
    pub const FD_SEEK: u64 = 1 << 2;
    pub const FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
    pub const FD_SYNC: u64 = 1 << 4;
    pub const FD_TELL: u64 = 1 << 5;
    pub const FD_WRITE: u64 = 1 << 6;
    pub const FD_ADVISE: u64 = 1 << 7;
    pub const FD_ALLOCATE: u64 = 1 << 8;
    pub const PATH_CREATE_DIRECTORY: u64 = 1 << 9;
    pub const PATH_CREATE_FILE: u64 = 1 << 10;
    pub const PATH_LINK_SOURCE: u64 = 1 << 11;
    pub const PATH_LINK_TARGET: u64 = 1 << 12;
    pub const PATH_OPEN: u64 = 1 << 13;
    pub const FD_READDIR: u64 = 1 << 14;
    pub const PATH_READLINK: u64 = 1 << 15;
    pub const PATH_RENAME_SOURCE: u64 = 1 << 16;
    pub const PATH_RENAME_TARGET: u64 = 1 << 17;
    pub const PATH_FILESTAT_GET: u64 = 1 << 18;
    pub const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
    pub const PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
    pub const FD_FILESTAT_GET: u64 = 1 << 21;
    pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    pub const FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
    pub const PATH_SYMLINK: u64 = 1 << 24;
    pub const PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
    pub const PATH_UNLINK_FILE: u64 = 1 << 26;
    pub const POLL_FD_READWRITE: u64 = 1 << 27;
    pub const SOCK_SHUTDOWN: u64 = 1 << 28;
    pub const SOCK_ACCEPT: u64 = 1 << 29;

    /// What the specification names.
    pub const ALL: u64 = (1 << 30) - 1;

    /// What can be done with a descriptor of a directory.
    pub const DIRECTORY: u64 = FD_FDSTAT_SET_FLAGS
        | FD_SYNC
        | FD_ADVISE
        | PATH_CREATE_DIRECTORY
        | PATH_CREATE_FILE
        | PATH_LINK_SOURCE
        | PATH_LINK_TARGET
        | PATH_OPEN
        | FD_READDIR
        | PATH_READLINK
        | PATH_RENAME_SOURCE
        | PATH_RENAME_TARGET
        | PATH_FILESTAT_GET
        | PATH_FILESTAT_SET_SIZE
        | PATH_FILESTAT_SET_TIMES
        | FD_FILESTAT_GET
        | FD_FILESTAT_SET_TIMES
        | PATH_SYMLINK
        | PATH_REMOVE_DIRECTORY
        | PATH_UNLINK_FILE
        | POLL_FD_READWRITE;

    /// What can be done with a descriptor of a file, but for reading and writing.
    pub const FILE: u64 = FD_DATASYNC
        | FD_SEEK
        | FD_FDSTAT_SET_FLAGS
        | FD_SYNC
        | FD_TELL
        | FD_ADVISE
        | FD_FILESTAT_GET
        | FD_FILESTAT_SET_TIMES
        | POLL_FD_READWRITE;

    /// What of it writes.
    pub const FILE_WRITE: u64 = FD_WRITE | FD_ALLOCATE | FD_FILESTAT_SET_SIZE;

    /// What can be done with a stream, but for reading and writing.
    pub const STREAM: u64 =
        FD_DATASYNC | FD_FDSTAT_SET_FLAGS | FD_SYNC | FD_FILESTAT_GET | POLL_FD_READWRITE;

    pub const SOCKET: u64 = STREAM | FD_READ | FD_WRITE | SOCK_SHUTDOWN | SOCK_ACCEPT;
}
