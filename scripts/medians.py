"""Medians of Go benchmarks over interleaved rounds, and the ratios that the project promises."""
import re
import statistics
import sys

times, allocations = {}, {}
for line in open(sys.argv[1], encoding="utf-8"):
    found = re.match(r"Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(?:.*?(\d+) allocs/op)?", line)
    if found:
        times.setdefault(found[1], []).append(float(found[2]))
        if found[3] is not None:
            allocations[found[1]] = int(found[3])
if not times:
    sys.exit("no benchmark ran")
print(f"{'benchmark':28} {'median ns':>12} {'least':>10} {'most':>10} {'rounds':>6} {'allocs':>6}")
for name, values in times.items():
    print(f"{name:28} {statistics.median(values):12.1f} {min(values):10.1f} {max(values):10.1f}"
          f" {len(values):6} {allocations.get(name, ''):>6}")


def ratio(what, unit, most):
    pairs = [a / b for a, b in zip(times[what], times[unit])]
    print(f"{what} / {unit}: {statistics.median(pairs):.2f}, at most {most} promised")


print()
ratio("CallRaw", "EmptyCgoCall", 3.5)
ratio("HostFunctionRaw", "EmptyCgoCallback", 2.5)
