"""Runs the tests of Go's standard library as WASI guests; see scripts/wasi-std."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

MINUTES = 10
SLOW = 10
# What stands in the place of a test's name when no test can be blamed.
WHOLE = "(package)"
START = re.compile(r"^=== RUN +(\S+)$")
END = re.compile(r"^ *--- (PASS|FAIL|SKIP): (\S+) \(")


class Result:
    def __init__(self):
        self.passed, self.skipped, self.failed = 0, 0, {}
        self.building, self.running = 0.0, 0.0


def go(*arguments, **more):
    return subprocess.run(["go", *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def known_failures(path):
    """By package, or set of tests, those that fail and why. A reason that begins with [root] holds for root only."""
    known = {}
    for line in lines(path):
        package, test, reason = line.split(None, 2)
        if reason.startswith("[root]") and os.geteuid() != 0:
            continue
        known.setdefault(package, {})[test] = reason
    return known


def compile_tests(package, folder):
    """The guest of a package: its path, or None and why there is none."""
    path = os.path.join(folder, package.replace("/", "-") + ".wasm")
    if not os.path.exists(path):
        new = path + ".new"
        built = go("test", "-c", "-o", new, package, env={**os.environ, "GOOS": "wasip1", "GOARCH": "wasm"})
        if built.returncode != 0 or not os.path.exists(new):
            return None, built.stdout
        os.rename(new, path)
    return path, ""


def run(runner, path, source, cache):
    """The exit code of a guest and what it said. It sees the files of the host, as Go's own tests do."""
    scratch = tempfile.mkdtemp(prefix="wasi-std-")
    command = [
        runner, "--cache", cache, "--timeout", f"{MINUTES}m", "--dir", "/",
        "--env", f"PWD={source}", "--env", "PATH", "--env", f"TMPDIR={scratch}",
        path, "-test.v", "-test.short", f"-test.timeout={MINUTES}m",
    ]  # fmt: skip
    try:
        # The standard input is empty, as under `go test`.
        done = subprocess.run(
            command, cwd=source, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return done.returncode, done.stdout.decode(errors="replace")


def read(result, code, output):
    """Counts the tests at the top; of those that failed it keeps the innermost, with what was said."""
    open_tests, failed, texts, current = [], [], {}, WHOLE
    for line in output.splitlines():
        start, end = START.match(line), END.match(line)
        if start:
            current = start[1]
            open_tests.append(current)
        elif end:
            outcome, current = end[1], end[2]
            if current in open_tests:
                open_tests.remove(current)
            if outcome == "FAIL":
                failed.append(current)
            elif "/" not in current:
                result.passed += outcome == "PASS"
                result.skipped += outcome == "SKIP"
        texts.setdefault(current, []).append(line)
    for name in failed:
        if not any(other.startswith(name + "/") for other in failed):
            result.failed[name] = texts.get(name, [])
    told = {"PASS", "FAIL"} & set(output.splitlines())
    if code != 0 and not failed or not told:
        # It ended without having told: the test that was running is the one, if there was one.
        blamed = open_tests[-1] if open_tests else WHOLE
        result.failed[blamed] = [f"exit code {code}", *output.splitlines()[-25:]]


def test(runner, package, places):
    result, began = Result(), time.monotonic()
    path, why = compile_tests(package, places["guests"])
    result.building = time.monotonic() - began
    if path is None:
        result.failed[WHOLE] = why.splitlines()
        return result
    began = time.monotonic()
    code, output = run(runner, path, os.path.join(places["source"], package), places["cache"])
    result.running = time.monotonic() - began
    with open(path.removesuffix(".wasm") + ".log", "w", encoding="utf-8") as log:
        log.write(output)
    read(result, code, output)
    return result


def main(runner, packages):
    packages = packages or lines("tests/wasi/std-packages.txt")
    known = known_failures("tests/wasi/std-known.txt")
    version = go("env", "GOVERSION").stdout.strip()
    base = os.path.abspath("target/wasi")
    places = {
        "guests": os.path.join(base, "std-" + version),
        "cache": os.path.join(base, "cache"),
        "source": os.path.join(go("env", "GOROOT").stdout.strip(), "src"),
    }
    os.makedirs(places["guests"], exist_ok=True)
    passed, expected, others, slow = 0, 0, 0, []
    for package in packages:
        result = test(os.path.abspath(runner), package, places)
        reasons = known.get(package, {})
        passed += result.passed
        for name, said in result.failed.items():
            if name in reasons:
                expected += 1
            else:
                others += 1
                print(f"FAILED: {package} {name}")
                print("".join(f"    {line}\n" for line in said[-25:]), end="")
        for name in reasons:
            if name not in result.failed:
                others += 1
                print(f"NOT FAILED: {package} {name}, of which std-known.txt says: {reasons[name]}")
        print(f"{package}: {result.passed} passed, {result.skipped} skip themselves, {result.running:.1f} s", flush=True)
        if result.running >= SLOW:
            slow.append((result.running, package))
    for seconds, package in sorted(slow, reverse=True):
        print(f"slow: {package} {seconds:.0f} s")
    print(f"{len(packages)} packages, {passed} tests passed, {expected} known failures, {others} others")
    return 0 if passed and not others else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
