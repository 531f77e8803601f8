// Package runtime lends memory to the component model: what the host writes its answers into, and what lists are
// laid out in before they cross.
//
// It stands in for go.bytecodealliance.org/pkg/wit/runtime, for the same reason as its neighbour types.
package runtime

import (
	"runtime"
	"unsafe"
)

// Allocate gives zeroed memory that the collector neither moves nor frees before the pinner lets go of it.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	if size == 0 {
		return nil
	}
	// Eight bytes are the strictest alignment that the canonical ABI has, and a slice of uint64 has it. What is
	// stored here are addresses as numbers; their own pins keep what they point at.
	memory := unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	pinner.Pin(memory)
	return memory
}
