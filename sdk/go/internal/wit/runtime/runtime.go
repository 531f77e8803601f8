// Package runtime lends memory to the component model: what the host writes its answers into, and what lists are
// laid out in before they cross.
//
// It stands in for go.bytecodealliance.org/pkg/wit/runtime, for the same reason as its neighbour types.
package runtime

import (
	"runtime"
	"runtime/debug"
	"unsafe"
)

// percent is Go's own default: a collection where the heap has doubled.
const percent = 100

// Pause keeps the collector still while the host may write its answers, and waits for a collection under way to end:
// one that begins or ends inside cabi_realloc asks WASI for the time, and calling the host from there is a trap.
func Pause() { debug.SetGCPercent(-1) }

// Resume lets it work while the plugin's own code runs.
func Resume() { debug.SetGCPercent(percent) }

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
