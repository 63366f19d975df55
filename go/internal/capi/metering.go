//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include <stddef.h>
// #include <stdint.h>
//
// typedef uint64_t (*wasmer_go_cost_t)(uint32_t);
//
// static void wasmer_go_operator_costs(void *function, uint64_t *costs, size_t count) {
//     wasmer_go_cost_t cost = (wasmer_go_cost_t)function;
//     for (size_t number = 0; number < count; number++) {
//         costs[number] = cost((uint32_t)number);
//     }
// }
//
// static uint64_t wasmer_go_some_cost(uint32_t number) {
//     return number == 99 ? UINT64_MAX : number * 3ull;
// }
// static void *wasmer_go_some_cost_function(void) { return (void *)wasmer_go_some_cost; }
import "C"

import "unsafe"

// OperatorCosts asks a C function for the cost of each operator, by its number.
func OperatorCosts(function unsafe.Pointer, costs []uint64) {
	C.wasmer_go_operator_costs(function, (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(costs))), C.size_t(len(costs)))
}

// SomeCost is a C function for tests: three times the number, and the largest number for 99.
func SomeCost() unsafe.Pointer { return C.wasmer_go_some_cost_function() }
