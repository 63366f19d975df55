"""Medians of two libraries' nanoseconds over interleaved rounds, and what one is of the other.

Lines: <library> <what> <nanoseconds>. The arguments are the name of our library, that of the peer,
and for each ratio that is promised "what=least": the peer's time divided by ours.
"""
import statistics
import sys

ours, peer, *promises = sys.argv[1:]
least = dict(promise.split("=") for promise in promises)
times = {}
for line in sys.stdin:
    library, what, nanoseconds = line.split()
    times.setdefault(what, {}).setdefault(library, []).append(float(nanoseconds))
if not times or set(least) - set(times):
    sys.exit("something was not measured")
print(f"{'wasm.h':20} {'library':8} {'median ns':>10} {'least':>9} {'most':>9} {'rounds':>6}")
for what, libraries in times.items():
    for library in (ours, peer):
        values = libraries[library]
        print(f"{what:20} {library:8} {statistics.median(values):10.1f} {min(values):9.1f}"
              f" {max(values):9.1f} {len(values):6}")
print()
for what, libraries in times.items():
    # Of each round by itself, as the machine's pace changes.
    ratios = [theirs / mine for mine, theirs in zip(libraries[ours], libraries[peer], strict=True)]
    promise = f", at least {least[what]} promised" if what in least else ""
    print(f"{what}: {peer} / {ours} = {statistics.median(ratios):.2f}"
          f" ({min(ratios):.2f} to {max(ratios):.2f}){promise}")
