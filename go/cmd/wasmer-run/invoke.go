package main

import (
	"context"
	"fmt"
	"strconv"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/wasi"
)

// invokeIn calls an exported function and prints its results, one in a line.
func (o *options) invokeIn(ctx context.Context, cmd *wasi.Cmd) error {
	// For a guest of WASI the arguments are those of the function.
	cmd.Args = cmd.Args[:1]
	reactor, err := cmd.Reactor()
	if err != nil {
		return err
	}
	defer reactor.Close()
	function, err := reactor.Exports.GetRawFunction(o.invoke)
	if err != nil {
		return err
	}
	wanted := function.Type().Params()
	if len(wanted) != len(o.arguments) {
		return fmt.Errorf("function %s: %d arguments for a function of type %v", o.invoke, len(o.arguments), function.Type())
	}
	arguments := make([]any, len(wanted))
	for number, ty := range wanted {
		if arguments[number], err = parseValue(ty.Kind(), o.arguments[number]); err != nil {
			return fmt.Errorf("function %s: argument %d: %w", o.invoke, number+1, err)
		}
	}
	result, err := function.CallContext(ctx, arguments...)
	if err != nil {
		return err
	}
	switch result := result.(type) {
	case nil:
	case []any:
		for _, value := range result {
			fmt.Println(value)
		}
	default:
		fmt.Println(result)
	}
	return nil
}

// parseValue reads a number. Integers may be written with a sign or without, in decimal or by 0x.
func parseValue(kind wasmer.ValueKind, text string) (any, error) {
	switch kind {
	case wasmer.I32:
		value, err := parseInteger(text, 32)
		return int32(value), err
	case wasmer.I64:
		return parseInteger(text, 64)
	case wasmer.F32:
		value, err := strconv.ParseFloat(text, 32)
		return float32(value), err
	case wasmer.F64:
		return strconv.ParseFloat(text, 64)
	}
	return nil, fmt.Errorf("a %v cannot be an argument", kind)
}

func parseInteger(text string, bits int) (int64, error) {
	value, err := strconv.ParseInt(text, 0, bits)
	if err == nil {
		return value, nil
	}
	unsigned, unsignedErr := strconv.ParseUint(text, 0, bits)
	if unsignedErr != nil {
		return 0, err
	}
	return int64(unsigned), nil
}
