/* Values of every kind cross unharmed: in slots, aligned or not, and in words. */

#include "check.h"

/* Gives its parameters back in the opposite order, so that each changes its place. */
#define SWAP_TYPE                                           \
    "(param i32 i64 f32 f64 v128 externref funcref)"        \
    "(result funcref externref v128 f64 f32 i64 i32)"
#define SWAP_BODY                                           \
    "local.get 6 local.get 5 local.get 4 local.get 3"       \
    " local.get 2 local.get 1 local.get 0"

static const uint8_t kinds[] = {LIBWASMER_VALUE_I32,  LIBWASMER_VALUE_I64,
                                LIBWASMER_VALUE_F32,  LIBWASMER_VALUE_F64,
                                LIBWASMER_VALUE_V128, LIBWASMER_VALUE_EXTERNREF,
                                LIBWASMER_VALUE_FUNCREF};
static const uint8_t kinds_back[] = {LIBWASMER_VALUE_FUNCREF, LIBWASMER_VALUE_EXTERNREF,
                                     LIBWASMER_VALUE_V128,    LIBWASMER_VALUE_F64,
                                     LIBWASMER_VALUE_F32,     LIBWASMER_VALUE_I64,
                                     LIBWASMER_VALUE_I32};
enum { KINDS = 7, WORDS = 8 };

typedef struct {
    int32_t i32;
    int64_t i64;
    uint32_t f32_bits;
    uint64_t f64_bits;
    uint8_t v128[16];
    libwasmer_handle_t externref, funcref;
} sample_t;

/* Smallest, largest, negative zero, NaNs that carry bits, and the null references. */
static sample_t samples[] = {
    {0, 0, 0, 0, {0}, 0, 0},
    {INT32_MIN, INT64_MIN, 0x80000000, 0x8000000000000000, {255}, 1, 1},
    {INT32_MAX, INT64_MAX, 0x7f7fffff, 0x7fefffffffffffff, {0, 255}, 1, 0},
    {-1, -1, 0x7fc00001, 0x7ff8000000000001, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 0, 1},
    {42, 1LL << 40, 0x3fc00000, 0x4004000000000000, {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 1, 1},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static void fill_slots(libwasmer_slot_t *slots, const sample_t *sample) {
    memset(slots, 0xa5, KINDS * sizeof *slots);
    slots[0].i32 = sample->i32;
    slots[1].i64 = sample->i64;
    memcpy(&slots[2].f32, &sample->f32_bits, 4);
    memcpy(&slots[3].f64, &sample->f64_bits, 8);
    memcpy(slots[4].v128, sample->v128, 16);
    slots[5].handle = sample->externref;
    slots[6].handle = sample->funcref;
}

static void check_slots(const libwasmer_slot_t *slots, const sample_t *sample, const char *how) {
    CHECK(slots[6].i32 == sample->i32, "%s: %" PRId32, how, slots[6].i32);
    CHECK(slots[5].i64 == sample->i64, "%s: %" PRId64, how, slots[5].i64);
    CHECK(memcmp(&slots[4].f32, &sample->f32_bits, 4) == 0, "%s: %g", how, (double)slots[4].f32);
    CHECK(memcmp(&slots[3].f64, &sample->f64_bits, 8) == 0, "%s: %g", how, slots[3].f64);
    CHECK(memcmp(slots[2].v128, sample->v128, 16) == 0, "%s: v128 differs", how);
    CHECK(slots[1].handle == sample->externref, "%s: %" PRIx64, how, slots[1].handle);
    CHECK(slots[0].handle == sample->funcref, "%s: %" PRIx64, how, slots[0].handle);
}

static void in_slots(const libwasmer_arena_t *arena, libwasmer_handle_t func, const char *how) {
    /* Sixteen places to start at, one of them aligned; room in front and behind to see overruns. */
    uint8_t room[(KINDS + 3) * sizeof(libwasmer_slot_t)];
    for (int i = 0; i < SAMPLES; i++) {
        for (size_t shift = 0; shift < 16; shift++) {
            libwasmer_slot_t slots[KINDS];
            uint8_t *start = room + 16 + shift;
            memset(room, 0x5a, sizeof room);
            fill_slots(slots, &samples[i]);
            memcpy(start, slots, sizeof slots);
            OK(libwasmer_func_call(arena, func, (libwasmer_slot_t *)(void *)start, KINDS, &error));
            memcpy(slots, start, sizeof slots);
            check_slots(slots, &samples[i], how);
            CHECK(start[-1] == 0x5a && start[sizeof slots] == 0x5a, "%s: written outside", how);
        }
    }
}

static void in_words(const libwasmer_arena_t *arena, libwasmer_handle_t func, const char *how) {
    for (int i = 0; i < SAMPLES; i++) {
        const sample_t *sample = &samples[i];
        uint64_t words[WORDS + 1], halves[2];
        memcpy(halves, sample->v128, 16);
        /* What is above the bits of a narrow value does not count. */
        words[0] = (uint32_t)sample->i32 | 0xdead000000000000;
        words[1] = (uint64_t)sample->i64;
        words[2] = sample->f32_bits | 0xdead000000000000;
        words[3] = sample->f64_bits;
        words[4] = halves[0];
        words[5] = halves[1];
        words[6] = sample->externref;
        words[7] = sample->funcref;
        words[8] = 0x5a5a;
        OK(libwasmer_func_call_words(arena, func, words, WORDS, 0, &error));
        const uint64_t expected[WORDS + 1] = {
            sample->funcref,  sample->externref, halves[0],          halves[1],
            sample->f64_bits, sample->f32_bits,  (uint64_t)sample->i64, (uint32_t)sample->i32,
            0x5a5a};
        for (int word = 0; word <= WORDS; word++) {
            CHECK(words[word] == expected[word], "%s: word %d is %" PRIx64 ", not %" PRIx64, how,
                  word, words[word], expected[word]);
        }
    }
}

static libwasmer_error_t *swap_slots(void *env, const libwasmer_caller_t *caller,
                                     libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller;
    CHECK(count == KINDS, "%zu slots", count);
    for (size_t i = 0; i < KINDS / 2; i++) {
        libwasmer_slot_t slot = slots[i];
        slots[i] = slots[KINDS - 1 - i];
        slots[KINDS - 1 - i] = slot;
    }
    return NULL;
}

static libwasmer_error_t *swap_words(void *env, const libwasmer_caller_t *caller, uint64_t *words,
                                     size_t count) {
    (void)env, (void)caller;
    CHECK(count == WORDS, "%zu words", count);
    CHECK(words[0] >> 32 == 0 && words[2] >> 32 == 0, "narrow arguments are extended by zeros");
    const uint64_t back[WORDS] = {words[7], words[6], words[4], words[5],
                                  words[3], words[2], words[1], words[0]};
    memcpy(words, back, sizeof back);
    return NULL;
}

static void globals(const libwasmer_arena_t *arena) {
    for (int i = 0; i < SAMPLES; i++) {
        const sample_t *sample = &samples[i];
        uint64_t values[KINDS][2] = {{(uint32_t)sample->i32}, {(uint64_t)sample->i64},
                                     {sample->f32_bits},      {sample->f64_bits},
                                     {0},                     {sample->externref},
                                     {sample->funcref}};
        memcpy(values[4], sample->v128, 16);
        for (int kind = 0; kind < KINDS; kind++) {
            libwasmer_handle_t global = 0;
            const uint64_t zero[2] = {0, 0};
            uint64_t found[2] = {1, 1};
            OK(libwasmer_global_new(arena, kinds[kind], true, zero, &global, &error));
            OK(libwasmer_global_set(arena, global, values[kind], &error));
            OK(libwasmer_global_get(arena, global, found, &error));
            CHECK(memcmp(found, values[kind], sizeof found) == 0,
                  "kind %d: %" PRIx64 " %" PRIx64, kinds[kind], found[0], found[1]);
        }
    }
}

static void every_way(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t slots_host = 0, words_host = 0, referred = 0, object = 0;
    OK(libwasmer_func_new(arena, kinds, KINDS, kinds_back, KINDS, swap_slots, NULL, NULL,
                          &slots_host, &error));
    OK(libwasmer_func_new_words(arena, kinds, KINDS, kinds_back, KINDS, swap_words, NULL, NULL,
                                &words_host, &error));
    OK(libwasmer_externref_new(arena, 0x1122334455667788, &object, &error));

    libwasmer_module_t *module = new_module(engine,
        "(module (type $swap (func " SWAP_TYPE "))"
        "  (import \"h\" \"slots\" (func $slots (type $swap)))"
        "  (import \"h\" \"words\" (func $words (type $swap)))"
        "  (table funcref (elem $slots $words))"
        "  (func (export \"wasm\") (type $swap) " SWAP_BODY ")"
        "  (func (export \"through slots\") (type $swap)"
        "    local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6"
        "    call $slots)"
        "  (func (export \"through words\") (type $swap)"
        "    local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6"
        "    call $words)"
        "  (func (export \"through a table\") (type $swap)"
        "    local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6"
        "    i32.const 1 call_indirect (type $swap)))");
    const libwasmer_handle_t imports[2] = {slots_host, words_host};
    libwasmer_handle_t instance = new_instance(arena, module, imports, 2);
    libwasmer_module_delete(module);

    referred = export_of(arena, instance, "wasm");
    for (int i = 0; i < SAMPLES; i++) {
        if (samples[i].externref != 0) samples[i].externref = object;
        if (samples[i].funcref != 0) samples[i].funcref = referred;
    }
    static const char *const exports[] = {"wasm", "through slots", "through words",
                                          "through a table"};
    for (size_t i = 0; i < sizeof exports / sizeof exports[0]; i++) {
        libwasmer_handle_t func = export_of(arena, instance, exports[i]);
        in_slots(arena, func, exports[i]);
        in_words(arena, func, exports[i]);
    }
    in_slots(arena, slots_host, "host function called directly");
    in_words(arena, slots_host, "host function called directly");
    in_slots(arena, words_host, "host function of words called directly");
    in_words(arena, words_host, "host function of words called directly");
    globals(arena);

    uint64_t data = 0;
    OK(libwasmer_externref_data(arena, object, &data, &error));
    CHECK(data == 0x1122334455667788, "%" PRIx64, data);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

int main(void) {
    static const libwasmer_compiler_t compilers[] = {
        LIBWASMER_COMPILER_CRANELIFT, LIBWASMER_COMPILER_SINGLEPASS, LIBWASMER_COMPILER_LLVM};
    for (size_t i = 0; i < 3; i++) {
        if (libwasmer_compiler_is_available(compilers[i])) every_way(compilers[i]);
    }
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("values");
}
