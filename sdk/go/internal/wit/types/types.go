// Package types has the shapes that WIT knows and Go does not: what the generated bindings are written with.
//
// It stands in for go.bytecodealliance.org/pkg/wit/types, so that this module has no dependency and a plugin builds
// without a module proxy. Only what bindings without streams, futures and resources use is here.
package types

// The tags that the bindings switch on.
const (
	OptionNone uint8 = iota
	OptionSome
)

const (
	ResultOk uint8 = iota
	ResultErr
)

// Unit is the value of a result that carries none.
type Unit struct{}

// Tuple2 is a pair.
type Tuple2[A, B any] struct {
	F0 A
	F1 B
}

// Option is a value, or none.
type Option[T any] struct {
	value *T
}

// Some is an option with a value.
func Some[T any](value T) Option[T] { return Option[T]{&value} }

// None is an option without one.
func None[T any]() Option[T] { return Option[T]{} }

// Tag says which of the two it is.
func (o Option[T]) Tag() uint8 {
	if o.value == nil {
		return OptionNone
	}
	return OptionSome
}

// Some is the value; asking an option that has none is a defect of the caller.
func (o Option[T]) Some() T { return *o.value }

// Or is the value, or another one where there is none.
func (o Option[T]) Or(other T) T {
	if o.value == nil {
		return other
	}
	return *o.value
}

// Result is a value, or the error in its place.
type Result[T, E any] struct {
	value T
	err   *E
}

// Ok is a result with a value.
func Ok[T, E any](value T) Result[T, E] { return Result[T, E]{value: value} }

// Err is a result with an error.
func Err[T, E any](err E) Result[T, E] { return Result[T, E]{err: &err} }

// Tag says which of the two it is.
func (r Result[T, E]) Tag() uint8 {
	if r.err == nil {
		return ResultOk
	}
	return ResultErr
}

// IsErr says whether the result is an error.
func (r Result[T, E]) IsErr() bool { return r.err != nil }

// Ok is the value.
func (r Result[T, E]) Ok() T { return r.value }

// Err is the error; asking a result that is none is a defect of the caller.
func (r Result[T, E]) Err() E { return *r.err }
