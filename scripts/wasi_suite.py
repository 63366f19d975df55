"""Runs the tests of WASI preview 1 below a folder; see scripts/wasi-suite."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

SECONDS = 60
# What a description may say. Another key would be a wish that is not heard, so it is a failure.
KEYS = {"args", "env", "root", "dirs", "exit_code", "stdout", "stderr", "proposals"}


def tests(folder):
    """The paths of the guests. Those of later versions of WASI lie beside them, in folders of their own."""
    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not name.endswith(".dir")
            and (not name.startswith("wasm32-") or name == "wasm32-wasip1")
        )
        for name in sorted(files):
            if name.endswith(".wasm"):
                yield os.path.join(parent, name)


def fail(error):
    raise error


def describe(path):
    """What the description beside a guest says; a guest without one is to exit with 0."""
    try:
        with open(path.removesuffix(".wasm") + ".json", encoding="utf-8") as file:
            wanted = json.load(file)
    except FileNotFoundError:
        return {}
    unknown = set(wanted) - KEYS
    if unknown:
        raise ValueError("the description has " + ", ".join(sorted(unknown)))
    return wanted


def run(runner, path, wanted, scratch):
    """The differences between what a guest did and what it was to do."""
    command = [runner]
    for name, value in wanted.get("env", {}).items():
        command += ["--env", f"{name}={value}"]
    mounts = [(name, name) for name in wanted.get("dirs", [])]
    if "root" in wanted:
        mounts.append((wanted["root"], "/"))
    for number, (source, name) in enumerate(mounts):
        # A copy: the tests write, and what one leaves behind is not for the next.
        copy = os.path.join(scratch, str(number))
        shutil.copytree(os.path.join(os.path.dirname(path), source), copy, symlinks=True)
        make_writable(copy)
        command += ["--dir", f"{copy}::{name}"]
    command += [path, *wanted.get("args", [])]
    outputs = [open(os.path.join(scratch, name), "wb+") for name in ("stdout", "stderr")]
    # The standard input is open, and nothing comes: what a terminal is when nobody types.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=outputs[0], stderr=outputs[1])
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return [f"no end after {SECONDS} s"]
    finally:
        process.stdin.close()
        texts = [read(file) for file in outputs]
    differences = []
    expected = wanted.get("exit_code", 0)
    if code != expected:
        differences.append(f"exit code: {expected} expected, {code} found")
    for name, found in zip(("stdout", "stderr"), texts):
        if name in wanted and found != wanted[name].encode():
            differences.append(f"{name}: {wanted[name].encode()!r} expected, {found!r} found")
    if differences and texts[1]:
        differences.append("it said: " + texts[1].decode(errors="replace").strip().replace("\n", "\n    "))
    return differences


def read(file):
    with file:
        file.seek(0)
        return file.read()


def make_writable(folder):
    """The suite itself may lie in a place that nobody may write to, and copies keep modes."""
    for parent, folders, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in folders + files:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, os.stat(path).st_mode | 0o600)


def main(folder, runner):
    runner = os.path.abspath(runner)
    passed, failed, other = 0, 0, 0
    for path in tests(folder):
        name = os.path.relpath(path, folder)
        with tempfile.TemporaryDirectory(prefix="wasi-suite-") as scratch:
            try:
                wanted = describe(path)
                if wanted.get("proposals"):
                    other += 1
                    print(f"not of preview 1: {name} needs {', '.join(wanted['proposals'])}")
                    continue
                differences = run(runner, os.path.abspath(path), wanted, scratch)
            except (OSError, ValueError) as error:
                differences = [str(error)]
        if differences:
            failed += 1
            print(f"FAILED: {name}")
            for difference in differences:
                print(f"    {difference}")
        else:
            passed += 1
    if other:
        print(f"{other} not run: they are not of preview 1")
    print(f"{passed} passed, {failed} failed")
    # No test at all is a folder that is not the suite.
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
