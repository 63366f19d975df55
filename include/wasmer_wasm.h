/**
 * @file
 * wasmer_wasm.h: the name under which Wasmer up to version 3 had its header for the standard C API.
 * Programs that include it get wasm.h and wasmer.h, where the older names are too.
 */

#ifndef WASMER_WASM_H
#define WASMER_WASM_H

#include "wasmer.h"

#endif
