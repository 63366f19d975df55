# Reads wasm.h and wasmer.h and writes the cases of args.c: for each function what its parameters
# and its result are, and the call. Which arguments it gets is up to args.c. So a function is tested
# on the day it is declared; if it takes something new, the compiler asks for a TYPE_ of that name.
#
# The input has gone through the preprocessor, with __api__ before every function of the library and
# __own__ for `own`. The macros that declare families do without `own`: family() knows them. A
# parameter that is a function has no comma in it.

BEGIN {
    RS = ";"
    split("void char int bool const", words, " ")
    for (i in words) is_type[words[i]] = 1
}

{ gsub(/[ \t\n]+/, " "); gsub(/_Bool/, "bool") }
/typedef wasm_[a-z_]+_t wasm_[a-z_]+_t$/ { alias[$NF] = $(NF - 1) }
# Those of WASI are tested in wasi.c: args.c has no objects of their types yet.
/__api__[^(]*(wasi_|wasmer_named_extern_)/ { next }
/__api__/ { sub(/.*__api__ /, ""); declaration($0) }

function trim(text) { gsub(/^ +| +$/, "", text); return text }

# Takes a type apart: own, stars, array, label (the name, if it has one) and base.
function parse(text) {
    own = sub(/__own__ /, "", text)
    array = sub(/ *\[\]$/, "", text)
    label = ""
    if (text ~ /\(\*/) {
        base = "finalizer"
        stars = 0
        return
    }
    match(text, /[A-Za-z0-9_]+$/)
    if (RSTART && substr(text, RSTART) !~ /_t$/ && !(substr(text, RSTART) in is_type)) {
        label = substr(text, RSTART)
        text = substr(text, 1, RSTART - 1)
    }
    stars = gsub(/\*/, "", text)
    gsub(/(const|struct|enum) /, "", text)
    sub(/const *$/, "", text)
    base = trim(text)
    while (base in alias) base = alias[base]
}

# What the macros that declare families of functions do not say: who owns what.
function family(name, place) {
    if (place == 0) return name ~ /_(copy|share|obtain)$/
    return (place == 1 && name ~ /_delete$/) || (place == 3 && name ~ /_vec_new$/)
}

function shape() {
    if (array) return "ARRAY"
    if (stars == 2) return "PLACE"
    if (stars == 1 && base ~ /_vec_t$/) return "VECTOR"
    if (stars == 1) return "POINTER"
    return base ~ /^finalizer$|_callback|_function_t$/ ? "FUNCTION" : "NUMBER"
}

function role(name, place) {
    if (label == "out" || stars == 2) return "OUT"
    if (label == "results" && base == "wasm_val_vec_t") return "ROOM"
    return own || family(name, place) ? "OWN" : "IN"
}

# The type of what is in a vector stands for the vector.
function type(    element) {
    element = base
    sub(/_vec_t$/, "_t", element)
    return "TYPE_" element
}

function declaration(text,    open, head, name, list, count, parts, i, call, made, given) {
    open = index(text, "(")
    head = trim(substr(text, 1, open - 1))
    match(head, /[a-z0-9_]+$/)
    name = substr(head, RSTART)
    head = trim(substr(head, 1, RSTART - 1))
    list = trim(substr(text, open + 1, length(trim(text)) - open - 1))
    count = list == "void" ? 0 : split(list, parts, ",")

    printf "static void case_%s(void) {\n", name
    call = ""
    if (count) printf "    static const parameter_t parameters[] = {\n"
    for (i = 1; i <= count; i++) {
        given = trim(parts[i])
        parse(given)
        printf "        {%s, %s, %s},\n", shape(), type(), role(name, i)
        made = shape()
        if (made == "NUMBER") made = "(" base ")number_at(" i ")"
        else if (made == "FUNCTION")
            made = "(" (base == "finalizer" ? "finalizer_t" : base) ")function_at(" i ")"
        else made = "pointer_at(" i ")"
        call = call (i > 1 ? ", " : "") made
    }
    if (count) printf "    };\n"
    parse(head)
    made = head == "void" ? "NOTHING_AT_ALL" : shape()
    printf "    static const function_t function = {\"%s\", %s, %s, %s, %d, %s};\n", name, made,
        type(), role(name, 0), count, count ? "parameters" : "NULL"
    printf "    while (next_call(&function)) "
    if (head == "void") printf "{\n        %s(%s);\n        judge_void();\n    }\n", name, call
    else printf "judge_%s(%s(%s));\n", made == "NUMBER" ? "number" : "pointer", name, call
    printf "    end_function(&function);\n}\n\n"
    cases[++number] = name
}

END {
    printf "static const case_t cases[] = {\n"
    for (i = 1; i <= number; i++) printf "    {\"%s\", case_%s},\n", cases[i], cases[i]
    printf "    {\"the_end\", the_end},\n};\n"
}
