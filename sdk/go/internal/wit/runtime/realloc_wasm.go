package runtime

import (
	"runtime"
	"unsafe"
)

// earlyBytes is what the WASI adapter may ask for before Go's allocator stands: its own state, a page or two.
const earlyBytes = 256 * 1024

var (
	early     [earlyBytes / 8]uint64
	earlyUsed uintptr
	started   bool
	// answers pins what the host is writing until the bindings have taken it over.
	answers runtime.Pinner
)

// The host may call cabi_realloc from now on, first of all for the arguments of an export.
func init() {
	started = true
	Pause()
}

// Unpin is called by the bindings once an answer is reachable from Go's own values.
func Unpin() { answers.Unpin() }

// setClockPaused keeps the adapter from asking the host for the time: Go's scheduler and its heap want it, and calling the
// host from inside cabi_realloc is a trap. It is about the monotonic clock alone; the collector wants the other one too,
// which is what Pause is for.
//
//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func setClockPaused(paused bool)

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	if old != nil || oldSize != 0 {
		panic("keelmark: the host never makes a block larger")
	}
	if !started {
		return allocateEarly(size)
	}
	setClockPaused(true)
	memory := Allocate(&answers, size, align)
	setClockPaused(false)
	return memory
}

func allocateEarly(size uintptr) unsafe.Pointer {
	// The adapter asks for whole pages and aligns inside them; 64 KiB steps would waste most of the buffer.
	const step = 16
	start := (earlyUsed + step - 1) &^ (step - 1)
	if start+size > earlyBytes {
		panic("keelmark: too much memory was asked for before the plugin had started")
	}
	earlyUsed = start + size
	return unsafe.Add(unsafe.Pointer(&early[0]), start)
}
