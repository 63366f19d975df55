package wasi

// The numbers of WASI preview 1.
const (
	ErrnoSuccess        Errno = 0  // no error
	Errno2big           Errno = 1  // argument list too long
	ErrnoAcces          Errno = 2  // permission denied
	ErrnoAddrinuse      Errno = 3  // address in use
	ErrnoAddrnotavail   Errno = 4  // address not available
	ErrnoAfnosupport    Errno = 5  // address family not supported
	ErrnoAgain          Errno = 6  // resource unavailable, or operation would block
	ErrnoAlready        Errno = 7  // connection already in progress
	ErrnoBadf           Errno = 8  // bad file descriptor
	ErrnoBadmsg         Errno = 9  // bad message
	ErrnoBusy           Errno = 10 // device or resource busy
	ErrnoCanceled       Errno = 11 // operation canceled
	ErrnoChild          Errno = 12 // no child processes
	ErrnoConnaborted    Errno = 13 // connection aborted
	ErrnoConnrefused    Errno = 14 // connection refused
	ErrnoConnreset      Errno = 15 // connection reset
	ErrnoDeadlk         Errno = 16 // resource deadlock would occur
	ErrnoDestaddrreq    Errno = 17 // destination address required
	ErrnoDom            Errno = 18 // argument out of the domain of the function
	ErrnoDquot          Errno = 19 // quota exceeded
	ErrnoExist          Errno = 20 // file exists
	ErrnoFault          Errno = 21 // bad address
	ErrnoFbig           Errno = 22 // file too large
	ErrnoHostunreach    Errno = 23 // host is unreachable
	ErrnoIdrm           Errno = 24 // identifier removed
	ErrnoIlseq          Errno = 25 // illegal byte sequence
	ErrnoInprogress     Errno = 26 // operation in progress
	ErrnoIntr           Errno = 27 // interrupted
	ErrnoInval          Errno = 28 // invalid argument
	ErrnoIo             Errno = 29 // input or output error
	ErrnoIsconn         Errno = 30 // socket is connected
	ErrnoIsdir          Errno = 31 // is a directory
	ErrnoLoop           Errno = 32 // too many levels of symbolic links
	ErrnoMfile          Errno = 33 // too many open files of the process
	ErrnoMlink          Errno = 34 // too many links
	ErrnoMsgsize        Errno = 35 // message too large
	ErrnoMultihop       Errno = 36 // multihop attempted
	ErrnoNametoolong    Errno = 37 // name too long
	ErrnoNetdown        Errno = 38 // network is down
	ErrnoNetreset       Errno = 39 // connection aborted by the network
	ErrnoNetunreach     Errno = 40 // network is unreachable
	ErrnoNfile          Errno = 41 // too many open files of the system
	ErrnoNobufs         Errno = 42 // no buffer space
	ErrnoNodev          Errno = 43 // no such device
	ErrnoNoent          Errno = 44 // no such file or directory
	ErrnoNoexec         Errno = 45 // executable has a wrong format
	ErrnoNolck          Errno = 46 // no locks available
	ErrnoNolink         Errno = 47 // link has been severed
	ErrnoNomem          Errno = 48 // not enough memory
	ErrnoNomsg          Errno = 49 // no message of the desired type
	ErrnoNoprotoopt     Errno = 50 // protocol option not available
	ErrnoNospc          Errno = 51 // no space left
	ErrnoNosys          Errno = 52 // function not supported
	ErrnoNotconn        Errno = 53 // socket is not connected
	ErrnoNotdir         Errno = 54 // not a directory, or a link to one
	ErrnoNotempty       Errno = 55 // directory not empty
	ErrnoNotrecoverable Errno = 56 // state not recoverable
	ErrnoNotsock        Errno = 57 // not a socket
	ErrnoNotsup         Errno = 58 // not supported
	ErrnoNotty          Errno = 59 // not a terminal, or control operation not supported
	ErrnoNxio           Errno = 60 // no such device or address
	ErrnoOverflow       Errno = 61 // value too large
	ErrnoOwnerdead      Errno = 62 // previous owner died
	ErrnoPerm           Errno = 63 // operation not permitted
	ErrnoPipe           Errno = 64 // broken pipe
	ErrnoProto          Errno = 65 // protocol error
	ErrnoProtonosupport Errno = 66 // protocol not supported
	ErrnoPrototype      Errno = 67 // wrong type of protocol for the socket
	ErrnoRange          Errno = 68 // result too large
	ErrnoRofs           Errno = 69 // read-only file system
	ErrnoSpipe          Errno = 70 // cannot seek
	ErrnoSrch           Errno = 71 // no such process
	ErrnoStale          Errno = 72 // stale file handle
	ErrnoTimedout       Errno = 73 // timed out
	ErrnoTxtbsy         Errno = 74 // file is being executed
	ErrnoXdev           Errno = 75 // link to another device
	ErrnoNotcapable     Errno = 76 // the descriptor does not give the right to do this
)

// errnoTexts holds the name in the specification and the meaning of each number.
var errnoTexts = [...]struct{ name, meaning string }{
	ErrnoSuccess:        {"success", "no error"},
	Errno2big:           {"2big", "argument list too long"},
	ErrnoAcces:          {"acces", "permission denied"},
	ErrnoAddrinuse:      {"addrinuse", "address in use"},
	ErrnoAddrnotavail:   {"addrnotavail", "address not available"},
	ErrnoAfnosupport:    {"afnosupport", "address family not supported"},
	ErrnoAgain:          {"again", "resource unavailable, or operation would block"},
	ErrnoAlready:        {"already", "connection already in progress"},
	ErrnoBadf:           {"badf", "bad file descriptor"},
	ErrnoBadmsg:         {"badmsg", "bad message"},
	ErrnoBusy:           {"busy", "device or resource busy"},
	ErrnoCanceled:       {"canceled", "operation canceled"},
	ErrnoChild:          {"child", "no child processes"},
	ErrnoConnaborted:    {"connaborted", "connection aborted"},
	ErrnoConnrefused:    {"connrefused", "connection refused"},
	ErrnoConnreset:      {"connreset", "connection reset"},
	ErrnoDeadlk:         {"deadlk", "resource deadlock would occur"},
	ErrnoDestaddrreq:    {"destaddrreq", "destination address required"},
	ErrnoDom:            {"dom", "argument out of the domain of the function"},
	ErrnoDquot:          {"dquot", "quota exceeded"},
	ErrnoExist:          {"exist", "file exists"},
	ErrnoFault:          {"fault", "bad address"},
	ErrnoFbig:           {"fbig", "file too large"},
	ErrnoHostunreach:    {"hostunreach", "host is unreachable"},
	ErrnoIdrm:           {"idrm", "identifier removed"},
	ErrnoIlseq:          {"ilseq", "illegal byte sequence"},
	ErrnoInprogress:     {"inprogress", "operation in progress"},
	ErrnoIntr:           {"intr", "interrupted"},
	ErrnoInval:          {"inval", "invalid argument"},
	ErrnoIo:             {"io", "input or output error"},
	ErrnoIsconn:         {"isconn", "socket is connected"},
	ErrnoIsdir:          {"isdir", "is a directory"},
	ErrnoLoop:           {"loop", "too many levels of symbolic links"},
	ErrnoMfile:          {"mfile", "too many open files of the process"},
	ErrnoMlink:          {"mlink", "too many links"},
	ErrnoMsgsize:        {"msgsize", "message too large"},
	ErrnoMultihop:       {"multihop", "multihop attempted"},
	ErrnoNametoolong:    {"nametoolong", "name too long"},
	ErrnoNetdown:        {"netdown", "network is down"},
	ErrnoNetreset:       {"netreset", "connection aborted by the network"},
	ErrnoNetunreach:     {"netunreach", "network is unreachable"},
	ErrnoNfile:          {"nfile", "too many open files of the system"},
	ErrnoNobufs:         {"nobufs", "no buffer space"},
	ErrnoNodev:          {"nodev", "no such device"},
	ErrnoNoent:          {"noent", "no such file or directory"},
	ErrnoNoexec:         {"noexec", "executable has a wrong format"},
	ErrnoNolck:          {"nolck", "no locks available"},
	ErrnoNolink:         {"nolink", "link has been severed"},
	ErrnoNomem:          {"nomem", "not enough memory"},
	ErrnoNomsg:          {"nomsg", "no message of the desired type"},
	ErrnoNoprotoopt:     {"noprotoopt", "protocol option not available"},
	ErrnoNospc:          {"nospc", "no space left"},
	ErrnoNosys:          {"nosys", "function not supported"},
	ErrnoNotconn:        {"notconn", "socket is not connected"},
	ErrnoNotdir:         {"notdir", "not a directory, or a link to one"},
	ErrnoNotempty:       {"notempty", "directory not empty"},
	ErrnoNotrecoverable: {"notrecoverable", "state not recoverable"},
	ErrnoNotsock:        {"notsock", "not a socket"},
	ErrnoNotsup:         {"notsup", "not supported"},
	ErrnoNotty:          {"notty", "not a terminal, or control operation not supported"},
	ErrnoNxio:           {"nxio", "no such device or address"},
	ErrnoOverflow:       {"overflow", "value too large"},
	ErrnoOwnerdead:      {"ownerdead", "previous owner died"},
	ErrnoPerm:           {"perm", "operation not permitted"},
	ErrnoPipe:           {"pipe", "broken pipe"},
	ErrnoProto:          {"proto", "protocol error"},
	ErrnoProtonosupport: {"protonosupport", "protocol not supported"},
	ErrnoPrototype:      {"prototype", "wrong type of protocol for the socket"},
	ErrnoRange:          {"range", "result too large"},
	ErrnoRofs:           {"rofs", "read-only file system"},
	ErrnoSpipe:          {"spipe", "cannot seek"},
	ErrnoSrch:           {"srch", "no such process"},
	ErrnoStale:          {"stale", "stale file handle"},
	ErrnoTimedout:       {"timedout", "timed out"},
	ErrnoTxtbsy:         {"txtbsy", "file is being executed"},
	ErrnoXdev:           {"xdev", "link to another device"},
	ErrnoNotcapable:     {"notcapable", "the descriptor does not give the right to do this"},
}
