# Shared by the scripts: strict mode, the repository's root as working directory, pinned tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

# The C compiler and linker that gives the prebuilt object its glibc floor.
zig_version=0.17.1

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$(basename "$0"): $*"
    exit 1
}
need() { command -v "$1" >/dev/null || die "$1 is needed: $2"; }
