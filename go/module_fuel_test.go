package wasmer

import (
	"errors"
	"testing"
)

func TestFuelIsPartOfSerializedCode(t *testing.T) {
	plain, err := compile(t, storeOf(CRANELIFT), `(module)`).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range []*Config{NewConfig().SetFuel(10), NewConfig().PushMeteringMiddleware(10, nil)} {
		if _, err := DeserializeModule(NewStore(NewEngineWithConfig(config)), plain); !errors.Is(err, ErrDeserialize) {
			t.Error(err)
		}
	}
	if _, err := DeserializeModule(storeOf(SINGLEPASS), plain); err != nil {
		t.Error(err)
	}
}
