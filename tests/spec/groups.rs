//! Which proposal a script is of. The suite has those of WebAssembly 3.0 in one directory.

/// The groups, as tables list them.
pub const ALL: [&str; 15] = [
    "core",
    "SIMD",
    "multi-memory",
    "relaxed SIMD",
    "exception handling",
    "tail calls",
    "memory64",
    "function references",
    "gc",
    "threads",
    "wide arithmetic",
    "custom page sizes",
    "custom descriptors",
    "legacy exceptions",
    "custom sections",
];

/// The group of a script, by its path in the suite.
pub fn of(script: &str) -> &'static str {
    let name = script.rsplit('/').next().unwrap_or(script).trim_end_matches(".wast");
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let in_directory = [
        ("proposals/threads/", "threads"),
        ("proposals/wide-arithmetic/", "wide arithmetic"),
        ("proposals/custom-page-sizes/", "custom page sizes"),
        ("proposals/custom-descriptors/", "custom descriptors"),
        ("legacy/", "legacy exceptions"),
        ("custom/", "custom sections"),
    ];
    if let Some((_, group)) = in_directory.iter().find(|(path, _)| script.starts_with(path)) {
        return group;
    }
    match name {
        "i64" | "f64" => "core",
        "return_call" | "return_call_indirect" => "tail calls",
        "tag" | "throw" | "throw_ref" | "try_table" => "exception handling",
        "br_on_null" | "br_on_non_null" | "call_ref" | "return_call_ref" | "ref_as_non_null"
        | "local_init" | "type-equivalence" | "ref" => "function references",
        "i31" | "struct" | "extern" | "binary-gc" | "ref_cast" | "ref_test" | "ref_eq"
        | "type-canon" | "type-rec" | "type-subtyping" | "table-sub" => "gc",
        "memory-multi" | "simd_memory-multi" | "memory_size_import" => "multi-memory",
        "table_copy_mixed" | "memory64-imports" => "memory64",
        _ if starts(&["array", "br_on_cast"]) => "gc",
        _ if name.contains("relaxed") => "relaxed SIMD",
        _ if name.starts_with("simd_") => "SIMD",
        _ if name.ends_with("64") => "memory64",
        _ if name.ends_with(['0', '1', '2', '3', '4']) => "multi-memory",
        _ => "core",
    }
}
