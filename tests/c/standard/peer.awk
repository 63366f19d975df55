# What scripts/peer does with the known differences of the peer, peer.txt:
#   mode=compare   writes a line for each outcome that is not the known one; fails if there is any.
#                  With all=0 not every test was run, so that missing ones are no difference.
#   mode=update    writes peer.txt with the outcomes as they are
#   mode=table     writes the differences in behaviour as a table
# For the first two the outcomes ("test case outcome") are read before peer.txt.

function outcome(line) { sub(/^[^ ]+ [^ ]+ /, "", line); return line }

# Whether one of the known outcomes, which " | " separates, is the one found.
function is_known(list, found,    parts, i, count) {
    count = split(list, parts, / \| /)
    for (i = 1; i <= count; i++) if (parts[i] == found || parts[i] == "any") return 1
    return 0
}

mode != "table" && FILENAME != ARGV[ARGC - 1] {
    found[$1 " " $2] = outcome($0)
    order[++count] = $1 " " $2
    next
}

# Of peer.txt: the head, then sections "## noun | here | there" with their cases.
mode == "table" {
    if (sub(/^## /, "")) {
        section = $0
        sections[++count] = section
    } else if (/^[^#]/ && section != "") {
        if ($1 != last[section]) cases[section] = cases[section] (cases[section] ? "; " : "") $1 ":"
        last[section] = $1
        cases[section] = cases[section] " `" $2 "`"
    }
    next
}

/^#/ || /^$/ {
    if (mode == "update") print
    next
}

{
    key = $1 " " $2
    seen[key] = 1
    if (mode == "update") {
        if (!(key in found) || found[key] == "ok" && !is_known(outcome($0), "ok")) next
        print (is_known(outcome($0), found[key]) ? $0 : key " " found[key])
        next
    }
    if (!(key in found)) {
        if (all) differ("no such case any more: " $0)
    } else if (!is_known(outcome($0), found[key])) {
        differ(key ": " found[key] "; known is: " outcome($0))
    }
}

function differ(text) {
    print text
    differences++
}

END {
    if (mode == "table") {
        print "| Noun | Here | In Wasmer's own C API | Shown by |"
        print "|---|---|---|---|"
        for (i = 1; i <= count; i++) print "| " sections[i] " | " cases[sections[i]] " |"
        exit
    }
    for (i = 1; i <= count; i++) {
        key = order[i]
        if (key in seen || found[key] == "ok") continue
        if (mode == "update") {
            if (!unsorted++) print "\n## to be sorted | ? | ?"
            print key " " found[key]
        } else differ(key ": " found[key] "; no difference is known")
    }
    exit differences > 0
}
