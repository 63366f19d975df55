"""Compiles, and may be runs, one WebAssembly file through the library; see scripts/corpus.

Called with a library and a request in JSON, prints what was found as one line of JSON at the end of
standard output. A process of its own for each file, so that its peak of memory is that file's.
"""

import ctypes
import json
import resource
import sys
import time

COMPILERS = {"cranelift": 0, "singlepass": 2}
FUNCTION_COST, MODULE_COST = 6, 7
HIGHEST = 2**32 - 1
# The estimate is found to so much by asking again with another quota.
EXACT = 1.03


class View(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]

    def bytes(self):
        return ctypes.string_at(self.data, self.size) if self.size else b""


class Refused(Exception):
    pass


class Library:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        for name in ("libwasmer_error_message", "libwasmer_bytes_view"):
            self.function(name).restype = View
        for name in ("libwasmer_config_new", "libwasmer_wasi_config_new"):
            self.function(name).restype = ctypes.c_void_p
        self.function("libwasmer_module_import_count").restype = ctypes.c_size_t

    def function(self, name):
        return getattr(self.lib, name)

    def call(self, name, *arguments):
        """Calls a function that gives a status. Text goes as its bytes and its size."""
        passed = []
        for argument in arguments:
            if isinstance(argument, bytes):
                passed += [argument, ctypes.c_size_t(len(argument))]
            elif isinstance(argument, int):
                passed.append(ctypes.c_uint64(argument))
            else:
                passed.append(argument)
        error = ctypes.c_void_p()
        if self.function(name)(*passed, ctypes.byref(error)) != 0:
            message = self.function("libwasmer_error_message")(error).bytes()
            raise Refused(message.decode(errors="replace"))

    def made(self, name, *arguments, out=ctypes.c_void_p):
        """Calls a function that writes what it makes to its last argument."""
        place = out()
        self.call(name, *arguments, ctypes.byref(place))
        return place

    def engine(self, request, quotas):
        config = ctypes.c_void_p(self.function("libwasmer_config_new")())
        self.call("libwasmer_config_set_compiler", config, COMPILERS[request["compiler"]])
        for proposal in request["needs"]:
            self.call("libwasmer_config_set_feature", config, proposal.encode(), True)
        for quota, most in quotas.items():
            self.call("libwasmer_config_set_quota", config, quota, most)
        return self.made("libwasmer_engine_new", config)


def peak():
    """Kilobytes of memory that this process had at most."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    raise OSError("/proc/self/status says no VmHWM")


def seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def compiled(library, request, wasm):
    found = {}
    engine = library.engine(request, {})
    wall, cpu = time.monotonic(), seconds()
    try:
        module = library.made("libwasmer_module_new", engine, wasm)
    finally:
        found["wall"] = round(time.monotonic() - wall, 2)
        found["cpu"] = round(seconds() - cpu, 2)
        found["peak"] = peak()
    used = library.function("libwasmer_module_compiler")(module)
    found["by"] = {number: name for name, number in COMPILERS.items()}[used]
    code = library.made("libwasmer_module_serialize", module)
    found["code"] = library.function("libwasmer_bytes_view")(code).size
    library.function("libwasmer_bytes_delete")(code)
    return found, engine, module


def run(library, request, engine, module):
    """Runs a command, or makes an instance of what is none. The exit code, or None."""
    arena = library.made("libwasmer_arena_new", engine)
    count = library.function("libwasmer_module_import_count")(module)
    imports = (ctypes.c_uint64 * max(count, 1))()
    wanted = request["run"]
    if wanted is None:
        library.made(
            "libwasmer_instance_new", arena, module, imports, count, 0, out=ctypes.c_uint64
        )
        return None
    config = ctypes.c_void_p(library.function("libwasmer_wasi_config_new")())
    for argument in wanted:
        library.call("libwasmer_wasi_config_add_argument", config, argument.encode())
    for stream in (1, 2):
        library.call("libwasmer_wasi_config_set_output_inherit", config, stream)
    for host, guest in request["directories"]:
        library.call(
            "libwasmer_wasi_config_add_directory", config, host.encode(), guest.encode(), False
        )
    wasi = library.made("libwasmer_wasi_new", config)
    library.call("libwasmer_wasi_imports", arena, wasi, module, imports, count)
    instance = library.made(
        "libwasmer_instance_new", arena, module, imports, count, 0, out=ctypes.c_uint64
    )
    code = ctypes.c_uint32()
    library.call("libwasmer_wasi_start", arena, instance, 0, ctypes.byref(code))
    return code.value


def estimate(library, request, wasm, quota):
    """The least value of a quota of costs that the file is taken with, about."""

    def is_taken(most):
        engine = library.engine(request, {FUNCTION_COST: HIGHEST, MODULE_COST: HIGHEST, quota: most})
        try:
            library.call("libwasmer_module_validate", engine, wasm)
        except Refused as refused:
            if "units of cost" in str(refused):
                return False
            raise
        return True

    low, high = 1000, HIGHEST
    if is_taken(low):
        return low
    while high / low > EXACT:
        middle = int((low * high) ** 0.5)
        if is_taken(middle):
            high = middle
        else:
            low = middle
    return high


def main():
    library, request = Library(sys.argv[1]), json.loads(sys.argv[2])
    with open(request["file"], "rb") as file:
        wasm = file.read()
    found = {}
    try:
        if request["what"] == "cost":
            found["function"] = estimate(library, request, wasm, FUNCTION_COST)
            found["module"] = estimate(library, request, wasm, MODULE_COST)
        else:
            try:
                found, engine, module = compiled(library, request, wasm)
            except Refused as refused:
                raise Refused(f"compiling: {refused}") from None
            if request["is_run"]:
                try:
                    found["exit"] = run(library, request, engine, module)
                except Refused as refused:
                    found["trap"] = str(refused)
    except Refused as refused:
        found["refused"] = str(refused)
    sys.stdout.flush()
    print("\n" + json.dumps(found))


main()
