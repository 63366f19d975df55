"""Compiles and runs the programs of bench/corpus.txt; see scripts/corpus."""

import argparse
import hashlib
import json
import os
import pathlib
import resource
import shlex
import signal
import subprocess
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "bench/corpus.txt"
RECORD = ROOT / "bench/corpus.json"
TABLE = ROOT / "bench/CORPUS.md"
CACHE = ROOT / "target/corpus"
# Another library can be measured in the place of the one that was built here.
LIBRARY = pathlib.Path(os.environ.get("CORPUS_LIBRARY", ROOT / "target/release/libwasmer.so"))

COMPILERS = ("singlepass", "cranelift")
# Of a processor; by the clock three times as much, on a machine that does other things.
SECONDS = 300
MOST_KILOBYTES = 8 << 20
# Memory may grow by so much over what was recorded. What takes little varies more.
GROWTH, SLACK_KILOBYTES = 1.5, 16 << 10


class Program:
    """A line of the list, and what is indented below it."""

    def __init__(self, line):
        self.ecosystem, self.package, self.version, self.path = line.split()
        self.needs, self.run, self.words, self.is_instance = [], None, "", False

    def add(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "needs":
            self.needs = rest.split()
        elif word == "run":
            arguments, _, self.words = rest.partition(" => ")
            self.run = [os.path.basename(self.path), *shlex.split(arguments)]
        elif word == "instance" and not rest:
            self.is_instance = True
        else:
            raise ValueError(f"{LIST}: {line.strip()!r} is none of needs, run, instance")

    @property
    def name(self):
        return f"{self.package}@{self.version} {self.path}"

    @property
    def file(self):
        name = hashlib.sha256(self.name.encode()).hexdigest()[:16]
        return CACHE / "files" / f"{name}-{os.path.basename(self.path)}"

    def fetch(self):
        """Has the ecosystem's client fetch the package, and takes the file out."""
        if self.file.exists():
            return
        folder = CACHE / self.ecosystem
        folder.mkdir(parents=True, exist_ok=True)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        data = (self.from_npm if self.ecosystem == "npm" else self.from_pip)(folder)
        part = self.file.with_suffix(".part")
        part.write_bytes(data)
        part.rename(self.file)

    def from_npm(self, folder):
        archive = folder / f"{self.package.lstrip('@').replace('/', '-')}-{self.version}.tgz"
        if not archive.exists():
            command = ["npm", "pack", "--silent", f"{self.package}@{self.version}"]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(archive) as packed:
            return packed.extractfile(self.path).read()

    def from_pip(self, folder):
        pattern = f"{self.package.replace('-', '_')}-{self.version}-*.whl"
        if not list(folder.glob(pattern)):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            command += ["--only-binary", ":all:", f"{self.package}=={self.version}"]
            subprocess.run(command, cwd=folder, check=True)
        with zipfile.ZipFile(next(folder.glob(pattern))) as packed:
            return packed.read(self.path)

    def measure(self, compiler, what):
        """What a process of its own found: see scripts/corpus_module.py."""
        request = {
            "compiler": compiler,
            "directories": [],
            "file": str(self.file),
            "is_run": self.run is not None or self.is_instance,
            "needs": self.needs,
            "run": self.run,
            "what": what,
        }
        command = ["nice", "-n", "10", sys.executable, str(ROOT / "scripts/corpus_module.py")]
        command += [str(LIBRARY), json.dumps(request)]
        output, ended = guarded(command)
        if ended:
            return {"refused": ended}
        text, _, last = output.decode(errors="replace").rstrip("\n").rpartition("\n")
        try:
            found = json.loads(last)
        except ValueError:
            return {"refused": f"the process ended with: {last or 'nothing'}"}
        found["ran"] = self.ran(found, text)
        return found

    def ran(self, found, text):
        """Whether the program did what it is to do; None where there is nothing to run."""
        if self.run is None and not self.is_instance or "refused" in found or "exit" not in found and "trap" not in found:
            return None
        if "trap" in found:
            return False
        if self.words not in text:
            found["trap"] = f"{self.words!r} is not in what it printed: {text[:200]!r}"
            return False
        return True


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def guarded(command):
    """The output of a process, and why it was ended, if it was."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        preexec_fn=limited,
    )
    until, ended = time.monotonic() + 3 * SECONDS, None
    while True:
        try:
            output = process.communicate(timeout=0.2)[0]
            if not ended and process.returncode < 0:
                ended = f"the process was ended by {signal.Signals(-process.returncode).name}"
            return output, ended
        except subprocess.TimeoutExpired:
            pass
        if ended:
            continue
        if time.monotonic() > until:
            ended = f"takes more than {3 * SECONDS} seconds"
        elif resident(process.pid) > MOST_KILOBYTES:
            ended = f"takes more than {MOST_KILOBYTES >> 20} GiB"
        if ended:
            process.send_signal(signal.SIGKILL)


def resident(process):
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * (os.sysconf("SC_PAGE_SIZE") >> 10)
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def programs(word):
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            found[-1].add(line)
        elif line and not line.startswith("#"):
            found.append(Program(line))
    return [program for program in found if word in program.name]


def worse(now, before):
    """In what a program does worse than was recorded."""
    if "refused" in before:
        return
    if "refused" in now:
        yield f"it compiled, and now: {now['refused']}"
        return
    if before["ran"] and not now["ran"]:
        yield f"it ran, and now: {now.get('trap', 'it is not run')}"
    if now["peak"] > before["peak"] * GROWTH + SLACK_KILOBYTES:
        yield f"compiling took {before['peak'] >> 10} MiB, and now {now['peak'] >> 10}"


def outcome(found):
    if not found:
        return "not measured", "", "", "", ""
    if "refused" in found:
        return found["refused"].removeprefix("compiling: ").replace("|", "\\|")[:90], "", "", "", ""
    by = "yes" if found["by"] == found["compiler"] else f"by {found['by']}"
    return by, f"{found['wall']:.1f}", f"{found['cpu']:.1f}", f"{found['peak'] / 1024:.0f}", f"{found['code'] / 1e6:.1f}"


def table(record, chosen):
    lines = [
        "# Real programs",
        "",
        "Made by `scripts/corpus --update` from [corpus.txt](corpus.txt); each file was compiled in a process of",
        "its own. Seconds of the clock and of processors (they depend on what else the machine does: see",
        "the ratio, not the number), the most memory of the process in MiB (some 25 of it are the library and",
        "Python), and megabytes of code as a serialized module. The costs are estimates for Cranelift beyond what the size",
        "explains, to 3 %, of the costliest function and of the module; 1000 stands for less. The quotas are 3 and 10 million.",
        "",
        "| file | MB | proposal | costliest function | module | compiler | compiles | s | CPU s | MiB | code | runs |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for program in chosen:
        entry = record.get(program.name)
        if not entry:
            continue
        cost = entry.get("cost", {})
        for compiler in COMPILERS:
            found = entry.get(compiler)
            cells = [f"{program.package} {program.version} `{os.path.basename(program.path)}`"]
            cells += [f"{entry['size'] / 1e6:.1f}", ", ".join(program.needs)]
            cells += [f"{cost[key]:,}" if key in cost else "" for key in ("function", "module")]
            ran = {None: "", True: "yes", False: "no"}[(found or {}).get("ran")]
            lines.append("| " + " | ".join([*cells, compiler, *outcome(found), ran]) + " |")
    lines += ["", *summary(record, chosen)]
    return "\n".join(lines) + "\n"


def summary(record, chosen):
    for compiler in COMPILERS:
        found = [record.get(program.name, {}).get(compiler) for program in chosen]
        found = [entry for entry in found if entry]
        good = [entry for entry in found if "refused" not in entry]
        own = sum(entry["by"] == compiler for entry in good)
        ran = [entry["ran"] for entry in good if entry["ran"] is not None]
        yield (
            f"{compiler}: {len(good)} of {len(found)} compile, {own} of them by {compiler} itself; "
            f"{sum(ran)} of {len(ran)} that can be run do what they are to do."
        )
        yield ""


def main():
    parser = argparse.ArgumentParser(prog="scripts/corpus")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--update", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--compiler", choices=COMPILERS)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    everything = programs("")
    chosen = [program for program in everything if arguments.only in program.name]
    if not chosen:
        sys.exit(f"scripts/corpus: no file has {arguments.only!r} in its name")
    for program in chosen:
        program.fetch()
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    if not arguments.check and not arguments.update:
        record = {}
    # The small ones first: what is wrong with all of them is seen early.
    chosen.sort(key=lambda program: program.file.stat().st_size)
    failures = []
    passed = 0
    for compiler in [arguments.compiler] if arguments.compiler else COMPILERS:
        for program in chosen:
            if arguments.missing and compiler in record.get(program.name, {}):
                continue
            found = program.measure(compiler, "compile")
            found["compiler"] = compiler
            entry = record.setdefault(program.name, {})
            print(compiler, program.name, *outcome(found), found.get("ran"), flush=True)
            if "trap" in found:
                print("   ", found["trap"], flush=True)
            if arguments.check:
                before = entry.get(compiler)
                bad = list(worse(found, before)) if before else ["it is not recorded: scripts/corpus --update"]
                failures += [f"{compiler} {program.name}: {what}" for what in bad]
                passed += not bad
                continue
            entry["size"] = program.file.stat().st_size
            entry[compiler] = found
            if compiler == "cranelift":
                entry["cost"] = program.measure(compiler, "cost")
                entry["cost"].pop("ran", None)
            if arguments.update:
                write(record, everything)
    if arguments.check:
        for failure in failures:
            print(failure)
        print(f"{passed} passed, {len(failures)} failed")
        sys.exit(bool(failures))
    print(table(record, chosen))


def write(record, everything):
    # What left the list leaves the record.
    kept = {program.name: record[program.name] for program in everything if program.name in record}
    RECORD.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    TABLE.write_text(table(kept, everything))


main()
