# Reads libwasmer.h and writes the cases of null_args.c: for each function one call with valid
# arguments, and one for each pointer in which that pointer is NULL. So a function is tested on the
# day it is declared; if a parameter has a new name, the compiler asks for an ARG_ of that name.
#
# `overrides` holds the names that null_args.c defines for one function: FOR_<function>_<parameter>.

BEGIN {
    while ((getline line < overrides) > 0) {
        if (match(line, /^#define FOR_[a-z0-9_]+/)) override[substr(line, 9, RLENGTH - 8)] = 1
    }
}

{ sub(/^LIBWASMER_API ?/, "") }
/^ *\/\*\*/ { comment = ""; in_comment = 1 }
in_comment { comment = comment " " $0; if (/\*\//) in_comment = 0; next }

/^typedef struct libwasmer_[a-z_]+_t libwasmer_[a-z_]+_t;/ { opaque[$3] = 1 }

# A declaration goes on until its semicolon.
/^[a-z][a-z0-9_ *]*libwasmer_[a-z0-9_]+\(/ { declaration = ""; declaring = 1 }
declaring {
    declaration = declaration " " $0
    if (/;/) { declaring = 0; emit(declaration) }
}

function trim(text) { gsub(/^ +| +$/, "", text); return text }

# The type behind const and pointers, and whether it is one whose objects are deleted by pointer.
function pointee(type) { gsub(/const |struct |\*| /, "", type); return type }
function is_object(base) { return base in opaque || base ~ /^wasm_[a-z]+_t$/ }

# A parameter that the function's text allows to be NULL, whatever the others are.
function optional(name) {
    if (comment ~ "`" name "` may be NULL if") return 0
    return name == "error" || index(comment, "`" name "` may be NULL") > 0
}

function emit(text,    open, close_, head, name, result, list, count, i, parts, given, type) {
    gsub(/ +/, " ", text)
    open = index(text, "(")
    close_ = index(text, ")")
    head = trim(substr(text, 1, open - 1))
    match(head, /libwasmer_[a-z0-9_]+$/)
    name = substr(head, RSTART)
    result = trim(substr(head, 1, RSTART - 1))
    list = trim(substr(text, open + 1, close_ - open - 1))
    count = list == "void" ? 0 : split(list, parts, ",")
    if (count == 0) return

    reports = 0
    for (i = 1; i <= count; i++) {
        given = trim(parts[i])
        match(given, /[a-z0-9_]+$/)
        argument[i] = substr(given, RSTART)
        type = trim(substr(given, 1, RSTART - 1))
        types[i] = type
        if (argument[i] == "error" && type == "libwasmer_error_t **") reports = 1
    }

    printf "static void case_%s(void) {\n", name
    printf "    BEGIN(\"%s\");\n", name
    if (name !~ /_(delete|close|abandon)$/) call(name, result, count, 0)
    for (i = 1; i <= count; i++) {
        if (types[i] ~ /\*$/ || types[i] ~ /(callback|finalizer)_t$/) call(name, result, count, i)
    }
    printf "}\n\n"
    cases[++number] = name
}

# One call. `null` is the number of the pointer that is NULL, or 0.
function call(name, result, count, null,    i, type, base, values, outs, owner, allowed) {
    allowed = null == 0 || optional(argument[null]) ||
        (types[null] ~ /^void \*$|finalizer_t$/)
    values = ""
    outs = ""
    for (i = 1; i <= count; i++) {
        type = types[i]
        base = pointee(type)
        if (i > 1) values = values ", "
        if (i == null) values = values "NULL"
        else if (argument[i] == "error" && reports) values = values "&error"
        else if (("FOR_" name "_" argument[i]) in override)
            values = values "FOR_" name "_" argument[i]
        else if (type ~ /^const / || type !~ /\*$/ || (is_object(base) && type !~ /\*\*$/) ||
                 type == "void *")
            values = values "ARG_" argument[i]
        else {
            # An out-parameter: a buffer whose contents tell whether it was written to.
            values = values "(" type ")out(" i ")"
            if (type ~ /\*\*$/ && is_object(base)) {
                owner = base
                sub(/_t$/, "_delete", owner)
                outs = outs sprintf("        %s(taken(%d));\n", owner, i)
            }
        }
    }
    printf "    {\n        START(\"%s\");\n", null ? argument[null] : "nothing"
    if (result == "void") printf "        %s(%s);\n        VOID();\n", name, values
    else {
        printf "        %s result = %s(%s);\n", result, name, values
        if (reports) {
            if (allowed) printf "        ALLOWED(result);\n"
            else printf "        REFUSED(result);\n"
        } else if (null) printf "        NOTHING(result);\n"
        else printf "        (void)result;\n"
        # What a function made although a pointer was NULL, and what it returned, is freed.
        if (outs != "") printf "%s", outs
        base = pointee(result)
        if (is_object(base) && result !~ /^const /) {
            sub(/_t$/, "_delete", base)
            printf "        %s(result);\n", base
        }
    }
    printf "    }\n"
}

END {
    printf "static void (*const cases[])(void) = {\n"
    for (i = 1; i <= number; i++) printf "    case_%s,\n", cases[i]
    printf "};\n"
}
